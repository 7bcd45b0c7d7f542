import GRDB

/// One metric of one run as its writer sees it: points go in, the rows that sum them up come out.
///
/// Steps are cut into buckets of 256. The bucket that is written to is held in memory whole, of
/// a few before it and of those after it their aggregates, and of all earlier ones one sum; so a flush
/// costs what it brings and the memory stays the same, however long the run is. A point that replaces
/// another leaves every sum as if it had always been there; for one far back all is read anew.
///
/// A bucket of few points gets no row, which would be larger than they are.
struct MetricTrack {
  /// Steps in a bucket.
  static let width = 256
  /// Points from which a bucket has a row.
  static let fewest = 16
  /// Buckets that are kept before the one that is written to.
  private static let kept = 8

  private let run: Int64
  private let name: Int64
  /// Bucket numbers, ascending, and what is known of each.
  private var indices: [Int] = []
  private var aggregates: [Aggregate] = []
  /// All buckets before `firstKept` as one.
  private var folded = Aggregate()
  private var firstKept = Int.min
  private var open: OpenBucket?
  private var unwritten: Set<Int> = []
  /// Buckets that have a row.
  private var stored: Set<Int> = []

  private struct OpenBucket {
    let index: Int
    var values = [Double](repeating: 0, count: MetricTrack.width)
    var isPresent = [Bool](repeating: false, count: MetricTrack.width)

    var aggregate: Aggregate {
      var aggregate = Aggregate()
      for offset in 0..<MetricTrack.width where isPresent[offset] {
        aggregate.append(step: index * MetricTrack.width + offset, value: values[offset])
      }
      return aggregate
    }
  }

