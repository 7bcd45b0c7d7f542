import Foundation
import Notebook

/// The cells of a session: what was typed, what came out, how long it took.
///
/// They wait in memory until there is a notebook. From then on a statement that does something is written
/// when it begins, as `running`, so that a kill in the middle of it leaves it as `interrupted`; one that
/// only shows something when it has ended, since reading waits for nobody.
final class Journal {
  /// One statement under way.
  final class Cell {
    let number: Int
    let source: String
    let started = Date.now
    fileprivate var row: Int64?
    fileprivate var result: (output: String, duration: Double, outcome: Outcome)?

    fileprivate init(number: Int, source: String) {
      self.number = number
      self.source = source
    }
  }

  private let build: String
  private var cells = 0
  private var waiting: [Cell] = []
  private var notebook: Notebook?
  private var session: Int64?
  private var askedGit = false
  private var gitState: GitState?

  init(build: String) { self.build = build }

  /// The number of the next cell, from 1.
  var nextNumber: Int { cells + 1 }

  /// Whether there are cells that no notebook holds.
  var hasWaiting: Bool { waiting.contains { $0.result?.outcome == .succeeded } }

  /// The row of the session, for declarations and runs; nil before there is a notebook.
  var sessionRow: Int64? { session }

  /// A statement begins.
  func open(_ source: String) -> Cell {
    cells += 1
    let cell = Cell(number: cells, source: source)
    waiting.append(cell)
    return cell
  }

  /// The statement under way will do something: it is written before it does.
  func writeBegun() throws { try write() }

  /// A statement has ended.
  func close(_ cell: Cell, output: String, _ outcome: Outcome) throws {
    cell.result = (output, Date.now.timeIntervalSince(cell.started), outcome)
    try write()
  }

  /// There is a notebook now.
  func begin(in notebook: Notebook, threads: Int) throws {
    let directory = FileManager.default.currentDirectoryPath
    session = try notebook.begin(
      SessionStart(build: build, threads: threads, directory: directory)
    ).id
    self.notebook = notebook
    try write()
  }

  /// The session is over.
  func end() throws {
    try write()
    if let notebook, let session { try notebook.endSession(session) }
  }

  /// What git says about the working directory, asked for once and only by those who train, since
  /// asking takes longer than starting.
  func git() throws -> GitState? {
    if !askedGit {
      askedGit = true
      gitState = GitState.read(at: FileManager.default.currentDirectoryPath)
      if let notebook, let session, let gitState {
        try notebook.setGit(gitState, ofSession: session)
      }
    }
    return gitState
  }

  /// Cells go in in the order of their numbers, those under way as `running`.
  private func write() throws {
    guard let notebook, let session else { return }
    for cell in waiting {
      if cell.row == nil {
        cell.row = try notebook.beginCell(session: session, source: cell.source, at: cell.started)
          .id
      }
      if let row = cell.row, let result = cell.result {
        try notebook.finishCell(
          row, status: result.outcome.cellStatus, output: result.output,
          duration: result.duration)
      }
    }
    waiting.removeAll { $0.result != nil }
    if let displacement = notebook.displacement { throw displacement }
  }
}

extension Outcome {
  fileprivate var cellStatus: CellStatus {
    switch self {
    case .succeeded: .ok
    case .failed: .error
    case .interrupted: .interrupted
    }
  }
}
