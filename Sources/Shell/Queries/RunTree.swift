import MetricDescriptions
import Notebook
import Reports

/// Families of runs: which was branched off or repeated from which.
struct RunTree {
  /// A run below the one that it comes from.
  struct Branch {
    let run: RunRecord
    /// Generations above it.
    let depth: Int
    /// What is drawn before its name.
    let drawing: String
    /// The name of the run that it comes from; nil: it begins the family.
    let parent: String?
  }

  let branches: [Branch]
  /// Runs that belong to no family.
  let others: Int

  /// How lines are drawn.
  struct Lines {
    let child, lastChild, further, nothing: String

    static let unicode = Lines(child: "├─ ", lastChild: "└─ ", further: "│  ", nothing: "   ")
    static let ascii = Lines(child: "|- ", lastChild: "`- ", further: "|  ", nothing: "   ")
  }

  /// - Parameter lines: nil: nothing is drawn.
  init(of runs: [RunRecord], drawnWith lines: Lines?) {
    let known = Set(runs.map(\.id))
    var children: [Int64: [RunRecord]] = [:]
    for run in runs {
      if let parent = run.parent?.run, known.contains(parent), parent != run.id {
        children[parent, default: []].append(run)
      }
    }
    var branches: [Branch] = []
    var seen: Set<Int64> = []
    // Not by recursion: a chain of branches may be as long as one likes.
    func add(family root: RunRecord) {
      var waiting: [(run: RunRecord, depth: Int, above: String, isLast: Bool, parent: String?)] =
        [(root, 0, "", true, nil)]
      while let (run, depth, above, isLast, parent) = waiting.popLast() {
        guard seen.insert(run.id).inserted else { continue }
        let mark = depth == 0 ? "" : (isLast ? lines?.lastChild : lines?.child) ?? ""
        branches.append(
          Branch(run: run, depth: depth, drawing: above + mark, parent: parent))
        let below = depth == 0 ? "" : above + ((isLast ? lines?.nothing : lines?.further) ?? "")
        let own = children[run.id] ?? []
        for (index, child) in own.enumerated().reversed() {
          waiting.append((child, depth + 1, below, index == own.count - 1, run.name))
        }
      }
    }
    func isBelow(_ run: RunRecord) -> Bool { run.parent.map { known.contains($0.run) } ?? false }
    for run in runs where !isBelow(run) && children[run.id] != nil { add(family: run) }
    // Rows of a notebook that somebody changed may go round in a circle.
    for run in runs where isBelow(run) && !seen.contains(run.id) { add(family: run) }
    self.branches = branches
    others = runs.count - branches.count
  }
}

extension RunTree {
  /// A row for each run: how far it is, the alarm that stands where any does, where it was branched off, what it says otherwise, and the last value of
  /// a metric: of those that are listed the one that most of them have, best one with a better end.
  ///
  /// - Parameters:
  ///   - metrics: what the notebook knows of its metrics.
  ///   - isDrawn: whether a family is drawn before the names; else the parent has a column.
  func table(
    in notebook: Notebook, metrics: [MetricDescription], isDrawn: Bool
  ) throws -> Table {
    let listed = metrics.listed
    let summaries = try notebook.summaries(
      runs: branches.map(\.run.id), metrics: listed.map(\.name))
    func count(_ metric: MetricDescription) -> Int {
      summaries.values.count { $0.contains { $0.name == metric.name } }
    }
    let most = listed.map(count).max() ?? 0
    let common = most > 0 ? listed.filter { count($0) == most } : []
    let metric = common.first { $0.direction != nil } ?? common.first
    let alarms = try notebook.standingAlarms(ofRuns: branches.map(\.run.id))
    var table = Table(
      ["name"] + (isDrawn ? [] : ["parent"]) + ["status"] + (alarms.isEmpty ? [] : ["alarm"])
        + ["steps", "at step", "changed"]
        + (metric.map { [isDrawn ? $0.label : $0.name] } ?? []))
    for branch in branches {
      let run = branch.run
      let change = branch.parent == nil ? nil : try notebook.changes(of: run)
      let step = change == nil ? nil : run.parent?.step
      var row: [Table.Cell] = [.text(branch.drawing + run.name)]
      if !isDrawn { row.append(.text(branch.parent)) }
      let events = run.isAlive ? try notebook.events(run: run.id) : []
      row.append(.text(run.standing(events)))
      if !alarms.isEmpty { row.append(.text(alarms[run.id])) }
      row += [
        .integer(run.stepsDone), .integer(step),
        .text(branch.parent == nil ? nil : Self.words(of: change)),
      ]
      if let metric {
        let own = summaries[run.id]?.first { $0.name == metric.name }
        row.append(Table.Cell(own?.last, of: metric))
      }
      table.append(row)
    }
    return table
  }

  private static func words(of changes: BranchChanges?) -> String {
    guard let changes else { return "repeated" }
    return changes.entries.isEmpty ? "nothing" : changes.entries.joined(separator: ", ")
  }
}