  /// Reads what the notebook knows of the metric so far.
  ///
  /// - Parameter count: of its points; nil: the summary has it.
  init(_ db: Database, run: Int64, name: Int64, count: Int? = nil) throws {
    self.run = run
    self.name = name
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM metricBucket WHERE run = ? AND name = ? ORDER BY bucket",
      arguments: [run, name])
    while let row = try rows.next() {
      let field = Fields(row, of: "metricBucket")
      indices.append(try field("bucket"))
      aggregates.append(try Aggregate(field))
    }
    stored = Set(indices)
    let count =
      try count ?? Int.fetchOne(
        db, sql: "SELECT count FROM metricSummary WHERE run = ? AND name = ?",
        arguments: [run, name]) ?? 0
    // Mostly only the last bucket has no row.
    if aggregates.reduce(0, { $0 + $1.count }) < count {
      try sumUp(db, from: indices.last.map { ($0 + 1) * Self.width } ?? .min)
    }
    if aggregates.reduce(0, { $0 + $1.count }) < count {
      (indices, aggregates) = ([], [])
      try sumUp(db, from: .min)
    }
  }

  /// Reckons buckets from the points of a step and later ones.
  private mutating func sumUp(_ db: Database, from step: Int) throws {
    for point in try Notebook.points(db, run: run, name: name, from: step) {
      let index = point.step >> 8
      if indices.last != index {
        indices.append(index)
        aggregates.append(Aggregate())
      }
      aggregates[aggregates.count - 1].append(step: point.step, value: point.value)
    }
  }

  /// Inserts or replaces a point; its row must be written in the same transaction.
  ///
  /// - Returns: whether the notebook has a point of the step.
  mutating func put(_ db: Database, step: Int, value: Double) throws -> Bool {
    let index = step >> 8
    if open?.index != index {
      settle()
      if index < firstKept {
        // Points are in the notebook already; the sums over them must be too.
        try write(db)
        self = try MetricTrack(db, run: run, name: name)
      }
      open = try read(db, bucket: index)
    }
    let offset = step & (Self.width - 1)
    let isThere = open?.isPresent[offset] ?? false
    open?.values[offset] = value
    open?.isPresent[offset] = true
    return isThere
  }

  /// Writes the aggregates that have changed.
  mutating func write(_ db: Database) throws {
    settle()
    let bucketRow = try db.cachedStatement(sql: Self.bucketSQL)
    for index in unwritten.sorted() {
      guard let at = position(of: index) else { continue }
      let aggregate = aggregates[at]
      guard aggregate.count >= Self.fewest || stored.contains(index) else { continue }
      stored.insert(index)
      try bucketRow.execute(
        arguments: [run, name, index, aggregate.sum] + aggregate.arguments)
    }
    unwritten.removeAll(keepingCapacity: true)
    let total = summary()
    if let open { fold(before: open.index - Self.kept) }
    try db.cachedStatement(sql: Self.summarySQL)
      .execute(arguments: [run, name, total.mean] + total.arguments)
  }

  /// Writes what no row has, as well.
  mutating func writeAll(_ db: Database) throws {
    unwritten = Set(indices).subtracting(stored)
    try write(db)
  }

  /// The whole metric.
  func summary() -> Aggregate {
    var total = folded
    for aggregate in aggregates { total.append(aggregate) }
    return total
  }

  /// Makes one sum of what is written and will hardly change again.
  private mutating func fold(before index: Int) {
    let count = indices.prefix { $0 < index }.count
    guard count > 0 else { return }
    for aggregate in aggregates.prefix(count) { folded.append(aggregate) }
    stored.subtract(indices.prefix(count))
    indices.removeFirst(count)
    aggregates.removeFirst(count)
    firstKept = index
  }

  /// Carries the open bucket over into its aggregate.
  private mutating func settle() {
    guard let open else { return }
    let aggregate = open.aggregate
    if let at = position(of: open.index) {
      if aggregates[at] == aggregate { return }
      aggregates[at] = aggregate
    } else {
      let at = indices.firstIndex { $0 > open.index } ?? indices.count
      indices.insert(open.index, at: at)
      aggregates.insert(aggregate, at: at)
    }
    unwritten.insert(open.index)
  }

  private func position(of index: Int) -> Int? {
    if indices.last == index { return indices.count - 1 }
    var (low, high) = (0, indices.count)
    while low < high {
      let middle = (low + high) / 2
      if indices[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low < indices.count && indices[low] == index ? low : nil
  }

  private func read(_ db: Database, bucket index: Int) throws -> OpenBucket {
    var bucket = OpenBucket(index: index)
    guard position(of: index) != nil else { return bucket }
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT step, value, kind FROM metric
        WHERE run = ? AND name = ? AND step BETWEEN ? AND ?
        """,
      arguments: [run, name, index * Self.width, index * Self.width + Self.width - 1])
    while let row = try rows.next() {
      let field = Fields(row, of: "metric")
      let step: Int = try field("step")
      let offset = step & (Self.width - 1)
      bucket.values[offset] = try field.number("value", kind: "kind")
      bucket.isPresent[offset] = true
    }
    return bucket
  }

  private static let bucketSQL = """
    INSERT OR REPLACE INTO metricBucket (run, name, bucket, sum, \(Aggregate.columns))
    VALUES (?, ?, ?, ?, \(Aggregate.places))
    """

  private static let summarySQL = """
    INSERT OR REPLACE INTO metricSummary (run, name, mean, \(Aggregate.columns))
    VALUES (?, ?, ?, \(Aggregate.places))
    """
}

extension Aggregate {
  /// The columns that a bucket's row and a summary's row have in common.
  static let columns = """
    count, finite, firstStep, first, firstKind, lastStep, last, lastKind, minimum, minimumStep,
    maximum, maximumStep
    """
  static let places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

  var arguments: StatementArguments {
    [
      count, finiteCount, firstStep, StoredNumber.value(first), StoredNumber.kind(first),
      lastStep, StoredNumber.value(last), StoredNumber.kind(last), minimum, minimumStep,
      maximum, maximumStep,
    ]
  }

  init(_ field: Fields) throws {
    count = try field("count")
    finiteCount = try field("finite")
    sum = try field("sum")
    firstStep = try field("firstStep")
    first = try field.number("first", kind: "firstKind")
    lastStep = try field("lastStep")
    last = try field.number("last", kind: "lastKind")
    minimum = try field.optional("minimum")
    minimumStep = try field.optional("minimumStep")
    maximum = try field.optional("maximum")
    maximumStep = try field.optional("maximumStep")
  }
}
