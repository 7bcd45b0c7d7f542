import Foundation
import GRDB

/// The state that a metric writer's thread keeps between transactions.
struct MetricPages {
  private let run: RunRecord
  /// Whether points that the sums know nothing of are taken to be new.
  let trustsSums: Bool
  private var nameIDs: [String: Int64] = [:]
  private var tracks: [Int64: MetricTrack] = [:]

  /// - Parameter trustsSums: false after a failure, be it that the sums are not those of the points.
  init(run: RunRecord, trustsSums: Bool = true) {
    (self.run, self.trustsSums) = (run, trustsSums)
  }

  /// Writes points with the sums over them and a heartbeat, at last also how the run ended.
  mutating func write(
    _ db: Database, _ points: MetricPoints, stepsDone: Int, ending: RunEnding?
  ) throws {
    try write(db, points)
    try db.cachedStatement(
      sql: "UPDATE run SET heartbeat = ?, stepsDone = max(stepsDone, ?) WHERE id = ?"
    ).execute(arguments: [Date.now, stepsDone, run.id])
    if let ending { try Notebook.finish(db, run: run.id, ending) }
  }

  /// Writes points with the sums over them alone.
  mutating func write(_ db: Database, _ points: MetricPoints) throws {
    for description in points.descriptions { try Notebook.describe(db, description) }
    // The tree is clustered by name and step: a batch goes in name by name.
    let groups = try points.groups.map { (id: try nameID(db, $0.name), points: $0.points) }
    for group in groups.sorted(by: { $0.id < $1.id }) {
      var track =
        try tracks.removeValue(forKey: group.id) ?? MetricTrack(db, run: run.id, name: group.id)
      let new = try MetricStatement(db, run: run.id, name: group.id, replaces: false)
      let any = try MetricStatement(db, run: run.id, name: group.id, replaces: true)
      for point in group.points {
        let isThere = try track.put(db, step: point.step, value: point.value)
        try (isThere || !trustsSums ? any : new).write(point)
      }
      try track.write(db)
      tracks[group.id] = track
    }
  }

  private mutating func nameID(_ db: Database, _ name: String) throws -> Int64 {
    if let id = nameIDs[name] { return id }
    try db.execute(
      sql: "INSERT INTO metricName (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [name])
    let id = try Int64.fetchOne(
      db, sql: "SELECT id FROM metricName WHERE name = ?", arguments: [name])
    guard let id else { throw UnexpectedValue(place: "metricName") }
    nameIDs[name] = id
    return id
  }
}
