import Foundation
import Notebook
import Reports
import TerminalText

/// How far a sweep is, as the notebook has it.
struct SweepStanding {
  let trials: [TrialRecord]
  let jobs: Int
  /// Runs that a search has not chosen yet.
  var toCome = 0

  /// Runs that go no further.
  var done: [TrialRecord] { trials.filter { $0.state == .done } }
  /// Those that a process works on.
  var atWork: [RunRecord] { trials.filter(\.isHeld).compactMap(\.run).filter(\.isAlive) }
  /// Whether a process has one, begun or not.
  var isHeld: Bool { trials.contains(where: \.isHeld) }
  /// The same, but for what processes of other hosts have only taken.
  var isAtWork: Bool { trials.contains(where: \.isAtWork) }
  /// The first that a process of another host has only taken.
  var heldElsewhere: (trial: TrialRecord, holder: String)? {
    trials.lazy.compactMap { trial in trial.holderElsewhere.map { (trial, $0) } }.first
  }
  var isDone: Bool { toCome == 0 && areAllDone }
  /// Whether all that are planned go no further.
  var areAllDone: Bool { trials.allSatisfy { $0.state == .done } }

  /// Steps that were done, and that are asked for now.
  var steps: (done: Int, all: Int) {
    let goals = trials.reduce(0) { $0 + $1.plan.goal }
    let further = trials.isEmpty ? 0 : toCome * (goals / trials.count)
    return trials.reduce(into: (0, further)) { sum, trial in
      let done = min(max(0, trial.run?.stepsDone ?? 0), trial.plan.steps)
      sum.0 += done
      // What diverged or failed does no more.
      sum.1 += trial.state == .done ? done : trial.plan.steps
    }
  }

  /// Steps a second of one process, by all that its runs have done.
  private var rate: Double? {
    let runs = trials.compactMap(\.run)
    let seconds = runs.reduce(0) { $0 + $1.secondsAtWork }
    let steps = runs.reduce(0) { $0 + Double($1.stepsDone) }
    return steps > 0 && seconds > 0 ? steps / seconds : nil
  }

  /// Steps a second of all processes that are at work.
  var speed: Double? {
    let workers = max(1, min(jobs, trials.filter(\.isHeld).count))
    return rate.map { $0 * Double(workers) }
  }

  /// Seconds to the end, of what is asked for now.
  var remaining: Double? {
    let (done, all) = steps
    return speed.map { Double(all - done) / $0 }
  }

  /// `3/8 runs  2 at work  41%  12 min left`.
  var line: String {
    var parts = ["\(grouped(done.count))/\(counted(trials.count + toCome, "run"))"]
    if !atWork.isEmpty { parts.append("\(atWork.count) at work") }
    let (done, all) = steps
    if all > 0 { parts.append("\(Int(Double(done) / Double(all) * 100))%") }
    if let remaining, remaining > 0 { parts.append("\(Readable.duration(remaining)) left") }
    return parts.joined(separator: "  ")
  }

  /// `5 finished, 1 diverged, 2 at work, 4 not begun`: each run once.
  var outcome: String {
    var counts: [(String, Int)] = []
    for status in [RunStatus.finished, .diverged, .failed, .stopped, .interrupted, .running] {
      let own = trials.filter { $0.run?.status == status }.count
      if own > 0 { counts.append((status == .running ? "at work" : status.rawValue, own)) }
    }
    let unable = trials.filter { $0.run == nil && $0.failure != nil }.count
    if unable > 0 { counts.append(("could not begin", unable)) }
    let open = trials.filter { $0.run == nil && $0.failure == nil }.count + toCome
    if open > 0 { counts.append(("not begun", open)) }
    return counts.map { "\(grouped($0.1)) \($0.0)" }.joined(separator: ", ")
  }
}
