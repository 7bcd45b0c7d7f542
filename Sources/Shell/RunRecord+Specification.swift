import Language
import Networks
import Notebook
import Specification
import TerminalText

extension RunRecord {
  /// What the run is a function of, so many steps long.
  ///
  /// - Throws: `ShellError.failed` where no run can be so long, or as the other one.
  func specification(steps: Int) throws(ShellError) -> RunSpecification {
    guard Limits.plannedSteps.contains(steps) else {
      throw .failed(
        "run `\(name)` has \(grouped(steps)) steps in the notebook, which no run can have")
    }
    var specification = try specification()
    specification.steps = steps
    return specification
  }

  /// `evaluate NAME on DATA` of the data that it was tested on; nil where there are none.
  var testLine: String? {
    let statements = (try? parse(SourceText(name: name, text: text))) ?? []
    let options = statements.last { $0.verb.text == "run" }?.options ?? []
    return options.first { $0.key.text == "test" }.map {
      "evaluate \(word(name)) on \(word($0.value.text))"
    }
  }

  /// What the run is a function of.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  func specification() throws(ShellError) -> RunSpecification {
    do {
      let specification = try RunSpecification(stored: text)
      try specification.recipe.checkKnown(.all)
      try Signatures.all.check(specification.architecture)
      return specification
    } catch {
      throw .failed(
        "the specification of run `\(name)` in the notebook, `text` of row \(id) of `run`, cannot be "
          + "read: \(error.message); put back what was there, or use a gansh that knows it")
    }
  }
}
