import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal
import TerminalText
import Training

extension Session {
  /// The sweep that a word names.
  func sweep(named word: Word) throws -> SweepRecord {
    if let sweep = try existingNotebook()?.sweep(named: word.text) { return sweep }
    throw Diagnostic(
      "there is no sweep `\(word.text)`", at: word.span,
      help: suggestion(for: word.text, in: names(of: .sweep))
        + ["`sweep … as \(Language.word(word.text))` makes one"])
  }

  /// A sweep by a name that no run has; nil: it is none's.
  func sweepBesidesRuns(named word: Word) throws -> SweepRecord? {
    guard let notebook = try existingNotebook(), try notebook.run(named: word.text) == nil else {
      return nil
    }
    return try notebook.sweep(named: word.text)
  }

  /// A metric that has a better end.
  ///
  /// - Throws: a `Diagnostic` with those that have one.
  func measure(named word: Word) throws(Diagnostic) -> MetricDescription {
    let own = metrics
    let known =
      own + RunHandle.metrics.filter { metric in !own.contains { $0.name == metric.name } }
    let measures = known.filter { $0.direction != nil }
    let word = try known.measured(word)
    if let metric = measures.first(where: { $0.name == word.text }) { return metric }
    let isKnown = known.contains { $0.name == word.text }
    throw Diagnostic(
      isKnown ? "neither end of `\(word.text)` is better" : "no run has a metric `\(word.text)`",
      at: word.span,
      help: known.measures(
        insteadOf: isKnown ? nil : word.text, kind: "measures with a better end"))
  }

  func standing(of sweep: SweepRecord) throws -> SweepStanding {
    let trials = try notebook().trials(ofSweep: sweep.id)
    // A statement that only another program reads is told by its runs.
    let search = try? SweepSearch(of: sweep)
    return SweepStanding(
      trials: trials, jobs: sweep.jobs, toCome: search?.countToCome(after: trials) ?? 0)
  }

  /// Starts the processes that a sweep lacks, and stays with it or leaves it to the background.
  ///
  /// - Throws: as `attend`; `ShellError.failed` where none can be started.
  func work(on sweep: SweepRecord, inBackground: Bool) throws {
    let standing = try standing(of: sweep)
    let held = standing.trials.filter(\.isHeld).count
    let missing =
      standing.trials.filter { $0.state != .done && !$0.isHeld }.count + standing.toCome
    // Where the better ones go on, there may be more to do once all are done.
    let wanted = sweep.halving != nil && missing == 0 && held == 0 ? 1 : missing
    let count = max(0, min(sweep.jobs - held, wanted))
    var processes: [BackgroundProcess] = []
    if count > 0 {
      guard let program = configuration.program else {
        throw ShellError.failed("it is not known of which program workers are to be started")
      }
      let arguments = [
        "--notebook=\(configuration.notebookPath)", "-c", "work \(word(sweep.name))",
      ]
      for _ in 0..<count {
        do { processes.append(try BackgroundProcess(program, arguments)) } catch {
          throw ShellError.failed("no process could be started for `\(sweep.name)`: \(error)")
        }
      }
    }
    let workers = SweepWorkers(sweep, processes, from: standing)
    sweeps.append(workers)
    guard inBackground else { return try attend(workers) }
    output.line(
      "\(sweep.name) is in the background; `jobs`, `watch \(sweep.name)`, `stop \(sweep.name)`, `wait`"
    )
  }

  /// Stays with a sweep until no process works on it, tells of each run that ends, and shows the table.
  ///
  /// The first Ctrl-C stops its runs, saved; the second leaves at once.
  ///
  /// - Parameter stops: whether Ctrl-C stops it; else it only ends the waiting.
  /// - Throws: `ShellError.interrupted` where it was stopped, `.failed` where runs failed or are left.
  func attend(_ workers: SweepWorkers, stops: Bool = true) throws {
    Interrupts.install()
    var line = ProgressLine(on: errors)
    let sweep = workers.sweep
    while true {
      let standing = try standing(of: sweep)
      let isOver =
        workers.count == 0 && !(workers.isStopping ? standing.isAtWork : standing.isHeld)
      tellEnded(workers, standing, above: &line)
      if isOver { break }
      let interrupts = Interrupts.pendingCount
      if interrupts > 0 && !stops {
        line.erase()
        throw ShellError.interrupted
      }
      if interrupts > 1 {
        line.erase()
        leave()
      }
      if interrupts == 1 && !workers.isStopping {
        try stop(workers)
        line.erase()
        errors.put("stopping the runs of \(sweep.name), saved; Ctrl-C again leaves at once\n")
      }
      if workers.count == 0, !workers.isStopping, let far = standing.heldElsewhere,
        workers.named.insert(far.trial.id).inserted
      {
        line.erase()
        errors.line(
          "note: \(far.trial.plan.name) is held by \(far.holder), which has begun nothing; it is waited for, ten minutes at most"
        )
      }
      if !workers.isStopping { line.update { "\(sweep.name)  \(standing.line)" } }
      Thread.sleep(forTimeInterval: 0.2)
    }
    line.erase()
    sweeps.removeAll { $0 === workers }
    try conclude(workers)
  }

  /// The processes of this shell that work on a sweep; none of them where others do.
  func workers(of sweep: SweepRecord) throws -> SweepWorkers {
    if let own = sweeps.first(where: { $0.sweep.id == sweep.id }) { return own }
    return SweepWorkers(sweep, [], from: try standing(of: sweep))
  }

