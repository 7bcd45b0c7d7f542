import Language
import Testing

/// Text as other programs and other hands leave it.
struct UnusualTextTests {
  @Test(arguments: ["note r \"do\0ne\"", "note r 'a\0'", "sql select '\0'", "!ls \0", "a\0b"])
  func `a NUL is refused where it stands`(text: String) throws {
    let shown = try #require(fault(text))
    #expect(shown.contains("U+0000"), "\(shown)")
    #expect(shown.contains("^"))
  }

  @Test func `an escaped NUL is refused with its place`() {
    #expect(
      fault(#"note r "a\u{0}b""#) == """
        error: a NUL (U+0000) cannot be part of a text
          test:1:10
            note r "a\\u{0}b"
                     ^^^^^
          help: leave it out
        """)
    #expect(fault(#"note r "a\u{000000}""#)?.contains("U+0000") == true)
  }

  @Test func `lines that end in carriage returns alone are lines`() throws {
    let old = SourceText.endingLines("a 1\rb 2\r# c\rd")
    #expect(try statements(old).map(\.verb.text) == ["a", "b", "d"])
    let text = "a 1\r\nb \"x\r\ny\"\r\n"
    #expect(SourceText.endingLines(text) == text)
    #expect(try statements(text).map(\.verb.text) == ["a", "b"])
  }

  @Test(arguments: [
    ("x a=\u{2212}5", "write `-5`"), ("x a=2e\u{2013}4", "write `2e-4`"),
    ("x 64\u{D7}64\u{D7}3", "write `64x64x3`"), ("x a=2e-4\u{2192}5e-5", "write `2e-4->5e-5`"),
    ("x a=3\u{2026}7", "write `3..7`"), ("x \u{201C}it works\u{201D}", "straight quote"),
    ("x \u{2018}it works\u{2019}", "straight quote"), ("x \u{AB}it\u{BB}", "straight quote"),
  ])
  func `typographic signs are named with what is typed in their place`(
    text: String, help: String
  ) throws {
    #expect(try #require(fault(text)).contains(help))
  }

  @Test func `typographic signs in names and texts are letters`() throws {
    let text = "x run\u{2013}1 it\u{2019}s \"\u{201C}a\u{201D} \u{2013} b\" \u{2014} größe\u{D7}"
    #expect(try statements(text).first?.operands.count == 5)
  }

  @Test func `after a fault the reading goes on with the next statement`() {
    let text = """
      a 1
      b "open
      c }; d 2
      e { f "x" 1,
      ; g } h
      i 3 # it's
      5 j
      k \u{201C}x; l
      """
    let read = readings(of: SourceText(name: "t", text: text), all: true)
    let kinds = read.map { reading in
      switch reading.statement {
      case .success(let statement): statement.verb.text
      case .failure: "-"
      }
    }
    #expect(kinds.filter { $0 != "-" } == ["a", "d", "i", "l"], "\(kinds)")
    #expect(kinds.count { $0 == "-" } >= 5)
  }

  @Test func `reading on after faults ends, whatever comes`() {
    var dice = Dice(state: 11)
    let pieces = ["a", " ", "\n", ";", "{", "}", "\"", "'", "#", "\\", "=", "\0", ",", "sql", "!"]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0..<40, using: &dice)).map { _ in dice.pick(pieces) }.joined()
      let read = readings(of: SourceText(name: "t", text: text), all: true)
      #expect(read.count <= text.utf8.count)
      #expect(zip(read, read.dropFirst()).allSatisfy { $0.span.end <= $1.span.start })
    }
  }
}
