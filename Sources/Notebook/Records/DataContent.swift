import Foundation
import GRDB
import TerminalText

/// What a run's data held, however they were declared: by this a later look tells whether they are
/// the same.
package struct DataContent: Sendable, Hashable, Codable {
  /// Digest of the prepared examples.
  package var examples: String
  /// Digest of the labels; nil where there are none.
  package var labels: String?
  /// Number of examples; nil for points, which never end.
  package var count: Int?

  package init(examples: String, labels: String?, count: Int?) {
    (self.examples, self.labels, self.count) = (examples, labels, count)
  }

  init?(_ field: Fields) throws {
    guard let examples: String = try field.optional("dataDigest") else { return nil }
    self.init(
      examples: examples, labels: try field.optional("labelsDigest"),
      count: try field.optional("dataCount"))
  }

  /// What has changed since then: `12 images then, 16 now`; nil: nothing.
  package func changes(to now: DataContent) -> String? {
    if let count, let other = now.count, count != other {
      return "\(counted(count, "image")) then, \(grouped(other)) now"
    }
    var changes: [String] = []
    if examples != now.examples {
      changes.append(count == nil ? "points are drawn otherwise" : "as many images, other pixels")
    }
    if labels != now.labels {
      changes.append(
        labels == nil
          ? "no labels then, labels now"
          : now.labels == nil ? "labels then, none now" : "other labels")
    }
    return changes.isEmpty ? nil : changes.joined(separator: ", ")
  }
}

extension RunRecord {
  /// Seconds at work: the sum over its lives, without the time between them; 0 to 1e10, whatever a row or a clock that
  /// was set back says.
  package var secondsAtWork: Double {
    let seconds = worked + (ended ?? heartbeat).timeIntervalSince(resumed ?? started)
    return max(0, min(seconds, 1e10))
  }
}

extension Notebook {
  /// Takes seconds off a run's time at work in which it waited.
  package func passOver(run: Int64, seconds: Double) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "UPDATE run SET worked = worked - ? WHERE id = ?", arguments: [seconds, run])
    }
  }
}

extension Notebook {
  /// Journals what a run's data hold now, with an event where that is something else than before.
  package func record(
    data content: DataContent, run: Int64, step: Int, change: String?
  ) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "UPDATE run SET dataDigest = ?, labelsDigest = ?, dataCount = ? WHERE id = ?",
        arguments: [content.examples, content.labels, content.count, run])
      guard let change else { return }
      try Self.insertEvent(
        db, run: run, step: step, kind: "data", message: "the data have changed: \(change)",
        json: nil, time: .now)
    }
  }
}
