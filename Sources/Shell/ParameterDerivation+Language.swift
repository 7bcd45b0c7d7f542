import Networks
package import Notebook
import Specification

extension ParameterDerivation {
  /// The entries that the language of this program reads off a run's text.
  package static let language = ParameterDerivation(
    number: RunParameters.derivation,
    entries: { RunParameters(of: $0, Signatures.all.layers).entries.map(ParameterEntry.init) },
    standing: { text, turns, done in
      RunParameters(of: text, Signatures.all.layers, turnedBy: turns.map(\.recorded)).now(
        after: done
      )
      .map(ParameterEntry.init)
    },
    told: { text, turns, done in
      RunParameters(of: text, Signatures.all.layers, turnedBy: turns.map(\.recorded)).told(
        after: done
      )
      .map(ParameterEntry.init)
    },
    touches: RunParameters.touches, parts: RunParameters.parts)
}

extension ParameterEntry {
  fileprivate init(_ parameter: RunParameter) {
    let number: SQLValue =
      if let integer = parameter.integer {
        .integer(Int64(integer))
      } else if let number = parameter.number {
        .real(number)
      } else {
        .null
      }
    self.init(
      key: parameter.key, text: parameter.text, number: number,
      kind: Kind(rawValue: parameter.kind.rawValue) ?? .setting, whole: parameter.whole)
  }
}

extension DialTurn {
  fileprivate var recorded: RecordedTurn {
    RecordedTurn(dial: dial, setting: setting, step: step)
  }
}
