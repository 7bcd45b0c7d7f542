import Networks
import Notebook
import Specification

/// What a branch says otherwise than the run that it was taken from, as it stood there.
struct BranchChanges {
  /// `glr=2e-4`, `discriminator { … }`.
  let entries: [String]

  /// Entries that say nothing about what is computed.
  private static let beside: Set = [
    "steps", "origin", "weights", "arch.preset", "arch.width", "log-every", "sample-every",
    "checkpoint-every", "samples", "keep",
  ]

  /// - Parameters:
  ///   - done: the steps at which it was branched off.
  init(
    from parent: (text: String, turns: [DialTurn]), to branch: (text: String, turns: [DialTurn]),
    after done: Int
  ) {
    func standing(_ run: (text: String, turns: [DialTurn])) -> [RunParameter] {
      let turns = run.turns.filter { $0.step <= done }.map {
        RecordedTurn(dial: $0.dial, setting: $0.setting, step: $0.step)
      }
      var entries = RunParameters(of: run.text, Signatures.all.layers, turnedBy: turns)
        .now(after: done).filter {
          $0.kind != .detail && !Self.beside.contains($0.key)
            // `test=NAME` says it.
            && !$0.key.hasPrefix("test.")
        }
      // What glides is told whole, and not where it has come to.
      for index in entries.indices {
        let last = turns.last { turn in
          turn.dial == entries[index].key
            || RunParameters.parts(of: turn.dial).contains(entries[index].key)
        }
        if let last, last.isUnderWay(after: done) { entries[index].text = last.setting }
      }
      return entries
    }
    let (before, after) = (standing(parent), standing(branch))
    let known = Dictionary(
      before.map { ($0.key, $0.text) }, uniquingKeysWith: { first, _ in first })
    let all = Dictionary(after.map { ($0.key, $0.text) }, uniquingKeysWith: { first, _ in first })
    var entries: [String] = []
    var rewritten: [String] = []
    func countLayer(_ key: String) {
      let network = String(key.prefix { $0 != "." })
      if !rewritten.contains(network) { rewritten.append(network) }
    }
    for entry in after where !Self.isSame(known[entry.key], entry.text) {
      // What both networks share is told once.
      if let whole = entry.whole, all[whole] != nil { continue }
      if entry.kind == .layer { countLayer(entry.key) } else { entries.append(entry.told) }
    }
    for entry in before where all[entry.key] == nil {
      if entry.kind == .layer {
        countLayer(entry.key)
      } else if entry.whole == nil, !Self.isOfData(entry.key),
        RunParameters.parts(of: entry.key).count == 1
      {
        entries.append("\(entry.key)=no")
      }
    }
    self.entries = entries + rewritten.map { "\($0) { … }" }
  }

  /// Of other data it is said what they are, and not what they are not.
  private static func isOfData(_ key: String) -> Bool {
    key.hasPrefix("data.") || key.hasPrefix("test.")
  }

  private static func isSame(_ one: String?, _ other: String) -> Bool {
    guard let one else { return false }
    if one == other { return true }
    guard let first = Double(one), let second = Double(other) else { return false }
    return first == second
  }
}

extension RecordedTurn {
  fileprivate func isUnderWay(after done: Int) -> Bool {
    guard setting.contains("->"),
      let steps = setting.split(separator: " ").last.flatMap({ Int($0) })
    else { return false }
    return done - step < steps
  }
}

extension RunParameter {
  fileprivate var told: String { "\(key)=\(text)" }
}

extension Notebook {
  /// What a run says otherwise than its parent, where it was branched off; nil where it has none any more, or
  /// repeats it.
  func changes(of run: RunRecord) throws -> BranchChanges? {
    guard let place = run.parent else { return nil }
    if place.step == 0 {
      guard let record = try branchRecord(of: run), record.step == 0, record.isRepetition != true
      else { return nil }
    }
    let parent = try self.run(place.run)
    return BranchChanges(
      from: (parent.text, try tweaks(run: parent.id).compactMap(\.turn)),
      to: (run.text, try tweaks(run: run.id).compactMap(\.turn)), after: place.step)
  }
}
