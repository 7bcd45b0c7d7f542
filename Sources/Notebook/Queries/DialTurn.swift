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

  /// The turns of a run's dials in SQL, as `read` has them.
  static let lines = """
    (SELECT group_concat(step || ' ' || dial || ' ' || setting, char(10)) FROM
      (SELECT * FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL ORDER BY id))
    """
}

extension TweakRecord {
  /// The turn, once it has been taken over; nil while it waits.
  package var turn: DialTurn? {
    step.map { DialTurn(dial: dial, setting: setting, step: $0) }
  }

  /// The first step under it; nil while it waits.
  package var firstStep: Int? { turn?.firstStep }
}

extension Notebook {
  /// A run's tweaks without those that others replaced before a single step was done under them; one of
  /// both networks may be replaced by one of each.
  package func effectiveTweaks(run: Int64) throws(NotebookError) -> [TweakRecord] {
    let tweaks = try tweaks(run: run)
    guard let derivation else { return tweaks }
    return tweaks.indices.filter { index in
      // One that waits replaces nothing yet.
      let later = tweaks[(index + 1)...].filter { one in
        guard let step = one.step, let own = tweaks[index].step else {
          return one.step == tweaks[index].step
        }
        return step <= own
      }
      return derivation.parts(tweaks[index].dial).contains { part in
        !later.contains { derivation.parts($0.dial).contains(part) }
      }
    }.map { tweaks[$0] }
  }
}
