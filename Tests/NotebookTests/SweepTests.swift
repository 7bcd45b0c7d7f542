import Foundation
import GRDB
import MetricDescriptions
import Notebook
import Testing

/// Sweeps in the notebook: who takes which run, and what becomes of it.
@Suite struct SweepTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let dead = ProcessIdentity(pid: 999_999_999, start: "gone")

  private func plan(_ number: Int, configuration: Int? = nil, steps: Int = 10, goal: Int = 10)
    -> TrialPlan
  {
    TrialPlan(
      number: number, configuration: configuration ?? number, seed: UInt64.max - 1,
      name: "s-\(number)", settings: "lr=\(number)", statement: "run a on b as s-\(number)",
      fingerprint: "\(number)", steps: steps, goal: goal)
  }

  private func notebook(
    _ plans: [TrialPlan], halving: Halving? = nil
  ) throws -> (Notebook, SweepRecord) {
    let notebook = try Notebook.open(at: folder.path())
    let sweep = try notebook.plan(sweepNamed: "s") { before, _ in
      #expect(before == nil)
      return Notebook.SweepChange(
        sweep: SweepRecord(
          name: "s", text: "sweep …", session: nil, jobs: 2, threads: 1, halving: halving),
        added: plans)
    }
    return (notebook, sweep)
  }

  private func start(_ name: String, _ process: ProcessIdentity = .current) -> RunStart {
    RunStart(
      name: name, text: "t", seed: 1, stepsPlanned: 10, build: "b", threads: 1, kernels: "k",
      process: process)
  }

  private func taken(_ taking: Notebook.Taking) -> Int? {
    if case .trial(let trial) = taking { return trial.plan.number }
    return nil
  }

  @Test func `each run is taken once, and that of a dead process again`() throws {
    let (notebook, sweep) = try notebook([plan(1), plan(2)])
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id, process: Self.dead)) == 1)
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == 1, "its process is gone")
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == 2)
    guard case .later = try notebook.takeTrial(ofSweep: sweep.id) else {
      Issue.record("all are held")
      return
    }
    let trials = try notebook.trials(ofSweep: sweep.id)
    #expect(trials.map(\.plan) == [plan(1), plan(2)])
    for trial in trials { try notebook.end(trial: trial.id, failure: "no data") }
    guard case .nothing = try notebook.takeTrial(ofSweep: sweep.id) else {
      Issue.record("nothing is left")
      return
    }
    try notebook.reopen(sweep: sweep.id)
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == 1, "it never began")
  }

  @Test func `what another process has is neither ended nor let go`() throws {
    let (notebook, sweep) = try notebook([plan(1)])
    guard case .trial(let trial) = try notebook.takeTrial(ofSweep: sweep.id) else { return }
    func state() throws -> TrialRecord.State { try notebook.trials(ofSweep: sweep.id)[0].state }
    try notebook.end(trial: trial.id, process: Self.dead)
    try notebook.release(trial: trial.id, process: Self.dead)
    #expect(try state() == .taken)
    try notebook.release(trial: trial.id)
    #expect(try state() == .waiting)
    try notebook.end(trial: trial.id)
    #expect(try state() == .waiting, "it was let go")
  }

  @Test func `a stopped sweep's run goes on for whoever asks, and not for its worker`() throws {
    let (notebook, sweep) = try notebook([plan(1)])
    guard case .trial(let trial) = try notebook.takeTrial(ofSweep: sweep.id) else { return }
    let run = try #require(try notebook.begin(start("s-1"), ofTrial: trial.id))
    try notebook.finish(run: run.id, status: .stopped, stepsDone: 4)
    try notebook.stop(sweep: sweep.id)
    #expect(throws: NotebookError.sweepStopped(run: "s-1")) {
      try notebook.resume(run: run.id, fromStep: 4)
    }
    try notebook.end(trial: trial.id)
    #expect(try notebook.resume(run: run.id, fromStep: 4).status == .running)
  }

  @Test func `numbers that no sweep has can still be summed`() throws {
    let (notebook, sweep) = try notebook([plan(1), plan(2)])
    try DatabaseQueue(path: folder.path()).write { db in
      try db.execute(
        sql: "UPDATE trial SET steps = 9007199254740992, goal = 9007199254740992, takings = -1")
    }
    let trials = try notebook.trials(ofSweep: sweep.id)
    #expect(trials.map(\.plan.steps) == [1 << 40, 1 << 40])
    #expect(trials.map(\.takings) == [0, 0])
  }

  @Test func `a free name is none of a sweep or of what it plans`() throws {
    let (notebook, _) = try notebook([plan(1), plan(2)])
    #expect(try notebook.freeName(.counted("s")) == "s-3")
    #expect(try notebook.freeName(.plain("s")) == "s-3")
  }

  @Test func `a run that kills its processes is given up`() throws {
    let (notebook, sweep) = try notebook([plan(1)])
    for _ in 0..<3 {
      #expect(try taken(notebook.takeTrial(ofSweep: sweep.id, process: Self.dead)) == 1)
    }
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == nil)
    #expect(try notebook.trials(ofSweep: sweep.id)[0].failure == "its process died 3 times")
  }

  @Test func `a run begins with its trial or not at all`() throws {
    let (notebook, sweep) = try notebook([plan(1), plan(2)])
    guard case .trial(let trial) = try notebook.takeTrial(ofSweep: sweep.id) else { return }
    #expect(try notebook.begin(start("s-1", Self.dead), ofTrial: trial.id) == nil)
    let run = try #require(try notebook.begin(start("s-1"), ofTrial: trial.id))
    #expect(try notebook.trials(ofSweep: sweep.id)[0].run?.id == run.id)
    #expect(try notebook.begin(start("again"), ofTrial: trial.id) == nil, "it has one")
    #expect(try notebook.stop(sweep: sweep.id) == 1)
    #expect(try notebook.takeRequests(run: run.id) == [.stop])
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == nil, "it was stopped")
    try notebook.finish(run: run.id, status: .stopped, stepsDone: 4)
    try notebook.end(trial: trial.id)
    try notebook.reopen(sweep: sweep.id)
    guard case .trial(let again) = try notebook.takeTrial(ofSweep: sweep.id) else { return }
    #expect(again.run?.name == "s-1" && again.run?.status == .stopped)
    // What is done in either way is not done again.
    try notebook.finish(run: run.id, status: .diverged, stepsDone: 6)
    try notebook.end(trial: trial.id)
    try notebook.reopen(sweep: sweep.id)
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == 2)
  }

  @Test func `a name that a run has is not taken, and then nothing is planned`() throws {
    let notebook = try Notebook.open(at: folder.path())
    _ = try notebook.begin(start("s-2"))
    #expect(throws: NotebookError.nameTaken("s-2")) {
      try notebook.plan(sweepNamed: "s") { _, _ in
        Notebook.SweepChange(
          sweep: SweepRecord(name: "s", text: "", session: nil, jobs: 1, threads: 1),
          added: [plan(1), plan(2)])
      }
    }
    #expect(try notebook.sweeps().isEmpty)
  }

  @Test func `the better ones go on, factor times as far, to the goal`() throws {
    let halving = Halving(metric: "modes", direction: .highest, factor: 2)
    let plans = (1...4).map { plan($0, steps: 3, goal: 10) }
    let (notebook, sweep) = try notebook(plans, halving: halving)
    func finishAll(_ values: [Int: Double]) throws -> [Int] {
      var numbers: [Int] = []
      while case .trial(let trial) = try notebook.takeTrial(ofSweep: sweep.id) {
        numbers.append(trial.plan.number)
        let run: RunRecord
        if let begun = trial.run {
          run = try notebook.resume(run: begun.id, fromStep: begun.stepsDone)
        } else {
          run = try #require(try notebook.begin(start(trial.plan.name), ofTrial: trial.id))
        }
        let writer = notebook.metricWriter(for: run)
        if let value = values[trial.plan.number] {
          try writer.log("modes", value, step: trial.plan.steps)
        }
        try writer.finish(
          values[trial.plan.number] == nil ? .diverged : .finished, stepsDone: trial.plan.steps)
        try notebook.end(trial: trial.id)
        if numbers.count == 4 || trial.plan.steps > 3 && numbers.count == 2 { break }
      }
      return numbers
    }
    #expect(try finishAll([1: 5, 2: 7, 3: 6]) == [1, 2, 3, 4])
    #expect(try finishAll([2: 1, 3: 8]) == [2, 3], "the better half")
    let trials = try notebook.trials(ofSweep: sweep.id)
    #expect(trials.map(\.plan.steps) == [3, 6, 6, 3])
    #expect(try finishAll([3: 8]) == [3])
    #expect(try notebook.trials(ofSweep: sweep.id).map(\.plan.steps) == [3, 6, 10, 3])
    #expect(try taken(notebook.takeTrial(ofSweep: sweep.id)) == nil)
  }
}
