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
  /// One line: what, since when, by which signals.
  var sentence: String {
    let signals = evidence.map { "\($0.metric) \(Readable.number($0.value, digits: 3))" }
    return "\(failure.words), since step \(grouped(since)) (\(signals.joined(separator: ", ")))"
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
