/// Why a report, a plot or an export could not be made.
package enum ReportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No run has any of the metrics that were asked for.
  case noCurves(runs: [String], metrics: [String], known: [String])
  /// There is no run to report on.
  case noRuns
  /// The picture would be larger than anybody looks at, or smaller than its own frame; told as height x
  /// width.
  case size(width: Int, height: Int)
  /// Cairo could not draw, in its own words.
  case drawing(String)

  package var description: String {
    switch self {
    case .noCurves(let runs, let metrics, let known):
      let wanted =
        metrics.isEmpty ? "any metric" : metrics.map { "`\($0)`" }.joined(separator: ", ")
      let has = known.isEmpty ? "nothing was logged" : "there are \(known.joined(separator: ", "))"
      return
        "cannot plot \(runs.map { "`\($0)`" }.joined(separator: ", ")): no curve of \(wanted); "
        + has
    case .noRuns:
      return "there is no run to report on; `runs` lists them"
    case .size(let width, let height):
      return
        "cannot draw a picture of \(height)x\(width) pixels (height x width); 100x100 to 16000x16000 "
        + "are possible"
    case .drawing(let reason):
      return "cannot draw: \(reason)"
    }
  }
}
