import Metrics
import Notebook
import Specification
import Training

extension Notebook {
  /// What the signals of a run said at each check, in order.
  ///
  /// - Parameter step: up to which step; nil: to the last.
  func signalChecks(ofRun run: Int64, upTo step: Int? = nil) throws -> [SignalCheck] {
    let marks = Set(try series(run: run, metric: SignalHistory.marks.samples).points.map(\.step))
    guard !marks.isEmpty else { return [] }
    var values: [Int: [String: Double]] = [:]
    for name in try summaries(run: run).map(\.name) where SignalHistory.metrics.contains(name) {
      let isOfSpectra = SignalHistory.spectra.contains(name)
      for point in try series(run: run, metric: name).points
      where isOfSpectra || marks.contains(point.step) {
        values[point.step, default: [:]][name] = point.value
      }
    }
    // What was not measured in a check is that of the one before, as the run itself has it.
    var (checks, carried) = ([SignalCheck](), [String: Double]())
    for (place, own) in values.sorted(by: { $0.key < $1.key }) where place <= step ?? .max {
      let check = SignalCheck(step: place, values: own.merging(carried) { own, _ in own })
      carried = SignalHistory.carried(check)
      if marks.contains(place) { checks.append(check) }
    }
    return checks
  }

  /// The checks that a run's detector knows: those of the run that it was branched off among them, unless what is
  /// measured is of other networks, data or scores.
  ///
  /// - Parameter step: up to which step; nil: to the last.
  func signalChecks(
    of run: RunRecord, _ specification: RunSpecification, upTo step: Int? = nil
  ) throws -> [SignalCheck] {
    let all = try signalChecks(ofRun: run.id, upTo: step)
    guard let origin = specification.origin,
      try branchRecord(of: run)?.continuesSignals == false
    else { return all }
    return all.filter { $0.step > origin.step }
  }

  /// What is known of the signals of a run that goes on after a step: checks that were made after it are made once
  /// more, after the same steps.
  func signalHistory(
    of run: RunRecord, _ specification: RunSpecification, after step: Int
  ) throws -> SignalHistory {
    let checks = try signalChecks(of: run, specification)
    var steps = try repeatedChecks(ofRun: run.id)
    steps.samples = steps.samples.filter { $0 > step }
    steps.spectra = steps.spectra.filter { $0 > step }
    steps.isComplete = false
    return SignalHistory(
      checks: checks.filter { $0.step <= step }, later: checks.filter { $0.step > step },
      repeated: steps.samples.isEmpty && steps.spectra.isEmpty ? nil : steps)
  }

  /// The steps after which a run's signals were measured, for its repetition.
  func repeatedChecks(ofRun run: Int64) throws -> SignalHistory.RepeatedChecks {
    func steps(_ metric: String) throws -> Set<Int> {
      Set(try series(run: run, metric: metric).points.map(\.step))
    }
    return .init(
      samples: try steps(SignalHistory.marks.samples),
      spectra: try steps(SignalHistory.marks.spectra))
  }
}
