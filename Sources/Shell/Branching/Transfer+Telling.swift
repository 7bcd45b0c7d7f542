import TerminalText
import Training

extension Transfer {
  /// What is taken over and what begins anew, a line each.
  var lines: [String] {
    let renamed =
      renamedLabels.isEmpty
      ? []
      : [
        "labels go by their place: "
          + Part.listed(renamedLabels.map { "\($0.now) has the weights of \($0.before)" })
      ]
    if keepsPosition, parts.allSatisfy(\.anew.isEmpty) {
      return ["everything is taken over"] + renamed
    }
    let whole = parts.filter(\.anew.isEmpty).map(\.spoken)
    var lines: [String] = []
    if !whole.isEmpty {
      lines.append("taken over whole: \(whole.joined(separator: ", "))")
    }
    for part in parts where !part.anew.isEmpty { lines.append(part.line) }
    lines += renamed
    if !keepsPosition { lines.append("the data are others: their first pass begins") }
    return lines
  }
}

extension Transfer.Part {
  fileprivate var spoken: String {
    switch kind {
    case .network: name
    case .average: "the averages"
    case .optimiser: "the optimiser of the \(name)"
    }
  }

  var line: String {
    switch kind {
    case .optimiser: return "\(spoken) begins anew: \(reason)"
    case .average where taken == 0: return "the averages begin anew, \(reason)"
    case .average, .network: break
    }
    let all = taken + anew.count
    let beginning = taken == 0 ? "all of it begins anew" : "\(taken) of \(all) taken over, anew"
    return "\(spoken): \(beginning): \(Self.listed(anew))"
  }

  /// The first of some names, and how many there are besides.
  static func listed(_ names: [String]) -> String {
    let shown = names.prefix(longestList).map(SafeText.oneLine).joined(separator: ", ")
    return names.count <= longestList ? shown : shown + " and \(names.count - longestList) more"
  }

  /// Names that a line lists.
  private static let longestList = 4
}
