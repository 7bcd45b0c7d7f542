import TerminalText

extension Table {
  /// A `tabular` for a paper, with the rules of the package `booktabs`; numbers to the right.
  package var latex: String {
    let alignment = columns.indices.map { isNumeric($0) ? "r" : "l" }.joined()
    var lines = ["\\begin{tabular}{\(alignment)}", "\\toprule"]
    lines.append(Self.latexRow(columns.map(Self.escapedForLaTeX)))
    lines.append("\\midrule")
    for row in rows { lines.append(Self.latexRow(row.map(Self.latex(of:)))) }
    lines += ["\\bottomrule", "\\end{tabular}"]
    return lines.map { $0 + "\n" }.joined()
  }

  private static func latexRow(_ cells: [String]) -> String {
    cells.joined(separator: " & ") + " \\\\"
  }

  /// Numbers in mathematics, so that a minus is one and `2e-4` is a power of ten.
  private static func latex(of cell: Cell) -> String {
    if case .turned(let setting) = cell {
      return Cell.pieces(ofTurned: setting).map { piece in
        piece.isNumber ? mathematics(piece.text) : escapedForLaTeX(piece.text)
      }.joined()
    }
    switch cell {
    case .number(let value) where value.isFinite: return mathematics(cell.shown)
    case .measured(let value, let unit) where value.isFinite:
      return mathematics(Readable.number(value)) + " " + escapedForLaTeX(unit)
    default: return escapedForLaTeX(cell.shown)
    }
  }

  private static func mathematics(_ number: String) -> String {
    let parts = number.split(separator: "e")
    guard parts.count == 2 else {
      return number.hasPrefix("-") ? "$\(number)$" : number
    }
    return "$\(parts[0]) \\times 10^{\(parts[1])}$"
  }

  private static func escapedForLaTeX(_ text: String) -> String {
    var escaped = ""
    for letter in SafeText.oneLine(text) {
      switch letter {
      case "\\": escaped += "\\textbackslash{}"
      case "~": escaped += "\\textasciitilde{}"
      case "^": escaped += "\\textasciicircum{}"
      case "<": escaped += "\\textless{}"
      case ">": escaped += "\\textgreater{}"
      case "|": escaped += "\\textbar{}"
      case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(letter)"
      case "…": escaped += "\\dots{}"
      case "∞": escaped += "$\\infty$"
      default: escaped.append(letter)
      }
    }
    return escaped
  }
}
