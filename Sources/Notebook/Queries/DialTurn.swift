/// A turn of a dial that a run has taken over, in the words of the notebook.
package struct DialTurn: Sendable, Hashable {
  package var dial: String
  /// As it would be typed: `1e-4`, `2e-4->5e-5 over 20000`.
  package var setting: String
  /// Steps that were done when it came into force.
  package var step: Int

  package init(dial: String, setting: String, step: Int) {
    (self.dial, self.setting, self.step) = (dial, setting, step)
  }

  /// The first step under it.
  package var firstStep: Int { step < .max ? step + 1 : step }

  /// Reads lines of step, dial and setting, as SQL joins them; passes over what is none.
  static func read(_ lines: String) -> [DialTurn] {
    lines.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      guard parts.count == 3, let step = Int(parts[0]) else { return nil }
      return DialTurn(dial: String(parts[1]), setting: String(parts[2]), step: step)
    }
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

extension TweakRecord {
  /// The turn, once it has been taken over; nil while it waits.
  package var turn: DialTurn? {
    step.map { DialTurn(dial: dial, setting: setting, step: $0) }
  }

  /// The first step under it; nil while it waits.
  package var firstStep: Int? { turn?.firstStep }
}

extension [TweakRecord] {
  /// Without turns that others of the same dial replaced before a single step was done under them; one of
  /// `lr` may be replaced by one of `glr` and one of `dlr`.
  package var effective: [TweakRecord] {
    indices.filter { index in
      let later = self[(index + 1)...].filter { $0.step == self[index].step }
      return RunSettings.parts(of: self[index].dial).contains { part in
        !later.contains { RunSettings.covers($0.dial, part) }
      }
    }.map { self[$0] }
  }
}

extension RunSettings.Entry {
  /// What it stands at in the step after `done` steps.
  package func now(after done: Int) -> String {
    guard let turn = turns.last(where: { $0.step <= done }) else { return value }
    return tag + turn.now(after: done)
  }

  /// The value at the beginning and all turns, `0.0002, 0.0001 from step 500`, and where it stands now
  /// unless that is the last of them.
  package func described(after done: Int) -> String {
    guard let last = turns.last else { return value }
    let told = turns.map { ", \(tag)\($0.setting) from step \($0.firstStep)" }
    let now = now(after: done)
    return value + told.joined() + (now == tag + last.setting ? "" : ", now \(now)")
  }

  /// Takes turns away that set it to what it stood at and would have gone on to stand at.
  fileprivate mutating func removeIdleTurns() {
    var kept: [DialTurn] = []
    for turn in turns {
      let before =
        kept.last ?? DialTurn(dial: name, setting: String(value.dropFirst(tag.count)), step: 0)
      let standing = [before, turn].flatMap { [$0.now(after: turn.step), $0.now(after: .max)] }
      if !standing.allSatisfy({ RunSettings.isSame($0, turn.setting) }) { kept.append(turn) }
    }
    turns = kept
  }

  /// The `gp:` of a penalty, of which only the weight is turned.
  private var tag: String {
    guard name == "penalty", let colon = value.firstIndex(of: ":") else { return "" }
    return String(value[...colon])
  }
}

extension RunSettings {
  /// The settings of a run: its text's, with the steps that are planned now and the dials that were
  /// turned.
  package init(of text: String, planned: Int? = nil, turnedBy turns: [DialTurn]) {
    self.init(of: text)
    // A run that was made longer plans more steps than its text.
    if let planned {
      for index in entries.indices where entries[index].name == "steps" {
        entries[index].value = String(planned)
      }
    }
    for turn in turns { take(turn) }
    for index in entries.indices { entries[index].removeIdleTurns() }
    unite { first, second in
      Self.isSame(first.value, second.value) && first.turns.count == second.turns.count
        && zip(first.turns, second.turns).allSatisfy {
          $0.step == $1.step && Self.isSame($0.setting, $1.setting)
        }
    }
  }

  private mutating func take(_ turn: DialTurn) {
    let (own, shared) = (turn.dial, String(turn.dial.dropFirst()))
    if value(of: own) == nil, Self.shared.contains(shared) { separate(shared) }
    var isTaken = false
    for index in entries.indices where Self.covers(own, entries[index].name) {
      isTaken = true
      // Nothing was done under a turn that another one replaced at the same step.
      if entries[index].turns.last?.step == turn.step { entries[index].turns.removeLast() }
      entries[index].turns.append(turn)
    }
    guard !isTaken else { return }
    entries.insert(Entry(name: own, value: "-", turns: [turn]), at: 0)
  }

  /// Whether a turn of one dial turns the other one as well: `lr` turns `glr`.
  static func covers(_ dial: String, _ other: String) -> Bool {
    dial == other
      || shared.contains(dial) && dial == other.dropFirst() && "gd".contains(other.prefix(1))
  }

  /// The dials of which a dial consists: `lr` of `glr` and `dlr`.
  static func parts(of dial: String) -> [String] {
    shared.contains(dial) ? ["g" + dial, "d" + dial] : [dial]
  }

  /// Whether two values are the same: `0.0002` and `2e-4`.
  static func isSame(_ value: String, _ other: String) -> Bool {
    if value == other { return true }
    func numbers(_ text: String) -> [Double?] {
      text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    }
    let (first, second) = (numbers(value), numbers(other))
    return !first.contains(nil) && first == second
  }

  /// Everything as it stands in the step after `done` steps; what both networks have the same is told
  /// once, as in the text of a run.
  private func now(after done: Int) -> [(name: String, value: String)] {
    var settings = self
    settings.unite { Self.isSame($0.now(after: done), $1.now(after: done)) }
    return settings.entries.map { ($0.name, $0.now(after: done)) }
  }

  /// What stands under a key like `lr` or `recipe.lr` in the step after `done` steps.
  static func value(
    of key: String, in text: String, turnedBy turns: [DialTurn], after done: Int
  ) -> String? {
    let bare = key.hasPrefix("recipe.") ? String(key.dropFirst(7)) : key
    guard turns.contains(where: { covers($0.dial, bare) || covers(bare, $0.dial) }) else {
      return StatementText.value(of: key, in: text)
    }
    let settings = RunSettings(of: text, turnedBy: turns)
    return settings.now(after: done).first { $0.name == bare }?.value
  }

  /// All entries as they stand now, in their order, a JSON object.
  func json(after done: Int) -> String {
    let members = now(after: done).map { "\(Self.quoted($0.name)):\(Self.json($0.value))" }
    return "{" + members.joined(separator: ",") + "}"
  }

  private static func json(_ value: String) -> String {
    if let whole = Int(value) { return String(whole) }
    // What has many digits and no point is a seed, which a double would round.
    if value.contains(where: { ".eE".contains($0) }), let number = Double(value), number.isFinite {
      return "\(number)"
    }
    return quoted(value)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      if scalar.value < 0x20 {
        quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
