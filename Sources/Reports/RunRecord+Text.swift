package import Notebook

/// How the statements of a run are told.
extension RunRecord {
  /// The statements that the run is a function of, as `text` has them, with the steps that are planned now:
  /// a run that was made longer plans more than it began with.
  package var standingText: String { text(ofSteps: stepsPlanned) }

  /// The statements of a run that is so many steps long.
  package func text(ofSteps steps: Int) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let line = lines.lastIndex(where: { $0.hasPrefix("run ") }) else { return text }
    lines[line] = lines[line].split(separator: " ", omittingEmptySubsequences: false).map { word in
      word.hasPrefix("steps=") ? "steps=\(steps)" : String(word)
    }.joined(separator: " ")
    return lines.joined(separator: "\n")
  }

  /// The backend and kernels, without the number of threads, which `threads` has.
  package var kernelsAlone: String { kernels.replacing(/, \d+ threads?$/, with: "") }
}
