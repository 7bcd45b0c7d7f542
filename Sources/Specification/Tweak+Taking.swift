extension [Tweak] {
  /// Turns that a branch takes over: those that were in force where it begins, or under way, without what it
  /// says otherwise itself.
  ///
  /// - Parameters:
  ///   - done: steps that were done there.
  ///   - keys: of the options that were typed.
  ///   - recipe: the branch's, with what was typed.
  package func taken(
    after done: Int, without keys: [String], into recipe: RecipeSpecification
  ) -> [Tweak] {
    let replaced = Set(keys.flatMap { RunParameters.parts(of: $0) })
    let decays = keys.reduce(into: Set<Decay>()) { $0.formUnion(Decay.said(by: $1)) }
    var taken: [Tweak] = []
    var recipe = recipe
    for tweak in self where tweak.step <= done {
      let rest =
        Decay.said(by: tweak.dial.rawValue).isDisjoint(with: decays)
        ? tweak.rest(without: keys, replaced) : tweak.rest(without: decays, after: done, recipe)
      for part in rest {
        if let numbers = part.numbers(after: done) { recipe.set(part.dial, to: numbers) }
      }
      taken += rest
    }
    return taken
  }
}

/// One of the two decays of one network's optimiser: `betas` says four of them, `beta1` two.
private struct Decay: Hashable {
  var isOfGenerator: Bool
  var isFirst: Bool

  static func said(by key: String) -> Set<Decay> {
    let all = [true, false].flatMap { isOfGenerator in
      [true, false].map { Decay(isOfGenerator: isOfGenerator, isFirst: $0) }
    }
    switch key {
    case "betas": return Set(all)
    case "gbetas": return Set(all.filter(\.isOfGenerator))
    case "dbetas": return Set(all.filter { !$0.isOfGenerator })
    case "beta1": return Set(all.filter(\.isFirst))
    case "beta2": return Set(all.filter { !$0.isFirst })
    default: return []
    }
  }
}

extension Tweak {
  /// What is left of a turn without the options that were typed.
  ///
  /// - Parameter replaced: the parts of which these consist.
  fileprivate func rest(without keys: [String], _ replaced: Set<String>) -> [Tweak] {
    let parts = RunParameters.parts(of: dial.rawValue)
    // Of a penalty that is given anew no weight stays.
    if parts.count == 1, keys.contains(where: { RunParameters.touches(dial.rawValue, $0) }) {
      return []
    }
    // Of a decay and a half-life of the average one takes the other's place.
    let averages = [Dial.generatorAverage, .remedy(RecipeSpecification.averageHalfLife)]
    if averages.contains(dial), averages.contains(where: { keys.contains($0.rawValue) }) {
      return []
    }
    let rest = parts.filter { !replaced.contains($0) }
    if rest.count == parts.count { return [self] }
    return rest.compactMap { Dial(rawValue: $0) }.map { Tweak($0, setting, from: step) }
  }

  /// What is left of a turn of decays where some of them were typed. One that glides stays where it stands.
  fileprivate func rest(
    without typed: Set<Decay>, after done: Int, _ recipe: RecipeSpecification
  ) -> [Tweak] {
    let rest = Decay.said(by: dial.rawValue).subtracting(typed)
    guard let numbers = numbers(after: done), let first = numbers.first, let last = numbers.last
    else { return [] }
    for (dial, number) in [(Dial.firstBeta, first), (.secondBeta, last)]
    where rest == Decay.said(by: dial.rawValue) {
      return [Tweak(dial, .numbers([number]), from: step)]
    }
    return [Dial.generatorBetas, .discriminatorBetas].compactMap { dial in
      var pair = recipe.numbers(of: dial)
      let own = rest.filter { $0.isOfGenerator == (dial == .generatorBetas) }
      guard !own.isEmpty, pair.count == 2 else { return nil }
      for decay in own { pair[decay.isFirst ? 0 : 1] = decay.isFirst ? first : last }
      return Tweak(dial, .numbers(pair), from: step)
    }
  }
}
