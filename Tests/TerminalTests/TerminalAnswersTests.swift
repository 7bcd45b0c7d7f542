import Testing

import Terminal

@Suite struct TerminalAnswersTests {
  private static let kitty = "\u{1B}_Gi=31;OK\u{1B}\\"
  private static let refusal = "\u{1B}_Gi=31;ENOTSUPPORTED:no\u{1B}\\"
  private static let dark = "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\"
  private static let light = "\u{1B}]11;rgb:ff/ff/f0\u{7}"
  private static let cell = "\u{1B}[6;18;9t"
  private static let limit = "\u{1B}[?2;0;1200;900S"
  private static let sixel = "\u{1B}[?62;4;22c"
  private static let plain = "\u{1B}[?1;2c"

  private func answers(_ text: String) -> TerminalAnswers {
    var answers = TerminalAnswers()
    answers.take(text.utf8)
    return answers
  }

  @Test func `what a terminal answers is understood`() {
    let found = answers(Self.kitty + Self.cell + Self.limit + Self.dark + Self.sixel)
    #expect(found.takesKitty && found.takesSixel && found.isComplete)
    #expect(found.cell == CellSize(width: 9, height: 18))
    #expect(found.sixelLimit == CellArea(columns: 1200, rows: 900))
    #expect(found.background == Tint(red: 0x1E, green: 0x1E, blue: 0x2E))
    #expect(found.typed.isEmpty)
    let other = answers(Self.refusal + Self.light + Self.plain)
    #expect(!other.takesKitty && !other.takesSixel && other.isComplete)
    #expect(other.background == Tint(red: 0xFF, green: 0xFF, blue: 0xF0))
  }

  @Test(arguments: ["\u{1B}[?14;2c", "\u{1B}[?64;44c", "\u{1B}[?c"])
  func `only attribute 4 means sixels`(_ reply: String) {
    #expect(!answers(reply).takesSixel && answers(reply).isComplete)
  }

  @Test func `keys among the answers are kept in order, whatever the pieces`() {
    let keys = ["runs", "\u{1B}[A", "é", "\u{1B}OB", "\u{1B}\u{1B}[C", "\u{3}", "\u{1B}b"]
    let replies = [Self.kitty, Self.cell, Self.dark, Self.refusal, Self.light, "", Self.sixel]
    let text = zip(keys, replies).map { $0 + $1 }.joined() + "\r"
    for size in 1...text.utf8.count {
      var found = TerminalAnswers()
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        found.take(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      found.end()
      #expect(found.typed == Array((keys.joined() + "\r").utf8), "pieces of \(size)")
      #expect(found.takesSixel && found.isComplete)
    }
  }

  @Test func `what is pasted is no answer`() {
    let paste = "\u{1B}[200~plot base\u{1B}[201~"
    #expect(answers(paste + Self.plain).typed == Array(paste.utf8))
  }

  @Test func `a lone ESC is a key once nothing more comes`() {
    var found = answers("\u{1B}")
    #expect(found.typed.isEmpty)
    found.end()
    #expect(found.typed == [0x1B])
  }

  @Test func `an answer that never ends is given up as keys`() {
    let endless = "\u{1B}]11;" + String(repeating: "x", count: 5000)
    #expect(answers(endless).typed == Array(endless.utf8))
    #expect(answers("\u{1B}[6;9999999999999999999999;0t" + Self.plain).cell == nil)
    #expect(answers("\u{1B}[6;16;32t").cell == nil, "letters are not wider than high")
    #expect(answers("\u{1B}[?2;3;0S").sixelLimit == nil)
    #expect(answers("\u{1B}]11;rgb:zz/1/2\u{7}").background == nil)
  }

  private func chosen(_ variables: [String: String], _ replies: String = "") -> PictureProtocol {
    PictureProtocol(answers(replies), in: TerminalEnvironment { variables[$0] })
  }

  @Test func `the best protocol that is known is taken`() {
    let xterm = ["TERM": "xterm-256color"]
    #expect(chosen(xterm) == .blocks)
    #expect(chosen(xterm, Self.sixel) == .sixel)
    #expect(chosen(xterm, Self.kitty + Self.sixel) == .kitty)
    #expect(chosen(xterm.with("TERM_PROGRAM", "iTerm.app"), Self.sixel) == .iterm)
    #expect(chosen(xterm.with("LC_TERMINAL", "iTerm2")) == .iterm)
    #expect(chosen(xterm.with("TERM_PROGRAM", "iTerm.app"), Self.kitty) == .kitty)
    #expect(chosen(["TERM": "dumb"], Self.kitty) == .none)
    #expect(chosen([:], Self.kitty) == .none)
  }

  @Test func `through tmux only what it answers itself goes`() {
    let tmux = ["TERM": "tmux-256color", "TMUX": "/tmp/tmux", "LC_TERMINAL": "iTerm2"]
    #expect(chosen(tmux) == .blocks)
    #expect(chosen(tmux, Self.sixel) == .sixel)
    #expect(chosen(["TERM": "screen", "STY": "1"], Self.kitty) == .blocks)
  }

  @Test func `the variable overrides everything`() {
    for wanted in PictureProtocol.allCases {
      #expect(
        chosen(["TERM": "dumb", "GANSH_PICTURES": wanted.rawValue], Self.kitty) == wanted)
    }
    #expect(chosen(["TERM": "xterm", "GANSH_PICTURES": "nonsense"], Self.sixel) == .sixel)
  }

  @Test(
    arguments: [
      (["TERM": "xterm", "COLORTERM": "truecolor"], .true24), (["TERM": "xterm"], .palette),
      (["TERM": "xterm-direct"], .true24), (["TERM": "linux"], .sixteen),
      (["TERM": "vt220-256color"], .palette),
    ] as [([String: String], ColourDepth)])
  func `colours are as many as the variables say`(
    _ variables: [String: String], _ depth: ColourDepth
  ) {
    #expect(TerminalEnvironment { variables[$0] }.colours == depth)
  }
}

extension [String: String] {
  fileprivate func with(_ name: String, _ value: String) -> Self {
    merging([name: value]) { $1 }
  }
}
