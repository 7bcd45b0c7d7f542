import Foundation
import Language
import Metrics
import Reports
import TerminalText

extension Failure {
  /// What the run does, in words: `has collapsed`.
  var words: String {
    switch self {
    case .collapsed: "the samples have collapsed to one or few"
    case .partlyCollapsed: "some of the data's kinds are missing from the samples"
    case .diverging: "the training diverges"
    case .vanishing: "the generator's gradients vanish"
    case .overfitting: "the discriminator knows its examples by heart"
    case .memorising: "the generator repeats examples"
    }
  }
}

extension Alarm {
  /// One line: what, since when, by which signals, one of each family; of families that have joined, which these are; of another failure
  /// while it stands, which that is.
  var sentence: String {
    let past = (joined ?? families).compactMap { family in
      evidence.first { $0.family == family }
    }
    let signals = past.map {
      "\($0.metric) \(Readable.number($0.value, digits: 3))"
    }.joined(separator: ", ")
    guard let joined else { return "\(failure.words), \(beginning) (\(signals))" }
    if joined.isEmpty { return "now \(failure.words)" }
    return "signals of \(joined.map(\.rawValue).listed) are past their thresholds as well "
      + "(\(signals)); \(failure.words), \(beginning)"
  }

  /// Since when; of a run that was never well, from the first check on.
  var beginning: String {
    isFromFirst == true
      ? "from its first check on (step \(grouped(since)))" : "since step \(grouped(since))"
  }

  /// One line: an alarm has ended.
  static func end(since step: Int) -> String {
    "the alarm has ended: no two kinds of signals are past their thresholds since step \(grouped(step))"
  }

  /// As an event keeps it; numbers and words always encode.
  var json: String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What an event keeps; nil where another program has written something else.
  init?(json: String?) {
    guard let json, let read = try? JSONDecoder().decode(Alarm.self, from: Data(json.utf8))
    else { return nil }
    self = read
  }
}

extension SignalEvidence {
  /// `below 0.18`: the threshold that its value is past.
  var limit: String { "\(isBelow ? "below" : "above") \(Readable.number(threshold, digits: 3))" }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  var listed: String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
