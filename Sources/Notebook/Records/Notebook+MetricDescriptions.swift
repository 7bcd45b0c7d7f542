import GRDB
package import MetricDescriptions

extension Notebook {
  /// What the notebook knows of its metrics, in the order in which they first appeared.
  package func metrics() throws(NotebookError) -> [MetricDescription] {
    try read { db in try Self.metricRows(db).map(\.description) }
  }

  /// Descriptions by the ids of their names, in the order of these.
  static func metricRows(
    _ db: Database
  ) throws -> [(id: Int64, description: MetricDescription)] {
    try Row.fetchAll(db, sql: "SELECT * FROM metricName ORDER BY id").map { row in
      (try Fields(row, of: "metricName")("id"), try MetricDescription(row))
    }
  }

  /// Keeps what a metric is; what was kept before makes room, since a newer program knows better.
  static func describe(_ db: Database, _ metric: MetricDescription) throws {
    try db.execute(
      sql: """
        INSERT INTO metricName (name, label, family, unit, direction, format, meaning, listed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET label = excluded.label, family = excluded.family,
          unit = excluded.unit, direction = excluded.direction, format = excluded.format,
          meaning = excluded.meaning, listed = excluded.listed
        WHERE (label, family, unit, direction, format, meaning, listed) IS NOT
          (excluded.label, excluded.family, excluded.unit, excluded.direction, excluded.format,
            excluded.meaning, excluded.listed)
        """,
      arguments: [
        metric.name, metric.label, metric.family, metric.unit, metric.direction?.rawValue,
        metric.format.rawValue, metric.meaning, metric.isListed,
      ])
  }
}

extension MetricDescription {
  /// Of a row without a label nobody has said what it is. Words of a newer program that this one does not
  /// know say nothing.
  init(_ row: Row) throws {
    let field = Fields(row, of: "metricName")
    self.init(try field("name"))
    guard let label: String = try field.optional("label") else { return }
    self.label = label
    family = try field.optional("family") ?? label
    unit = try field.optional("unit") ?? ""
    direction = try field.optional("direction").flatMap(MetricDirection.init(rawValue:))
    format = try field.optional("format").flatMap(MetricFormat.init(rawValue:)) ?? .real
    meaning = try field.optional("meaning") ?? ""
    isListed = try field.optional("listed") ?? false
  }
}
