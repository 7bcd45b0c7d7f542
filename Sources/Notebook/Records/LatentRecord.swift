package import Foundation
import GRDB

/// A direction in the latents of a run's generator, as the notebook holds it.
package struct DirectionRecord: Sendable, Hashable {
  package var step: Int
  /// Of the attribute, or of the component: `Smiling`, `pca-1`.
  package var name: String
  /// How it was found: `logistic`.
  package var method: String
  /// All that it was found by, as JSON.
  package var conditions: String
  /// The share of samples that it tells rightly which it was not found by; nil: there are none.
  package var accuracy: Double?
  /// Of length 1.
  package var vector: [Float]

  package init(
    step: Int, name: String, method: String, conditions: String, accuracy: Double?, vector: [Float]
  ) {
    (self.step, self.name, self.method) = (step, name, method)
    (self.conditions, self.accuracy, self.vector) = (conditions, accuracy, vector)
  }
}

/// A latent vector that has a name.
package struct LatentRecord: Sendable, Hashable {
  package var step: Int
  package var name: String
  /// What it was found for: a file's name.
  package var origin: String
  /// What the generator was given beside it; nil: nothing.
  package var labels: [Float]?
  /// What was left of the search's loss.
  package var loss: Double?
  package var vector: [Float]

  package init(
    step: Int, name: String, origin: String, labels: [Float]?, loss: Double?, vector: [Float]
  ) {
    (self.step, self.name, self.origin) = (step, name, origin)
    (self.labels, self.loss, self.vector) = (labels, loss, vector)
  }
}

extension Notebook {
  /// Keeps directions of a run; one of the same step, name and method is replaced.
  package func record(
    _ directions: [DirectionRecord], run: Int64, at time: Date = .now
  ) throws(NotebookError) {
    try write { db in
      for direction in directions {
        try db.execute(
          sql: """
            INSERT OR REPLACE INTO direction (run, step, name, method, conditions, accuracy, made, vector)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            run, direction.step, direction.name, direction.method, direction.conditions,
            direction.accuracy, time, direction.vector.bytes,
          ])
      }
    }
  }

  /// Directions of a run, the newest last.
  package func directions(run: Int64) throws(NotebookError) -> [DirectionRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM direction WHERE run = ? ORDER BY id", arguments: [run]
      ).map { row in
        let field = Fields(row, of: "direction")
        return DirectionRecord(
          step: try field("step"), name: try field("name"), method: try field("method"),
          conditions: try field("conditions"), accuracy: try field.optional("accuracy"),
          vector: [Float](bytes: try field("vector")))
      }
    }
  }

  /// Keeps a latent of a run; one of the same name is replaced.
  package func record(
    _ latent: LatentRecord, run: Int64, at time: Date = .now
  ) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO latent (run, step, name, origin, labels, loss, made, vector)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run, latent.step, latent.name, latent.origin, latent.labels?.bytes,
          latent.loss.flatMap { $0.isFinite ? $0 : nil }, time, latent.vector.bytes,
        ])
    }
  }

  /// Latents of a run that have names, in the order in which they were found.
  package func latents(run: Int64) throws(NotebookError) -> [LatentRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM latent WHERE run = ? ORDER BY id", arguments: [run])
        .map { row in
          let field = Fields(row, of: "latent")
          let labels: Data? = try field.optional("labels")
          return LatentRecord(
            step: try field("step"), name: try field("name"), origin: try field("origin"),
            labels: labels.map { [Float](bytes: $0) }, loss: try field.optional("loss"),
            vector: [Float](bytes: try field("vector")))
        }
    }
  }
}

extension [Float] {
  /// Four bytes each, the little end first.
  fileprivate var bytes: Data {
    map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
  }

  /// What is not a whole number is left out.
  fileprivate init(bytes: Data) {
    self = stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
      let word = (0..<4).reduce(UInt32(0)) { word, place in
        word | UInt32(bytes[bytes.startIndex + start + place]) << (8 * UInt32(place))
      }
      return Float(bitPattern: word)
    }
  }
}
