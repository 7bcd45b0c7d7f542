import GRDB

/// What a run is called that nobody named: the first name of a series that no run, sweep or planned run has.
package struct FreeName: Sendable, Hashable {
  private let stem: String
  private let isCounted: Bool

  /// `toy-1`, `toy-2`, ….
  package static func counted(_ stem: String) -> FreeName {
    FreeName(stem: stem, isCounted: true)
  }

  /// `base-replay`, `base-replay-2`, ….
  package static func plain(_ stem: String) -> FreeName {
    FreeName(stem: stem, isCounted: false)
  }

  /// `base-calm`, `base-calm-2`, …: both shortened where they are longer together than a name may be.
  package static func plain(_ name: String, then mark: String) -> FreeName {
    let mark = String(mark.unicodeScalars.prefix(40))
    // Room for the number.
    return .plain(String(name.unicodeScalars.prefix(60 - mark.unicodeScalars.count)) + mark)
  }

  /// `base-rerun`, `base-rerun-2`, … of `base`, and of a run that is called so itself.
  package static func rerun(of name: String) -> FreeName {
    let mark = "-rerun"
    var stem = name
    if let last = name.ranges(of: mark).last {
      let rest = name[last.upperBound...]
      if rest.isEmpty || rest.first == "-" && rest.dropFirst().allSatisfy(\.isNumber) {
        stem = String(name[..<last.lowerBound])
      }
    }
    // Room for the number within what a name may have.
    return .plain(stem.prefix(50) + mark)
  }

  func name(avoiding taken: Set<String>) -> String {
    var number = 1
    while true {
      let name = number == 1 && !isCounted ? stem : "\(stem)-\(number)"
      if !taken.contains(name) { return name }
      number += 1
    }
  }

  /// The first free one, as long as the transaction lasts.
  func find(_ db: Database, avoiding others: Set<String>) throws -> String {
    let taken = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM (SELECT name FROM run UNION SELECT name FROM trial UNION SELECT name FROM sweep)
        WHERE substr(name, 1, length(?1)) = ?1
        """, arguments: [stem])
    return name(avoiding: others.union(taken))
  }
}

extension Notebook {
  /// The name of a series that is free now; another process may take it.
  package func freeName(_ name: FreeName) throws(NotebookError) -> String {
    try read { db in try name.find(db, avoiding: []) }
  }

  /// Journals a run that nobody named before its first step. The name is found in the transaction
  /// that takes it, so that runs begun at the same moment have different ones.
  ///
  /// - Parameters:
  ///   - others: names that cannot be had, since something else lies in the folder of checkpoints.
  ///   - make: everything else, given the name.
  package func begin(
    named name: FreeName, avoiding others: Set<String> = [],
    _ make: (String) throws -> RunStart
  ) throws(NotebookError) -> RunRecord {
    try write { db in try Self.insert(db, make(name.find(db, avoiding: others)), derivation) }
  }
}
