/// Entries whose dials were turned.
extension RunParameters {
  /// The entries as the turns of dials have left them.
  ///
  /// - Parameter turns: in the order in which they were asked for.
  package init(of text: String, _ layers: [LayerSignature], turnedBy turns: [RecordedTurn]) {
    self.init(of: text, layers)
    for turn in turns { take(turn) }
    for index in entries.indices { entries[index].removeIdleTurns() }
  }

  /// Whether a turn of a dial changes an entry: one of `lr` changes `glr`, one of `penalty` its weight.
  package static func touches(_ dial: String, _ key: String) -> Bool {
    dial == key || whole(of: key) == dial || whole(of: dial) == key
      || isWeight(key) && dial == "penalty" || isWeight(dial) && key == "penalty"
  }

  private static func isWeight(_ key: String) -> Bool {
    key.hasPrefix("penalty.") && !key.hasSuffix(".every")
  }

  private mutating func take(_ turn: RecordedTurn) {
    var isTaken = false
    // Of both networks there is an entry for each; what they share is made of these.
    for index in entries.indices
    where Self.touches(turn.dial, entries[index].key) && !Self.shared.contains(entries[index].key) {
      isTaken = true
      // Nothing is done under a turn that a later one replaced before or as it came into force.
      let isOfNetwork = entries[index].whole != nil
      entries[index].turns.removeAll { earlier in
        earlier.step >= turn.step && (earlier.dial == turn.dial || isOfNetwork)
      }
      entries[index].turns.append(turn)
    }
    guard !isTaken else { return }
    entries.insert(
      contentsOf: Self.parts(of: turn.dial).map {
        RunParameter(key: $0, text: "-", whole: Self.whole(of: $0), turns: [turn])
      }, at: 0)
  }

  /// Everything as it stands in the step after `done` steps.
  package func now(after done: Int) -> [RunParameter] {
    united { $0.now(after: done) }
  }

  /// Every value at the beginning with all turns, `0.0002, 0.0001 from step 500`, and where it stands
  /// after `done` steps unless that is the last of them.
  package func told(after done: Int) -> [RunParameter] {
    united { $0.told(after: done) }
  }

  /// The entries with other texts; what both networks share is there where theirs are the same.
  private func united(_ text: (RunParameter) -> String) -> [RunParameter] {
    var entries = entries.filter { !Self.shared.contains($0.key) }
    for index in entries.indices { entries[index].text = text(entries[index]) }
    for whole in Self.shared {
      let parts = entries.filter { $0.whole == whole }
      guard let first = parts.first, parts.count == 2,
        let place = entries.firstIndex(where: { $0.whole == whole }),
        parts.allSatisfy({ Self.isSame($0.text, first.text) })
      else { continue }
      entries.insert(RunParameter(key: whole, text: first.text), at: place)
    }
    return entries
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
}

extension RunParameter {
  /// What it stands at in the step after `done` steps.
  fileprivate func now(after done: Int) -> String {
    turns.filter { $0.step <= done }.reduce(text) { text, turn in
      placed(turn.now(after: done), by: turn.dial, in: text)
    }
  }

  fileprivate func told(after done: Int) -> String {
    guard !turns.isEmpty else { return text }
    var standing = text
    let told = turns.map { turn in
      standing = placed(turn.setting, by: turn.dial, in: standing)
      return ", \(standing) from step \(turn.step < .max ? turn.step + 1 : turn.step)"
    }
    let now = now(after: done)
    let isLast = now == standing
    return text + told.joined() + (isLast ? "" : ", now \(now)")
  }

  /// Takes turns away that set it to what it stood at and would have gone on to stand at.
  fileprivate mutating func removeIdleTurns() {
    var kept: [RecordedTurn] = []
    for turn in turns {
      func standing(_ done: Int) -> String {
        kept.reduce(text) { placed($1.now(after: done), by: $1.dial, in: $0) }
      }
      let isIdle = [turn.step, .max].allSatisfy { done in
        let before = standing(done)
        return RunParameters.isSame(before, placed(turn.setting, by: turn.dial, in: before))
          || weight(in: before, by: turn.dial).map { RunParameters.isSame($0, turn.setting) }
            ?? false
      }
      if !isIdle { kept.append(turn) }
    }
    turns = kept
  }

  /// A value with the number that a dial sets: that of `penalty.r1` in `r1:10@16+drift:0.001`.
  private func placed(_ setting: String, by dial: String, in text: String) -> String {
    guard let part = part(of: text, by: dial) else { return setting }
    return text.replacingCharacters(in: part, with: setting)
  }

  private func weight(in text: String, by dial: String) -> String? {
    part(of: text, by: dial).map { String(text[$0]) }
  }

  /// Where the number of one penalty stands; nil where the whole is the number.
  private func part(of text: String, by dial: String) -> Range<String.Index>? {
    guard key == "penalty" else { return nil }
    let name = dial == "penalty" ? nil : dial.dropFirst("penalty.".count)
    for part in text.split(separator: "+") {
      guard let colon = part.firstIndex(of: ":"), name == nil || part[..<colon] == name else {
        continue
      }
      let start = part.index(after: colon)
      return start..<(part[start...].firstIndex(of: "@") ?? part.endIndex)
    }
    return nil
  }
}

extension String {
  fileprivate func replacingCharacters(
    in range: Range<String.Index>, with text: String
  ) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
