import Foundation

/// What is needed of HTML to write it: text goes in escaped, always.
enum HTML {
  /// Text for between tags and inside quoted attributes.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      // Control characters are no characters of HTML at all.
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A table in a box that scrolls sideways where the page is narrow.
  static func table(_ table: Table, headings: [String]? = nil) -> String {
    let heads = (headings ?? table.columns.map(escaped)).enumerated().map { column, head in
      "<th\(table.isNumeric(column) ? " class=\"number\"" : "")>\(head)</th>"
    }
    let rows = table.rows.map { row in
      let cells = row.map { cell -> String in
        let text = cell.shown
        let kind = cell.isNumeric ? " class=\"number\"" : text.count > 40 ? " class=\"long\"" : ""
        return "<td\(kind)>\(escaped(text))</td>"
      }
      return "<tr>" + cells.joined() + "</tr>"
    }
    return """
      <div class="scroll"><table><thead><tr>\(heads.joined())</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>

      """
  }

  static func section(_ title: String, _ body: String) -> String {
    "<section>\n<h2>\(escaped(title))</h2>\n\(body)</section>\n"
  }

  /// A picture inside the page.
  static func image(png: Data, description: String, width: Int, height: Int) -> String {
    """
    <img alt="\(escaped(description))" width="\(width)" height="\(height)" \
    src="data:image/png;base64,\(png.base64EncodedString())">
    """
  }

  static func page(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(title))</title>
    <style>
    \(stylesheet)</style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
  }

  private static let stylesheet = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1c1c1e; --soft: #636366; --line: #dcdce0; --tint: #f5f5f7;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #161618; --ink: #ececee; --soft: #a0a0a6; --line: #38383c; --tint: #202024;
      }
      .plot svg { filter: invert(0.88) hue-rotate(180deg); }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem; background: var(--paper);
      color: var(--ink); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif;
    }
    h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; }
    h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; border-bottom: 1px solid var(--line);
      padding-bottom: .25rem; }
    h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
    p { margin: .4rem 0; max-width: 46rem; }
    .soft { color: var(--soft); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top;
      border-bottom: 1px solid var(--line); }
    th { font-weight: 600; white-space: nowrap; }
    td { white-space: nowrap; }
    td.long { white-space: normal; overflow-wrap: anywhere; min-width: 16rem; }
    .number { text-align: right; white-space: nowrap; padding-left: .8rem; }
    .chip { display: inline-block; width: .7em; height: .7em; border-radius: 50%;
      margin-right: .4em; }
    .plots { display: grid; gap: 1rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
    .plot svg { display: block; width: 100%; height: auto; }
    .sheets { display: grid; grid-auto-flow: column; gap: 1rem; overflow-x: auto;
      grid-auto-columns: minmax(13rem, 1fr); justify-content: start; padding-bottom: .4rem; }
    figure { margin: 0; max-width: 34rem; }
    figure img { display: block; width: 100%; height: auto; border-radius: 4px;
      background: var(--tint); }
    .missing { display: grid; place-items: center; aspect-ratio: 1; border-radius: 4px;
      background: var(--tint); color: var(--soft); }
    figcaption { color: var(--soft); font-size: .85rem; padding-top: .25rem; }
    pre { background: var(--tint); padding: .8rem; border-radius: 6px; overflow-x: auto;
      font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; margin: .4rem 0 1rem; }
    summary { cursor: pointer; }
    footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
    @media print { body { max-width: none; } details > * { display: block; } }

    """
}
