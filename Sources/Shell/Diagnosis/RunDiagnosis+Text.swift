import Foundation
import Metrics
import Notebook
import Reports
import TerminalText

extension RunDiagnosis {
  /// What has happened, in plain words: how it stands, since when, how sure that is.
  var verdict: [String] {
    if isNotFinite {
      return [
        "\(run.name) diverged: \(run.message.isEmpty ? "a loss or gradient was not a finite number" : run.message)"
      ]
        + (alarm.map { ["before that, from step \(grouped($0.since)): \($0.failure.words)"] } ?? [])
    }
    return standing + layers
  }

  private var standing: [String] {
    if let failure, let alarm { return failing(failure, alarm) }
    if let recovered {
      return [
        "\(run.name) is healthy: no two kinds of signals are past their thresholds since step \(grouped(recovered.step))",
        "  before that, from step \(grouped(recovered.alarm.since)): \(recovered.alarm.failure.words)",
      ] + ofOneFamily
    }
    if let suspicion {
      return [
        "\(run.name) may be failing since step \(grouped(suspicion)): signals of two families are past their "
          + "thresholds, but not yet in \(CollapseDetector.checks) checks in a row"
      ]
    }
    guard let last = ownChecks.last else { return ["nothing was measured of \(run.name)"] }
    if let grace = tooEarly {
      return [
        "it is too early to say anything of \(run.name): its last check is of step \(grouped(last.step)), and "
          + "nothing is said before step \(grouped(grace))"
      ]
    }
    let count = ownChecks.count
    let once = count == 1 ? "the one check" : "\(grouped(count)) checks"
    let families = evidence.families.map(\.rawValue).listed
    if SignalFamily.areEnough(Set(evidence.families)) {
      return [
        "\(run.name) may be failing, or still be learning: at its last check, of step \(grouped(last.step)), signals of "
          + "\(families) are past their thresholds",
        "  \(once) cannot tell: a longer run may, or one with more of them (`signals=20%`); look at its samples",
      ]
    }
    if isAstray {
      return [
        "\(run.name) has no alarm in \(once) up to step \(grouped(last.step)), but hardly a sample lies among the data: "
          + "look at its samples"
      ]
    }
    return ["\(run.name) is healthy as far as \(once) up to step \(grouped(last.step)) can show"]
      + ofOneFamily
  }

  /// What is past its threshold at the last check, and not enough for an alarm.
  private var ofOneFamily: [String] {
    guard !evidence.isEmpty else { return [] }
    return [
      "  signals of one family alone are past their thresholds, which has innocent reasons as well: "
        + evidence.families.map(\.rawValue).listed
    ]
  }

  private func failing(_ failure: Failure, _ alarm: Alarm) -> [String] {
    var lines = [
      "\(run.name): \(failure.words), \(alarm.beginning)",
      "  signals of \(alarm.families.map(\.rawValue).listed) were past their thresholds in "
        + "\(CollapseDetector.checks) checks in a row up to step \(grouped(alarm.step))"
        + (failure == alarm.failure ? "" : " (\(alarm.failure.words))"),
    ]
    if let score {
      lines.append(
        "  of \(grouped(score.told)) alarms of labelled runs on such data \(grouped(score.right)) were right, and the others ended by themselves; "
          + "no threshold was chosen by those runs"
      )
    }
    if alarm.isFromFirst == true {
      lines.append(
        "  no check found it well, and no checkpoint is known to be any better: begin anew")
    }
    // Fewer than raised it: it stands until none is left.
    guard !SignalFamily.areEnough(Set(evidence.families)), let last = checks.last else {
      return lines
    }
    let now = evidence.families.map(\.rawValue)
    lines.append(
      "  at its last check, of step \(grouped(last.step)), \(now.isEmpty ? "none is" : "only those of \(now.listed) still are"); after "
        + "\(CollapseDetector.checksToEnd) such checks in a row the alarm has ended")
    return lines
  }

  private var layers: [String] {
    let vanished = silentLayers.prefix(3).map { gradients in
      let (share, what) =
        gradients.isBehindOthers
        ? (gradients.ofNetwork, "of its network's largest")
        : (gradients.ofFirst, "of its first gradients")
      return "\(gradients.layer) (\(Readable.number(share * 100, digits: 2))% \(what))"
    }
    guard !vanished.isEmpty else {
      return failure == .vanishing ? ["  `gradients=layers` of `run` says in which layer"] : []
    }
    let isBehind = silentLayers.contains(where: \.isBehindOthers)
    return ["  layers whose gradients vanish: \(vanished.listed)"]
      + (isBehind
        ? [
          "  little comes through the layers behind them: try `lrelu 0.2` or `tanh` in place of `sigmoid`, or fewer "
            + "layers, in a new `arch`"
        ] : [])
  }
}