  /// Stops a sweep's runs, whichever processes work on them, and waits until they have.
  func stop(_ sweep: SweepRecord) throws {
    let workers = try workers(of: sweep)
    // First of all, so that nobody begins anything of it from here on.
    try stop(workers)
    guard try workers.count > 0 || standing(of: sweep).isAtWork else {
      output.line(
        "nothing of \(sweep.name) is at work; `resume \(word(sweep.name))` does what is missing")
      return
    }
    guard
      try waitUntil(
        within: 60, { try workers.count == 0 && !standing(of: sweep).isAtWork })
    else {
      if Interrupts.pendingCount > 0 { throw ShellError.interrupted }
      throw ShellError.failed("\(sweep.name) was asked to stop, and has not done so yet")
    }
    sweeps.removeAll { $0.sweep.id == sweep.id }
    output.line("\(sweep.name): \(try standing(of: sweep).outcome)")
  }

  /// Asks that no more of a sweep is begun and its runs stop.
  func stop(_ workers: SweepWorkers) throws {
    workers.isStopping = true
    _ = try notebook().stop(sweep: workers.sweep.id, session: journal.sessionRow)
  }

  private func tellEnded(
    _ workers: SweepWorkers, _ standing: SweepStanding, above line: inout ProgressLine
  ) {
    let ends = workers.ends(since: standing)
    guard !ends.isEmpty else { return }
    let settings = SweepSettings(standing.trials.map(\.plan.settings))
    line.erase()
    for (trial, steps) in ends {
      // What has gone on since had finished.
      let hasGoneOn = steps < trial.plan.steps
      let status: RunStatus? = hasGoneOn ? RunStatus.finished : trial.run?.status
      let why = hasGoneOn ? "" : trial.failure ?? (trial.run?.message ?? "")
      let length =
        workers.sweep.halving != nil && status == .finished
        ? " after \(grouped(steps)) of \(counted(trial.plan.goal, "step"))" : ""
      let name = trial.run?.name ?? trial.plan.name
      let given = settings.brief(trial.plan.settings, seed: trial.plan.seed)
      let told = status.map { "is \($0.rawValue)" } ?? "could not begin"
      errors.line("\(name) (\(given)) \(told)\(length)" + (why.isEmpty ? "" : ": \(why)"))
    }
  }

  private func conclude(_ workers: SweepWorkers) throws {
    let sweep = workers.sweep
    var standing = try standing(of: sweep)
    guard !standing.trials.isEmpty || standing.toCome > 0 else {
      throw ShellError.failed(
        "the notebook has no run of \(sweep.name) any more: another was put in its place")
    }
    // A worker may have been killed between the end of its run and the note of it.
    if sweep.halving == nil, standing.toCome == 0, !standing.isDone,
      standing.trials.allSatisfy({ $0.state == .done || $0.run?.status == .finished })
    {
      _ = try SweepWorker(sweep: sweep, session: self).workOff()
      standing = try self.standing(of: sweep)
    }
    for failure in workers.failures { errors.line("note: \(sweep.name): \(failure)") }
    let name = word(sweep.name)
    let end = try end(ofSearch: sweep, standing)
    if let end { errors.line("note: \(sweep.name): \(end)") }
    guard standing.isDone || end != nil else {
      let text = "\(sweep.name): \(standing.outcome); `resume \(name)` does what is missing"
      if try notebook().sweep(named: sweep.name)?.stopped != nil {
        output.line(text)
        throw ShellError.interrupted
      }
      throw ShellError.failed("no process is left of \(text)")
    }
    if try notebook().sweep(named: sweep.name)?.stopped != nil,
      standing.trials.contains(where: { $0.run?.status == .stopped })
    {
      output.line("\(sweep.name): \(standing.outcome); `resume \(name)` does what is missing")
      throw ShellError.interrupted
    }
    if !configuration.prefersJSON { output.line("\(sweep.name) is done: \(standing.outcome)") }
    show(try comparison(of: sweep, by: nil))
    let bad = standing.trials.filter { trial in
      switch trial.run?.status {
      case nil, .failed, .interrupted, .running: true
      case .finished, .diverged, .stopped: trial.failure != nil
      }
    }
    if let first = bad.first {
      let why = first.failure ?? first.run?.message ?? "it has not begun"
      throw ShellError.failed(
        "\(counted(bad.count, "run")) of \(sweep.name) failed, first "
          + "\(first.run?.name ?? first.plan.name): \(why)")
    }
  }

  /// Why a search ends before it has tried as much as it was to; nil where it goes on, or is none.
  private func end(ofSearch sweep: SweepRecord, _ standing: SweepStanding) throws -> String? {
    guard standing.toCome > 0, standing.areAllDone,
      let sweep = try notebook().sweep(named: sweep.name), let search = try SweepSearch(of: sweep),
      case .exhausted(let why) = try search.next(after: standing.trials, in: self)
    else { return nil }
    return why
  }
}

extension [MetricDescription] {
  /// Help for a word that names none of those with a better end: the one that was meant, else the first ten.
  ///
  /// - Parameter word: nil where it is a metric whose ends are both as good.
  func measures(insteadOf word: String?, kind: String) -> [String] {
    let measures = filter { $0.direction != nil }
    let names = measures.map(\.name)
    if let word, let meant = measures.name(under: word) ?? nearest(to: word, in: names) {
      return ["did you mean `\(meant)`?"]
    }
    guard !names.isEmpty else { return [] }
    let more = names.count - 10
    return [
      "\(kind): \(names.prefix(10).joined(separator: ", "))"
        + (more > 0 ? " and \(grouped(more)) more (`help metrics`)" : "")
    ]
  }
}
