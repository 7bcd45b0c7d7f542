/// A turn of a dial while a run is under way.
package struct Tweak: Sendable, Hashable, Codable {
  package var dial: Dial
  package var setting: DialSetting
  /// Steps that were done when it took effect: the next one is the first under it.
  package var step: Int

  package init(_ dial: Dial, _ setting: DialSetting, from step: Int) {
    self.dial = dial
    self.setting = setting
    self.step = step
  }

  /// What the dial stands at in the step after `done` steps; nil before the tweak.
  package func numbers(after done: Int) -> [Double]? {
    done < step ? nil : setting.numbers(after: done - step)
  }
}

/// Where a dial is turned to.
package enum DialSetting: Sendable, Hashable, Codable {
  case numbers([Double])
  /// Evenly from one value to another, so many steps long, and there it stays.
  case schedule(from: Double, to: Double, steps: Int)

  /// What it says after so many steps under it.
  package func numbers(after elapsed: Int) -> [Double] {
    switch self {
    case .numbers(let numbers): return numbers
    case .schedule(let from, let to, let steps):
      guard elapsed < steps, steps > 0 else { return [to] }
      return [from + (to - from) * (Double(elapsed) / Double(steps))]
    }
  }
}

extension RecipeSpecification {
  /// The recipe with its dials as they stand in the step after `done` steps: those that were asked
  /// for later go before earlier ones, and all before its own schedules.
  ///
  /// - Parameter tweaks: in the order in which they were asked for.
  package func tuned(by tweaks: [Tweak], after done: Int) -> RecipeSpecification {
    var recipe = self
    for tweak in schedules + tweaks {
      if let numbers = tweak.numbers(after: done) { recipe.set(tweak.dial, to: numbers) }
    }
    return recipe
  }
}
