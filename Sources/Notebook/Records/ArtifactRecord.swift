package import Foundation
import GRDB

/// Something that a run makes: a sheet of samples on the way, a set of samples, a strip of pictures, a file.
///
/// A set of samples is a function of `checkpoint`, `seed`, `count`, `labels`, `truncation` and
/// `usesAverage`, and on one machine of `kernels` and `threads`: made again it has the same `digest`.
package struct Artifact: Sendable, Hashable, Codable {
  package var kind: Kind
  /// Steps that were done; of what is of several steps the last.
  package var step: Int
  /// Samples on it or in it.
  package var count: Int
  /// What the latents were drawn with.
  package var seed: UInt64?
  /// The labels that were asked for, as they are typed.
  package var labels: String?
  /// How far the latents were truncated; nil: not at all.
  package var truncation: Double?
  /// Whether the averaged weights made it; nil: not known.
  package var usesAverage: Bool?
  /// What else it was made with, as it is typed.
  package var options = ""
  /// SHA-256 of the checkpoint's file; nil where it was made during the training.
  package var checkpoint: String?
  /// SHA-256 of the samples, whatever file they are in.
  package var digest: String?
  /// Where it was written; nil: nowhere but in the notebook, or on the terminal.
  package var path: String?
  /// Pixels of the picture that the notebook keeps; 0 where it keeps none.
  package var width = 0
  package var height = 0
  /// Threads and kernels that computed it, as `Machine.kernels` has them.
  package var threads: Int?
  package var kernels: [String: String] = [:]
  package var build: String?
  package var session: Int64?

  /// A word; nothing in the notebook depends on which there are.
  package struct Kind: RawRepresentable, Sendable, Hashable, Codable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Made by the training, from the same latents at each step; one of a step.
    package static let sheet = Kind(rawValue: "sheet")
    package static let samples = Kind(rawValue: "samples")
    /// Samples that `augment` has kept of those that were made.
    package static let augmentation = Kind(rawValue: "augmentation")
    package static let strip = Kind(rawValue: "strip")
    package static let animation = Kind(rawValue: "animation")
    /// A page on which people judge; its content is what the pictures are.
    package static let trials = Kind(rawValue: "trials")
    /// What a rater has answered on such a page, whose digest it has; its content is the file.
    package static let answers = Kind(rawValue: "answers")
  }

  package init(
    _ kind: Kind, step: Int, count: Int, seed: UInt64? = nil, usesAverage: Bool? = nil,
    width: Int = 0, height: Int = 0
  ) {
    (self.kind, self.step, self.count) = (kind, step, count)
    (self.seed, self.usesAverage) = (seed, usesAverage)
    (self.width, self.height) = (width, height)
  }

  /// Whether another one is of the same samples: made anew it has to have the same digest.
  package func isOfSameSamples(as other: Artifact) -> Bool {
    kind == other.kind && checkpoint != nil && checkpoint == other.checkpoint
      && step == other.step && count == other.count && seed == other.seed
      && labels == other.labels && truncation == other.truncation
      && usesAverage == other.usesAverage
  }
}

/// An artifact as the notebook holds it, without its picture.
@dynamicMemberLookup
package struct ArtifactRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var run: Int64
  package var made: Date
  package var artifact: Artifact

  package subscript<Value>(dynamicMember path: KeyPath<Artifact, Value>) -> Value {
    artifact[keyPath: path]
  }
}

extension ArtifactRecord {
  /// Everything but the picture.
  static let columns = """
    id, run, kind, step, count, seed, labels, truncation, average, options, checkpoint, digest, path, \
    width, height, threads, kernels, build, session, made
    """

  init(_ row: Row) throws {
    let field = Fields(row, of: "artifact")
    id = try field("id")
    run = try field("run")
    made = try field("made")
    artifact = Artifact(
      Artifact.Kind(rawValue: try field("kind")), step: try field("step"),
      count: try field("count"),
      seed: (try field.optional("seed") as Int64?).map { UInt64(bitPattern: $0) },
      usesAverage: try field.optional("average"), width: try field.optional("width") ?? 0,
      height: try field.optional("height") ?? 0)
    artifact.labels = try field.optional("labels")
    artifact.truncation = try field.optional("truncation")
    artifact.options = try field("options")
    artifact.checkpoint = try field.optional("checkpoint")
    artifact.digest = try field.optional("digest")
    artifact.path = try field.optional("path")
    artifact.threads = try field.optional("threads")
    artifact.kernels = Self.kernels(try field.optional("kernels"))
    artifact.build = try field.optional("build")
    artifact.session = try field.optional("session")
  }

  /// What cannot be read is chosen anew.
  private static func kernels(_ json: String?) -> [String: String] {
    json.flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0.utf8)) } ?? [:]
  }
}

