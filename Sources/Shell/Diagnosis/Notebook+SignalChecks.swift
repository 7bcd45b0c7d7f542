import Metrics
import Notebook
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
    // Spectra are measured more seldom: a check has the last ones.
    var (checks, spectra) = ([SignalCheck](), [String: Double]())
    for (place, own) in values.sorted(by: { $0.key < $1.key }) where place <= step ?? .max {
      spectra.merge(own.filter { SignalHistory.spectra.contains($0.key) }) { $1 }
      guard marks.contains(place) else { continue }
      checks.append(SignalCheck(step: place, values: own.merging(spectra) { own, _ in own }))
    }
    return checks
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
