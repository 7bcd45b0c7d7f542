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
    /// The number of the cell that it is part of.
    let outer: Int?
    let started = Date.now
    fileprivate var row: Int64?
    fileprivate var result: (output: String, duration: Double, outcome: Outcome)?

    fileprivate init(number: Int, source: String, outer: Int?) {
      self.number = number
      self.source = source
      self.outer = outer
    }
  }

  private let build: String
  private var cells = 0
  private var waiting: [Cell] = []
  private var notebook: Notebook?
  /// What is to be written of the session.
  private var start: SessionStart?
  /// Whether something was written for which the cells are to be waited for.
  private var hasWriters = false
  /// Why cells wait that could have been written, as it was last seen.
  private(set) var hindrance: NotebookError?
  private var askedGit = false
  private var gitState: GitState?

  init(build: String) { self.build = build }

  /// The number of the next cell, from 1.
  var nextNumber: Int { cells + 1 }

  /// Whether there are cells that no notebook holds.
  var hasWaiting: Bool { waiting.contains { $0.result?.outcome == .succeeded } }

  /// The row of the session; nil before there is one.
  private(set) var session: Int64?

  /// The row of the session for what is written now, declarations and runs: waits for it as they wait;
  /// nil before there is a notebook.
  var sessionRow: Int64? {
    if session == nil, let notebook, let start {
      // Where this fails, so does what is to be written, and says why.
      session = try? notebook.begin(start).id
    }
    hasWriters = true
    return session
  }

  /// A statement begins.
  func open(_ source: String) -> Cell {
    cells += 1
    let outer = waiting.last { $0.result == nil }?.number
    let cell = Cell(number: cells, source: source, outer: outer)
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
    start = SessionStart(build: build, threads: threads, directory: directory)
    self.notebook = notebook
    try write()
  }

  /// The session is over.
  ///
  /// - Returns: why some of what was typed is not in the notebook; nil where all is.
  func end() throws -> NotebookError? {
    // What was made is worth waiting for to know whence it came; a question is not.
    let deadline = Date.now.addingTimeInterval(hasWriters ? 10 : 0)
    repeat { try write() } while hindrance != nil && Date.now < deadline
    if hindrance == nil, let notebook, let session {
      try unlessHindered { try notebook.endSession(session) }
    }
    return waiting.isEmpty ? nil : hindrance
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

  /// Cells go in in the order of their numbers, those under way as `running`. Nobody waits for them:
  /// while another process is in the way, or the disk is full, they stay here.
  private func write() throws {
    guard let notebook else { return }
    try unlessHindered { try write(to: notebook) }
  }

  private func unlessHindered(_ body: () throws -> Void) throws {
    hindrance = nil
    do { try body() } catch {
      guard let reason = error as? NotebookError, reason.isPassing else { throw error }
      hindrance = reason
    }
  }

  private func write(to notebook: Notebook) throws {
    if session == nil, let start {
      session = try notebook.begin(start, atOnce: true).id
    }
    guard let session else { return }
    for cell in waiting {
      if cell.row == nil {
        cell.row = try notebook.beginCell(
          session: session, source: cell.source, within: cell.outer, at: cell.started
        )
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
