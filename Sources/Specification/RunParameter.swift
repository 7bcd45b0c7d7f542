/// One entry of what a run was asked to be, under the key by which it is asked for.
package struct RunParameter: Sendable, Hashable {
  /// The key with its owner: `lr` (a recipe's and a run's stand alone), `data.modes`, `arch.latent`,
  /// `generator.3.conv.channels` (block, layer, argument), `penalty.gp`.
  package var key: String
  /// As it is typed, quotes aside.
  package var text: String
  package var kind = Kind.setting
  /// The key that says the same of both networks, of one that is about one of them: of `glr`, `lr`. It is
  /// told in its place where both have the same.
  package var whole: String?
  /// Where it was turned to, in the order in which it was.
  var turns: [RecordedTurn] = []

  package enum Kind: String, Sendable, Hashable {
    case setting
    /// A layer with everything that it says.
    case layer
    /// A part of another entry: one argument of a layer, the weight of one penalty.
    case detail
  }

  /// The number that it is, or that stands after a keyword: of `gp:10`, the 10. Whole ones that no `Int`
  /// holds (seeds) and what glides are none.
  package var number: Double? {
    let figures = text.lastIndex(of: ":").map { text[text.index(after: $0)...] } ?? text[...]
    guard let number = Double(figures), number.isFinite else { return nil }
    return Int(figures) == nil && !figures.contains { ".eE".contains($0) } ? nil : number
  }

  /// The same where it is whole and written so.
  package var integer: Int? {
    Int(text.lastIndex(of: ":").map { text[text.index(after: $0)...] } ?? text[...])
  }
}

/// A turn of a dial as the journal has it.
package struct RecordedTurn: Sendable, Hashable {
  package var dial: String
  /// As it would be typed: `1e-4`, `2e-4->5e-5 over 20000`.
  package var setting: String
  /// Steps that were done when it came into force.
  package var step: Int

  package init(dial: String, setting: String, step: Int) {
    (self.dial, self.setting, self.step) = (dial, setting, step)
  }

  /// What the dial stands at in the step after `done` steps.
  func now(after done: Int) -> String {
    let words = setting.split(separator: " ")
    guard words.count == 3, words[1] == "over", let arrow = words[0].firstRange(of: "->"),
      let from = Double(words[0][..<arrow.lowerBound]),
      let to = Double(words[0][arrow.upperBound...]),
      let steps = Double(words[2]), steps > 0
    else { return setting }
    let share = min(1, max(0, (Double(done) - Double(step)) / steps))
    let value = share < 1 ? from + (to - from) * share : to
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