extension Notebook {
  /// Journals an artifact; a sheet takes the place of one of the same step, and a set of samples that of
  /// one of the same samples in the same place.
  ///
  /// - Parameter content: its picture as PNG or what else is in it, where the notebook is to keep it.
  /// - Returns: its number.
  @discardableResult
  package func record(
    _ artifact: Artifact, run: Int64, content: Data? = nil, at made: Date = .now
  ) throws(NotebookError) -> Int64 {
    try write { db in
      let alike =
        artifact.checkpoint == nil ? [] : try Self.artifacts(db, run: run, kind: artifact.kind)
      for earlier in alike
      where earlier.artifact.isOfSameSamples(as: artifact) && earlier.path == artifact.path
        && earlier.digest == artifact.digest
      {
        try db.execute(
          sql: "UPDATE artifact SET made = ?, session = ? WHERE id = ?",
          arguments: [made, artifact.session, earlier.id])
        return earlier.id
      }
      return try Self.insert(db, artifact, run: run, content: content, made: made)
    }
  }

  @discardableResult
  static func insert(
    _ db: Database, _ artifact: Artifact, run: Int64, content: Data?, made: Date
  ) throws -> Int64 {
    let kernels = try artifact.kernels.isEmpty ? nil : json(artifact.kernels)
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO artifact (run, kind, step, count, seed, labels, truncation, average, options,
          checkpoint, digest, path, width, height, threads, kernels, build, session, made, content)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, step) WHERE kind = 'sheet' DO UPDATE SET content = excluded.content,
          seed = excluded.seed, average = excluded.average, width = excluded.width,
          height = excluded.height, count = excluded.count, made = excluded.made
        RETURNING id
        """,
      arguments: [
        run, artifact.kind.rawValue, artifact.step, artifact.count,
        artifact.seed.map { Int64(bitPattern: $0) }, artifact.labels, artifact.truncation,
        artifact.usesAverage, artifact.options, artifact.checkpoint, artifact.digest,
        artifact.path, artifact.width, artifact.height, artifact.threads, kernels, artifact.build,
        artifact.session, made, content,
      ])
    return try Fields(required(row, "artifact"), of: "artifact")("id")
  }

  private static func json(_ kernels: [String: String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(kernels), as: UTF8.self)
  }

  /// What runs have made, without the pictures, oldest first.
  ///
  /// - Parameters:
  ///   - run: of this one alone.
  ///   - kind: of this kind alone.
  package func artifacts(
    run: Int64? = nil, kind: Artifact.Kind? = nil
  ) throws(NotebookError) -> [ArtifactRecord] {
    try read { db in try Self.artifacts(db, run: run, kind: kind) }
  }

  private static func artifacts(
    _ db: Database, run: Int64?, kind: Artifact.Kind?
  ) throws -> [ArtifactRecord] {
    let conditions = [run.map { _ in "run = ?" }, kind.map { _ in "kind = ?" }].compactMap { $0 }
    let arguments: [(any DatabaseValueConvertible)?] = [run, kind?.rawValue]
    return try Row.fetchAll(
      db,
      sql: """
        SELECT \(ArtifactRecord.columns) FROM artifact
        \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")) ORDER BY id
        """,
      arguments: StatementArguments(arguments.compactMap { $0 })
    ).map(ArtifactRecord.init)
  }

  /// An artifact by its number; nil when there is none.
  package func artifact(_ id: Int64) throws(NotebookError) -> ArtifactRecord? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(ArtifactRecord.columns) FROM artifact WHERE id = ?", arguments: [id]
      ).map(ArtifactRecord.init)
    }
  }

  /// A run's sheets without their pictures, by step.
  package func sampleSheets(run: Int64) throws(NotebookError) -> [ArtifactRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(ArtifactRecord.columns) FROM artifact
          WHERE run = ? AND kind = 'sheet' ORDER BY step
          """,
        arguments: [run]
      ).map(ArtifactRecord.init)
    }
  }

  /// The newest sheet at or before `step` (nil: the newest of all); nil when there is none.
  package func sampleSheet(
    run: Int64, atStep step: Int? = nil
  ) throws(NotebookError) -> ArtifactRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT \(ArtifactRecord.columns) FROM artifact
          WHERE run = ?1 AND kind = 'sheet' AND (?2 IS NULL OR step <= ?2)
          ORDER BY step DESC LIMIT 1
          """,
        arguments: [run, step]
      ).map(ArtifactRecord.init)
    }
  }

  /// The picture of an artifact, as PNG, or what else the notebook keeps of it; nil where that is nothing.
  package func content(ofArtifact id: Int64) throws(NotebookError) -> Data? {
    try read { db in
      try Data.fetchOne(db, sql: "SELECT content FROM artifact WHERE id = ?", arguments: [id])
    }
  }
}
