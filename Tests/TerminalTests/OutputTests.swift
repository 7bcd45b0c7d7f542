import TerminalText
import Testing

import Terminal

/// What reaches a terminal, and what reaches programs.
@Suite struct OutputTests {
  private static let hostile = "bad\u{1B}]0;pwned\u{7}\u{1B}[31m\u{9B}2J\u{202E}x\r\ny.png"

  private func isHarmless(_ text: String) -> Bool {
    !text.unicodeScalars.contains { scalar in
      scalar != "\n"
        && (scalar.properties.generalCategory == .control
          || (0x202A...0x202E).contains(scalar.value))
    }
  }

  @Test func `no name drives the terminal, whatever way it is written`() {
    let output = Output(inMemoryOfWidth: 80, isLive: true)
    output.line("note: \(Self.hostile)")
    output.line("\(output.styled("note", .bold)) \(Self.hostile)")
    output.line(output.styled(Self.hostile, .red) + Self.hostile)
    output.write(Self.hostile + "\n")
    output.put(Self.hostile + "\n")
    output.data(Self.hostile + "\n")
    #expect(isHarmless(output.shown), "\(output.shown.debugDescription)")
    // The three lines stay lines; text of several lines keeps its own.
    #expect(output.shown.split(separator: "\n").count == 3 + 3 * 2)
    #expect(output.takeRecord().contains(Self.hostile))
  }

  @Test func `our own styles go through and a name's do not`() {
    let output = Output(inMemoryOfWidth: 80, isLive: true)
    output.hasColour = true
    output.line(output.styled("a\u{1B}[0m\u{1B}[31mb", .bold) + "c")
    #expect(output.shown == "\u{1B}[1ma\u{FFFD}[0m\u{FFFD}[31mb\u{1B}[0mc\n")
    #expect(output.takeRecord() == "a\u{1B}[0m\u{1B}[31mbc\n")
  }

  @Test func `programs get what is kept, a message in one line`() {
    let output = Output(inMemoryOfWidth: 80)
    output.data(Self.hostile)
    #expect(output.shown == Self.hostile)
    output.line("a\u{1B}[31m\r\nb")
    #expect(output.shown == Self.hostile + "a\u{1B}[31m  b\n")
  }

  @Test(arguments: [
    ("abc", 3), ("日本語", 6), ("e\u{301}", 1), ("🙂", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2),
    ("שלום", 4), ("\u{200B}", 0), ("ｱ", 1), ("한국", 4),
  ])
  func `text is as wide as a terminal shows it`(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }
}
