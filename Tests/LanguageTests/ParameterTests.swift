import Language
import Testing

/// `$name` in a text: what it stands for, and where it stands.
@Suite struct ParameterTests {
  private func read(
    _ text: String, _ parameters: ScriptParameters = ScriptParameters()
  ) -> (statements: [Statement], fault: Diagnostic?, parameters: ScriptParameters) {
    var parameters = parameters
    let all = readings(of: SourceText(name: "t", text: text), all: false, with: &parameters)
    var (statements, fault): ([Statement], Diagnostic?) = ([], nil)
    for reading in all {
      switch reading.statement {
      case .success(let statement): statements.append(statement)
      case .failure(let found): fault = found
      }
    }
    return (statements, fault, parameters)
  }

  private func value(_ text: String, of parameter: String) throws -> Value {
    let read = read("param \(parameter)\nx a=\(text)")
    #expect(read.fault == nil)
    return try #require(read.statements.last?.options.first).value.value
  }

  @Test func `a reference is one value of its kind`() throws {
    #expect(try value("$s", of: "s=400k") == .number(400_000))
    #expect(try value("${s}", of: "s=3..7") == .range(3, 7))
    #expect(try value("$s", of: "s=\"two words\"") == .string("two words"))
    #expect(try value("$s", of: "s=hinge") == .name("hinge"))
    #expect(
      try value("$s->1e-5 over 20k", of: "s=2e-4") == .schedule(from: 2e-4, to: 1e-5, over: 20_000))
    #expect(try value("1e-4->$s", of: "s=2e-4") == .schedule(from: 1e-4, to: 2e-4, over: nil))
  }

  @Test func `in a longer word it is put in`() throws {
    #expect(try value("run-$s-b", of: "s=3") == .name("run-3-b"))
    #expect(try value("${s}k", of: "s=3") == .number(3000))
    #expect(try value("a-$s", of: "s=\"b c\"") == .string("a-b c"))
    #expect(try value("\"in $s\"", of: "s=3") == .string("in 3"))
    #expect(try value(#""costs \$s, 5$""#, of: "s=3") == .string("costs $s, 5$"))
    #expect(try value("'in $s'", of: "s=3") == .string("in $s"))
  }

  @Test func `several values join a list`() throws {
    guard case .list(let terms) = try value("$s,3e-4", of: "s=1e-4,2e-4") else {
      Issue.record("no list")
      return
    }
    #expect(terms.map(\.value) == [.number(1e-4), .number(2e-4), .number(3e-4)])
  }

  @Test func `places are those of what was typed`() throws {
    let read = read("param long=400k\nrun a on b steps=$long lr=1")
    let option = try #require(read.statements.last?.options.first)
    #expect(option.value.span == Span(33, 38))
    #expect(option.value.source == "400k")
    #expect(read.statements.last?.options.last?.key.span == Span(39, 41))
  }

  @Test func `what stands for nothing is an error with the nearest`() {
    let fault = read("param length=1\nx a=$lenght").fault
    #expect(fault?.message == "there is no parameter `lenght`")
    #expect(fault?.span == Span(19, 26))
    #expect(fault?.help.first == "did you mean `$length`?")
    #expect(read("x \"a $b\"").fault?.span == Span(5, 7))
    #expect(read("x a=$b; param b=1").fault != nil, "it is declared too late")
  }

  @Test func `what takes its line whole and what was stored keeps its dollars`() throws {
    let statements = read("sql select $a\n!echo $HOME ${b}").statements
    #expect(statements.map(\.rest) == ["select $a", "echo $HOME ${b}"])
    let stored = try parse(SourceText(name: "s", text: "data d folder path=/a/$b/${c}x \"$d\""))
    #expect(stored[0].options[0].value.value == .name("/a/$b/${c}x"))
    #expect(stored[0].operands.last?.value == .string("$d"))
  }

  @Test(arguments: ["a$b", "${b}", "$b", "it's $b \"x\"", "5$", "$ b", "a\\$b"])
  func `a text with dollars prints so that it reads back with parameters and without`(text: String)
    throws
  {
    for typed in [word(text), quotedForTyping(text)] {
      #expect(
        try parse(SourceText(name: "s", text: "x a=\(typed)"))[0].options[0].value.text == text)
      #expect(read("param b=1; x a=\(typed)").statements.last?.options[0].value.text == text)
    }
  }

  @Test(arguments: [
    ("$class", "$class", "\"$class\""), ("a $b", "\"a $b\"", "\"a $b\""),
    ("${b}", "${b}", "\"${b}\""),
  ])
  func `stored texts keep dollars as they were`(text: String, name: String, string: String) throws {
    #expect(storedWord(text) == name && quoted(text) == string)
    #expect(Value.string(text).description == string)
    for stored in [name, string] {
      let statement = try parse(SourceText(name: "s", text: "x a=\(stored)"))[0]
      #expect(statement.options[0].value.text == text)
    }
  }

  @Test func `what doubles at each line is refused where it grows too long`() {
    let lines =
      ["param a=xxxxxxxxxxxxxxxx"] + Array(repeating: "param a=$a$a", count: 60)
    let fault = read(lines.joined(separator: "\n")).fault
    #expect(fault?.message.contains("1 MB") == true, "\(String(describing: fault))")
    let quoted = lines.map { $0.replacing("$a$a", with: "\"$a $a\"") }
    #expect(read(quoted.joined(separator: "\n")).fault?.message.contains("1 MB") == true)
    let lists = ["param a=1,2"] + Array(repeating: "param a=$a,$a", count: 60)
    #expect(read(lists.joined(separator: "\n")).fault?.message.contains("1 MB") == true)
  }

  @Test func `what is asked for goes before what is declared`() throws {
    let asked = ["length": Term(ofText: "tenth"), "seed": Term(ofText: "2")]
    let text =
      "param length=full|tenth seed=1\nparam steps by length full=400k tenth=40k\nx a=$steps b=$seed"
    let read = read(text, ScriptParameters(asked: asked))
    #expect(read.fault == nil)
    #expect(read.statements.last?.options.map(\.value.value) == [.number(40_000), .number(2)])
    try read.parameters.checkAsked(in: "s")
    #expect(self.read(text).statements.last?.options.first?.value.value == .number(400_000))
  }

  @Test func `what is none of the choices, and what is not declared, is an error`() {
    let text = "param length=full|tenth"
    let wrong = read(text, ScriptParameters(asked: ["length": Term(ofText: "tenht")])).fault
    #expect(wrong?.message == "`length` is one of full, tenth, not `tenht`")
    #expect(wrong?.help == ["did you mean `tenth`?"])
    let other = read(text, ScriptParameters(asked: ["lenth": Term(ofText: "full")])).parameters
    #expect(throws: Diagnostic("`s` has no parameter `lenth`", help: ["did you mean `length`?"])) {
      try other.checkAsked(in: "s")
    }
    #expect(read("param n=1; param s by n 2=3").fault != nil)
    #expect(read("param n=a; param s by n b=3").fault?.message == "`s` has no value for `n=a`")
    #expect(read("param s by n b=3").fault?.message == "there is no parameter `n`")
  }

  @Test func `what is handed on goes before what an included text declares`() {
    var outer = ScriptParameters(asked: ["a": Term(ofText: "1")])
    _ = readings(of: SourceText(name: "t", text: "param a=9 b=2"), all: false, with: &outer)
    let inner = read(
      "param a=5 c=6 d=7\nx p=$a q=$b r=$c s=$d", outer.handedOn(asked: ["c": Term(ofText: "3")]))
    #expect(inner.statements.last?.options.map(\.value.source) == ["1", "2", "3", "7"])
  }

  @Test(arguments: [
    ("two words", Value.string("two words")), ("3k", .number(3000)), ("", .string("")),
    ("a b=c", .string("a b=c")), ("a # b", .string("a # b")),
    ("1e-4->1e-5", .schedule(from: 1e-4, to: 1e-5, over: nil)),
    ("{", .string("{")), ("a;b", .string("a;b")), ("\"q", .string("\"q")),
  ])
  func `what comes from a command line is one value`(text: String, value: Value) {
    #expect(Term(ofText: text).value == value)
  }

  @Test func `bars separate values outside of quotes`() throws {
    let option = try parse(SourceText(name: "s", text: "x betas=0,0.9|0.5,0.999"))[0].options[0]
    let parts = try option.value.alternatives
    #expect(parts.map(\.source) == ["0,0.9", "0.5,0.999"])
    #expect(parts[1].span == Span(14, 23))
    #expect(parts[1].elements.map(\.span) == [Span(14, 17), Span(18, 23)])
    let single = try parse(SourceText(name: "s", text: "x a=\"b|c\""))[0].options[0].value
    #expect(try single.alternatives == [single])
    #expect(throws: Diagnostic.self) {
      _ = try parse(SourceText(name: "s", text: "x a=b|"))[0].options[0].value.alternatives
    }
  }
}
