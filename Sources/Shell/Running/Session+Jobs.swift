import Compilation
import Datasets
import Foundation
import Language
import Notebook
import Specification
import Terminal
import Training

extension Session {
  /// Starts a run that has just been journalled, in a folder of its own. See below.
  ///
  /// - Parameter step: steps that it has taken over.
  func launch(
    new run: RunRecord, _ specification: RunSpecification, on dataset: Dataset, test: Dataset?,
    with backend: any Backend, in folder: RunsFolder, from beginning: RunBeginning,
    step: Int = 0, inBackground: Bool, remark: (@Sendable (CheckpointFile) throws -> String)? = nil
  ) throws {
    let own: RunFolder
    do { own = try takeFolder(ofRun: run.name, in: folder) } catch {
      try notebook().finish(run: run.id, status: .failed, stepsDone: step, message: "\(error)")
      throw error
    }
    try launch(
      run, specification, on: dataset, test: test, with: backend, in: (folder, own),
      from: beginning, step: step, inBackground: inBackground, remark: remark)
  }

  /// Starts a run that is journalled, and stays with it or leaves it to the background.
  ///
  /// - Parameters:
  ///   - folders: where its checkpoints go, taken for this process.
  ///   - step: steps done before.
  ///   - remark: a sentence about the last checkpoint of a run that has finished.
  /// - Throws: as `attend`.
  func launch(
    _ run: RunRecord, _ specification: RunSpecification, on dataset: Dataset, test: Dataset?,
    with backend: any Backend, in folders: (all: RunsFolder, own: RunFolder),
    from beginning: RunBeginning, step: Int, inBackground: Bool,
    remark: (@Sendable (CheckpointFile) throws -> String)? = nil
  ) throws {
    let notebook = try notebook()
    var beginning = beginning
    beginning.featureCache = featureCache
    let handle = RunHandle.launch(
      specification, dataset: dataset, test: test, backend: backend, folder: folders.own.url,
      from: beginning, holdsCheckpoints: true)
    let journal = RunJournal(
      run, in: notebook, folders, specification, keep: { try handle.keep($0) },
      whenShort: { handle.stop() })
    let job = Job(
      handle, journal, in: notebook,
      progress: RunProgress(from: step, of: specification.steps, clock: monotonicSeconds),
      isWatched: !inBackground, notices: notices, response: specification.observation.response,
      remark: remark)
    jobs.append(job)
    guard inBackground else { return try attend(job) }
    output.line(
      "\(run.name) is in the background; `jobs`, `tune \(run.name) …`, `stop \(run.name)`, `wait`")
  }

  /// The run of that name that is at work in this process.
  func job(named name: String) -> Job? {
    jobs.first { $0.name == name && $0.ending == nil }
  }

  /// Runs at work in this process.
  var atWork: [Job] { jobs.filter { $0.ending == nil } }

  /// Shows what the background has to say.
  func announce() {
    let ended = jobs.filter { $0.ending != nil }
    jobs.removeAll { $0.ending != nil }
    for message in notices.take() { errors.put(message + "\n") }
    for job in ended where !job.isWatched {
      do { _ = try rescue(after: job, inBackground: true) } catch ShellError.reported {} catch {
        errors.line("\(errors.styled("warning:", .yellow)) \(error)")
      }
    }
  }

  /// What is left to do when nothing more will be typed: runs in the background are waited for; if
  /// somebody has left, they are stopped, saved.
  ///
  /// - Returns: the outcome with theirs in it.
  package func settle(_ outcome: Outcome) -> Outcome {
    defer { announce() }
    guard !atWork.isEmpty || !sweeps.isEmpty else { return outcome }
    if configuration.isInteractive || outcome == .interrupted {
      stopAll()
      return outcome
    }
    do {
      for sweep in sweeps { try attend(sweep) }
      // One that ends after an alarm may begin another.
      while !atWork.isEmpty { try wait(for: atWork) }
    } catch ShellError.interrupted {
      stopAll()
      return .interrupted
    } catch { return .failed }
    return outcome
  }

  private func stopAll() {
    Interrupts.take()
    let jobs = atWork
    let sweeps = sweeps.filter { $0.count > 0 }
    for job in jobs { job.stop() }
    for sweep in sweeps {
      do { try stop(sweep) } catch { report("\(error)") }
    }
    let names = (jobs.map(\.name) + sweeps.map(\.sweep.name)).joined(separator: ", ")
    guard !names.isEmpty else { return }
    errors.put("stopping \(names) at the end of a step, saved; Ctrl-C leaves at once\n")
    for job in jobs {
      while job.wait(upTo: 0.1) == nil { if Interrupts.pendingCount > 0 { leave() } }
    }
    for sweep in sweeps {
      while sweep.count > 0 {
        if Interrupts.pendingCount > 0 { leave() }
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  /// The second interrupt: the notebook keeps what it can, then the program is gone.
  func leave() -> Never {
    for job in atWork { job.abandon() }
    announce()
    close()
    leaveProgram(Outcome.interrupted)
  }
}
