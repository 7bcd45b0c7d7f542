import Foundation
import GRDB

/// The state that a metric writer's thread keeps between transactions.
struct MetricPages {
  private let run: RunRecord
  private var nameIDs: [String: Int64] = [:]
  private var tracks: [Int64: MetricTrack] = [:]

  init(run: RunRecord) { self.run = run }

  /// Writes points, in the order of their arrival, with the sums over them and a heartbeat.
  mutating func write(_ db: Database, _ points: [MetricQueue.Point], stepsDone: Int) throws {
    // The tree is clustered by name and step: a batch goes in name by name.
    var groups: [Int64: [MetricQueue.Point]] = [:]
    for point in points { groups[try nameID(db, point.name), default: []].append(point) }
    let insertion = try db.cachedStatement(
      sql: """
        INSERT INTO metric (run, name, step, value, kind, time) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, name, step) DO UPDATE
        SET value = excluded.value, kind = excluded.kind, time = excluded.time
        """)
    for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
      var track = try tracks.removeValue(forKey: name) ?? MetricTrack(db, run: run.id, name: name)
      for point in group {
        try track.put(db, step: point.step, value: point.value)
        try insertion.execute(arguments: [
          run.id, name, point.step, StoredNumber.value(point.value),
          StoredNumber.kind(point.value), point.time,
        ])
      }
      try track.write(db)
      tracks[name] = track
    }
    try db.cachedStatement(
      sql: "UPDATE run SET heartbeat = ?, stepsDone = max(stepsDone, ?) WHERE id = ?"
    ).execute(arguments: [Date.now, stepsDone, run.id])
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
