import Foundation
import Reports
import Testing
import TerminalText

@Suite struct TableTests {
  @Test(
    arguments: [
      (0.6931471, "0.6931"), (12345.678, "12,346"), (0.0002, "2e-4"), (1, "1"), (-0.5, "-0.5"),
      (123_456_789, "123,456,789"), (1e20, "1e20"), (0, "0"), (.nan, "NaN"), (.infinity, "∞"),
      (-.infinity, "-∞"), (99.999, "100"), (0.001, "0.001"), (1999.96, "2,000"), (1234.5, "1,234"),
      (0.00012345, "1.234e-4"), (1_000_000, "1,000,000"), (-1234567.2, "-1,234,567"),
    ] as [(Double, String)])
  func `a number is shown with what it needs`(_ value: Double, _ text: String) {
    #expect(Readable.number(value) == text)
  }

  @Test func `times and sizes are shown in the units that matter`() {
    #expect(
      [0.43, 12.34, 59.99, 60, 200, 3900, 90_000].map(Readable.duration) == [
        "430 ms", "12.3 s", "1 min", "1 min", "3 min 20 s", "1 h 5 min", "1 d 1 h",
      ])
    #expect([5e-5, 0.0031, 0.00999].map(Readable.duration) == ["0.05 ms", "3.1 ms", "10 ms"])
    #expect([0, 999, 1000, 11_930_000].map(Readable.bytes) == ["0 B", "999 B", "1 kB", "11.9 MB"])
    #expect(Readable.duration(.nan) == "NaN" && Readable.duration(-60) == "-1 min")
    #expect(Readable.isoDate(Date(timeIntervalSince1970: 0)) == "1970-01-01T00:00:00Z")
  }

  private let table = Table(
    ["name", "steps", "loss", "remark"],
    rows: [
      [.text("base"), .integer(20000), .number(0.6931471), .text("plain")],
      [.text("a, \"b\""), .integer(5), .number(.nan), .text("two\nlines | and <b>")],
      [.text("short")],
    ])

  @Test func `a table for a terminal is aligned`() {
    #expect(
      table.lines() == [
        "name     steps    loss  remark",
        "base    20,000  0.6931  plain",
        "a, \"b\"       5     NaN  two lines | and <b>",
        "short",
      ])
  }

  @Test func `a narrow terminal cuts texts before numbers, and no line is too long`() {
    #expect(
      table.lines(width: 36) == [
        "name     steps    loss  remark",
        "base    20,000  0.6931  plain",
        "a, \"b\"       5     NaN  two lines |…",
        "short",
      ])
    for width in 1...60 {
      #expect(table.lines(width: width).allSatisfy { DisplayWidth.of($0) <= width })
    }
  }

  @Test func `a drawn frame fits as well`() {
    #expect(
      table.fitted(to: 40, framed: true).lines == [
        "┌────────┬────────┬────────┬───────────┐",
        "│ name   │  steps │   loss │ remark    │",
        "├────────┼────────┼────────┼───────────┤",
        "│ base   │ 20,000 │ 0.6931 │ plain     │",
        "│ a, \"b\" │      5 │    NaN │ two line… │",
        "│ short  │        │        │           │",
        "└────────┴────────┴────────┴───────────┘",
      ])
    #expect(Table([]).written(as: .box).isEmpty)
  }

  @Test func `columns that find no room are left out and counted, the first one stays`() {
    let wide = Table(
      (1...30).map { "column\($0)" }, rows: [(1...30).map { .integer($0 * 1000) }])
    let fitted = wide.fitted(to: 60)
    #expect(fitted.lines[0].hasPrefix("column1  "))
    #expect(fitted.lines[0].hasSuffix("column30"))
    #expect(fitted.lines[0].contains("…") && fitted.lines.allSatisfy { $0.count <= 60 })
    #expect(fitted.hiddenColumns == 30 - fitted.lines[0].split(separator: " ").count + 1)
    #expect(wide.fitted(to: nil).hiddenColumns == 0)
    for width in 1...80 {
      for framed in [true, false] {
        let lines = wide.fitted(to: width, framed: framed).lines
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
      }
    }
  }

  @Test func `LaTeX has its marks escaped and its numbers in mathematics`() {
    let table = Table(
      ["name", "D_real"],
      rows: [
        [.text("50% & more_\\"), .number(-2e-4)], [.text("a"), .number(-0.5)],
        [.text("∞"), .number(.infinity)],
      ])
    #expect(
      table.latex == """
        \\begin{tabular}{lr}
        \\toprule
        name & D\\_real \\\\
        \\midrule
        50\\% \\& more\\_\\textbackslash{} & $-2 \\times 10^{-4}$ \\\\
        a & $-0.5$ \\\\
        $\\infty$ & $\\infty$ \\\\
        \\bottomrule
        \\end{tabular}

        """)
  }

  @Test func `a setting that was turned has its numbers as the others of its row`() throws {
    func row(_ settings: String...) -> Table {
      Table(
        ["a"] + settings.map { _ in "b" },
        rows: [[.text("lr")] + settings.map { .init(setting: $0) }])
    }
    let turned = row(
      "0.0002", "0.0002, 0.00005 from step 20001", "1, 0.0004->0.25 over 10 from step 1")
    #expect(
      turned.rows[0].map(\.shown)
        == ["lr", "2e-4", "2e-4, 5e-5 from step 20,001", "1, 4e-4->0.25 over 10 from step 1"])
    #expect(
      turned.latex.contains(
        """
        lr & $2 \\times 10^{-4}$ & $2 \\times 10^{-4}$, $5 \\times 10^{-5}$ from step 20,001 \
        & 1, $4 \\times 10^{-4}$-\\textgreater{}0.25 over 10 from step 1 \\\\
        """))
    #expect(turned.rows[0][2].exact == "0.0002, 0.00005 from step 20001")
    // Numbers in other settings are names.
    let others = row("gp:0.0001", "r1:1, r1:0.0005 from step 3", "\"0.0001, 2 from step 3\"")
    #expect(
      others.rows[0].map(\.shown)
        == ["lr", "gp:0.0001", "r1:1, r1:5e-4 from step 3", "\"0.0001, 2 from step 3\""])
    #expect(
      row("0.5,0.9, 0.25,0.99 from step 3").rows[0][1].shown == "0.5,0.9, 0.25,0.99 from step 3")
  }

  @Test func `wide letters take two columns and control characters do nothing`() {
    let table = Table(
      ["a", "b"], rows: [[.text("日本"), .text("x")], [.text("e\u{1B}[31m"), .text("y")]])
    #expect(table.lines() == ["a       b", "日本    x", "e\u{FFFD}[31m  y"])
    #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
  }

  @Test func `Markdown, CSV and JSON quote what their readers would misread`() {
    #expect(
      table.markdown == """
        | name | steps | loss | remark |
        | --- | ---: | ---: | --- |
        | base | 20,000 | 0.6931 | plain |
        | a, "b" | 5 | NaN | two lines \\| and \\<b\\> |
        | short |  |  |  |

        """)
    #expect(
      table.csv == """
        name,steps,loss,remark
        base,20000,0.6931471,plain
        "a, ""b""\",5,NaN,"two
        lines | and <b>"
        short,,,

        """)
    #expect(
      table.jsonLines == """
        {"name": "base", "steps": 20000, "loss": 0.6931471, "remark": "plain"}
        {"name": "a, \\"b\\"", "steps": 5, "loss": "NaN", "remark": "two\\nlines | and <b>"}
        {"name": "short", "steps": null, "loss": null, "remark": null}

        """)
    #expect(Table(["a"]).json == "[]\n")
  }

  @Test func `JSON parses, and numbers keep every digit`() throws {
    let numbers = Table(["x"], rows: [[.number(0.1 + 0.2)], [.number(1e-300)], [.number(5)]])
    let parsed = try JSONDecoder().decode([[String: Double]].self, from: Data(numbers.json.utf8))
    #expect(parsed.map { $0["x"] } == [0.1 + 0.2, 1e-300, 5])
    let odd = Table(["k\u{1}"], rows: [[.text("\u{2028}\\\"\t\u{0}")]])
    let texts = try JSONDecoder().decode([[String: String]].self, from: Data(odd.json.utf8))
    #expect(texts == [["k\u{1}": "\u{2028}\\\"\t\u{0}"]])
  }

  @Test func `a file's name tells the format`() {
    #expect(TableFormat(fileName: "runs.csv") == .csv)
    #expect(TableFormat(fileName: "a.b/RUNS.JSONL") == .jsonLines)
    #expect(TableFormat(fileName: "runs.tex") == .latex)
    #expect(TableFormat(fileName: "runs.xlsx") == nil && TableFormat(fileName: "runs") == nil)
  }
}
