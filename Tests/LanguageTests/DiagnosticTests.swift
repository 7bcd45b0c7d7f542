import Language
import Testing

struct DiagnosticTests {
  @Test func `a diagnostic names the fact, the place and the way out`() {
    let text = """
      # the published listing
      data faces portraits size=64
      arch mine conv image=64x64x3 latent=100 {
         generator { dense 256; lrelu 0.2; reshape 8x8x512; deconv 128 kernel=4 stride=2; lrelu 0.2 }
      }
      """
    let start = Array(text.utf8).count
    let place =
      text.utf8.count - String(text[text.firstRange(of: "reshape")!.lowerBound...]).utf8.count
    #expect(start > place)
    let diagnostic = Diagnostic(
      "cannot reshape 256 values into 8x8x512 (32,768 values)", at: Span(place, place + 15),
      help: ["let the dense layer produce them: `dense 8x8x512`"])
    #expect(
      diagnostic.rendered(in: SourceText(name: "quick.gansh", text: text), colour: false) == """
        error: cannot reshape 256 values into 8x8x512 (32,768 values)
          quick.gansh:4:38
            generator { dense 256; lrelu 0.2; reshape 8x8x512; ...
                                              ^^^^^^^^^^^^^^^
          help: let the dense layer produce them: `dense 8x8x512`
        """)
  }

  @Test(arguments: [
    (
      "runs | jsn",
      """
      error: there is no output mode `jsn`
        test:1:8
          runs | jsn
                 ^^^
        help: did you mean `json`?
      """
    ),
    (
      "runs |",
      """
      error: `|` needs the way in which rows are to be written after it
        test:1:6
          runs |
               ^
        help: output modes: plain, box, csv, json, jsonl, markdown, latex
      """
    ),
    (
      "runs | json x",
      """
      error: nothing may follow the output mode in a statement
        test:1:13
          runs | json x
                      ^
        help: begin the next statement after a `;`
      """
    ),
    (
      "run a }",
      """
      error: this `}` closes no block
        test:1:7
          run a }
                ^
      """
    ),
    (
      "a\n\trun steps= 5",
      """
      error: `steps=` has no value
        test:2:6
          run steps= 5
              ^^^^^^
        help: write the value right after the `=`, without a blank
      """
    ),
    (
      "arch a { generator { dense 1 }",
      """
      error: this block is not closed
        test:1:8
          arch a { generator { dense 1 }
                 ^
        help: end it with `}`
      """
    ),
    (
      "note \"größe\nx",
      """
      error: this string is not closed
        test:1:6
          note "größe
               ^^^^^^
        help: end it with `"`
      """
    ),
    (
      "runs \u{0}\u{1B}[31m",
      """
      error: a control character (U+0000) has no place here
        test:1:6
          runs \u{FFFD}\u{FFFD}[31m
               ^
      """
    ),
    (
      "note 日本 \"a\\qb\"",
      """
      error: unknown escape in a string
        test:1:11
          note 日本 "a\\qb"
                      ^^
        help: known are \\n \\t \\r \\" \\' \\\\ \\$ and \\u{1F600}; write `\\\\` for a backslash
      """
    ),
    (
      "tune p lr=1e-4->x over 5",
      """
      error: a schedule goes from a number to a number, not to `x`
        test:1:17
          tune p lr=1e-4->x over 5
                          ^
        help: write it like `2e-4->5e-5 over 20k`
      """
    ),
    (
      "tune p lr=1->2 over",
      """
      error: `over` needs the number of steps that the schedule takes
        test:1:16
          tune p lr=1->2 over
                         ^^^^
        help: write it like `2e-4->5e-5 over 20k`
      """
    ),
    (
      "run a & b",
      """
      error: nothing may follow `&` in a statement
        test:1:9
          run a & b
                  ^
        help: begin the next statement after a `;`
      """
    ),
    (
      "arch a { } latent=5",
      """
      error: nothing may follow the block in a statement
        test:1:12
          arch a { } latent=5
                     ^^^^^^^^
        help: options go before the block
      """
    ),
    (
      "20k",
      """
      error: a statement begins with a verb, not with `20k`
        test:1:1
          20k
          ^^^
        help: write `help` for the verbs
      """
    ),
    (
      "data x path=my\\ files",
      """
      error: `\\` does not keep a blank or a mark in a word
        test:1:15
          data x path=my\\ files
                        ^^
        help: put a text with blanks in quotes: "two words"
      """
    ),
    (
      "x a=1,,2",
      """
      error: a value is missing after this comma
        test:1:6
          x a=1,,2
               ^
      """
    ),
    (
      "x a\"b\"",
      """
      error: a quote begins in the middle of a word
        test:1:4
          x a"b"
             ^
        help: put the whole value in quotes
      """
    ),
    (
      "data p folder path=\"phone labels=yes\nruns\nnote p \"better\"",
      """
      error: a blank is missing after this string
        test:1:20
          data p folder path="phone labels=yes
                             ^^^^^^^^^^^^^^^^^
        help: the quote that opens at line 1 may not be closed: the next one is at line 3
      """
    ),
    (
      "a { 5 }",
      """
      error: an entry of a block begins with a name, not with `5`
        test:1:5
          a { 5 }
              ^
      """
    ),
    (
      "note “x”",
      """
      error: `“` is not a quote here
        test:1:6
          note “x”
               ^
        help: use the straight quote `"`
      """
    ),
  ]) func `a fault is shown in full`(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test func `blocks end at a depth`() {
    let text = "a " + String(repeating: "{ b ", count: 1 << 18)
    #expect(fault(text)?.hasPrefix("error: blocks are nested more than 32 deep") == true)
    #expect(fault(String(repeating: "{", count: 1 << 20)) != nil)
    #expect(fault("a " + String(repeating: "{", count: 1 << 20)) != nil)
  }

  @Test func `long lines are cut around the place`() {
    let text =
      "x " + String(repeating: "word ", count: 100) + "} " + String(repeating: "end ", count: 50)
    #expect(
      fault(text) == """
        error: this `}` closes no block
          test:1:503
            ... word word word word word } end end end end end end end end end end ...
                                         ^
        """)
  }

  @Test func `a diagnostic without a place has no excerpt, and one far outside does not trap`() {
    let source = SourceText(name: "test", text: "a\r\nbc")
    #expect(
      Diagnostic("no", help: ["yes"]).rendered(in: source, colour: false)
        == "error: no\n  help: yes")
    for span in [Span(-5, -2), Span(900, 4), Span(2, 2), Span(3, 99), Span(.min, .max)] {
      #expect(Diagnostic("no", at: span).rendered(in: source, colour: false).contains("test:"))
    }
    #expect(
      Diagnostic("no", at: Span(3, 99)).rendered(in: source, colour: true)
        == "\u{1B}[1;31merror:\u{1B}[0m \u{1B}[1mno\u{1B}[0m\n  test:2:1\n    bc\n    \u{1B}[1;31m^^\u{1B}[0m"
    )
  }

  @Test func `the nearest word is found, or none`() {
    let verbs = ["run", "runs", "recipe", "resume", "report", "data", "arch", "nonsaturating"]
    #expect(nearest(to: "rnu", in: verbs) == "run")
    #expect(nearest(to: "recipie", in: verbs) == "recipe")
    #expect(nearest(to: "reusme", in: verbs) == "resume")
    #expect(nearest(to: "ARCH", in: verbs) == "arch")
    #expect(nearest(to: "nonsat", in: verbs) == "nonsaturating")
    #expect(nearest(to: "xyzzy", in: verbs) == nil)
    #expect(nearest(to: "", in: verbs) == nil)
    #expect(nearest(to: String(repeating: "r", count: 1 << 20), in: verbs) == nil)
    #expect(nearest(to: "lr", in: ["glr", "dlr"]) == "glr")
  }
}
