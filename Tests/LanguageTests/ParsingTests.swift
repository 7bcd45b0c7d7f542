import Language
import Testing

struct ParsingTests {
  @Test func `a run has operands, options and a background mark`() throws {
    let all = try statements("run dc on faces steps=20k seed=7 as base &")
    let run = try #require(all.first)
    #expect(all.count == 1)
    #expect(run.verb.text == "run")
    #expect(run.operands.map(\.text) == ["dc", "on", "faces", "as", "base"])
    #expect(run.options.map(\.key.text) == ["steps", "seed"])
    #expect(run.options.map(\.value.value) == [.number(20_000), .number(7)])
    #expect(run.isBackground)
    #expect(run.rest == "dc on faces steps=20k seed=7 as base")
    #expect(run.span == Span(0, 42))
  }

  @Test func `a bar and a mode at the end say how rows are written`() throws {
    let runs = try #require(try statements("runs a=b | json; show x").first)
    #expect(runs.output == OutputRequest(.json, at: Span(9, 15)))
    #expect(runs.span == Span(0, 15) && runs.rest == "a=b")
    #expect(try statements("runs |latex # all").first?.output?.mode == .latex)
    #expect(try statements("x a|b c=|json").first?.output == nil)
    let query = try #require(try statements("sql select a|b, a || json |  csv").first)
    #expect(query.output == OutputRequest(.csv, at: Span(26, 32)))
    #expect(query.rest == "select a|b, a || json")
    for text in ["sql select a || json", "sql select a | jsn", "!ls | json", "help | json"] {
      #expect(try statements(text).first?.output == nil)
    }
  }

  @Test(arguments: [
    ("2e-4", Value.number(2e-4)), ("20k", .number(20_000)), ("1M", .number(1e6)),
    ("1.5G", .number(1.5e9)), ("-3", .number(-3)), ("+3", .number(3)), (".5", .number(0.5)),
    ("20.1k", .number(20_100)), ("2e3k", .number(2e6)), ("1E5", .number(1e5)),
    ("1e-400", .name("1e-400")), ("0e-400", .number(0)),
    ("64x64x3", .size([64, 64, 3])), ("8x8", .size([8, 8])), ("3..7", .range(3, 7)),
    ("0.5..1k", .range(0.5, 1000)), ("0...5", .name("0...5")), ("faces", .name("faces")),
    ("~/celeba", .name("~/celeba")),
    ("./a-b/c.png", .name("./a-b/c.png")), ("img_*.png", .name("img_*.png")),
    ("../x", .name("../x")), ("plain-hinge", .name("plain-hinge")), ("a#b", .name("a#b")),
    ("/a/b=c", .name("/a/b=c")), ("20K", .name("20K")), ("1e999", .name("1e999")),
    ("1e99999999999999999999", .name("1e99999999999999999999")), ("5.", .name("5.")),
    ("99999999999999999999x2", .name("99999999999999999999x2")), ("x8", .name("x8")),
    ("8x", .name("8x")), ("http://a/b", .name("http://a/b")), ("12:30", .name("12:30")),
    ("flip+crop", .name("flip+crop")), ("G.block1.*", .name("G.block1.*")),
    ("\"two words\"", .string("two words")), ("'it is'", .string("it is")),
    (#""a\n\t\"\\\u{E9}""#, .string("a\n\t\"\\é")), ("\"a\nb\"", .string("a\nb")),
    ("0.1->0 over 5k", .schedule(from: 0.1, to: 0, over: 5000)),
    ("2e-4->5e-5", .schedule(from: 2e-4, to: 5e-5, over: nil)),
    ("2e-4 -> 5e-5 over 20k", .schedule(from: 2e-4, to: 5e-5, over: 20_000)),
    ("1 ->2", .schedule(from: 1, to: 2, over: nil)),
    ("1-> -2", .schedule(from: 1, to: -2, over: nil)),
    ("a->b", .name("a->b")), ("nan", .name("nan")), ("inf", .name("inf")), ("-", .name("-")),
    ("--all", .name("--all")), ("gesichter/größe.png", .name("gesichter/größe.png")),
  ]) func `a value is what it looks like`(text: String, expected: Value) throws {
    #expect(try value(text) == expected)
  }

  @Test func `lists, tags and their parts have places`() throws {
    let statement = try #require(try statements("recipe c penalty=gp:10 betas=0, 0.9").first)
    let penalty = statement.options[0].value
    guard case .tagged(let tag, let amount) = penalty.value else {
      Issue.record("not tagged: \(penalty.value)")
      return
    }
    #expect(tag == Word("gp", at: Span(17, 19)))
    #expect(amount == Term(.number(10), at: Span(20, 22), source: "10"))
    #expect(statement.options[1].value.elements.map(\.value) == [.number(0), .number(0.9)])
    #expect(statement.options[1].value.elements[1].span == Span(32, 35))
    #expect(statement.operands.map(\.text) == ["c"])
  }

  @Test func `a tag may hold a quoted text but not another tag`() throws {
    #expect(try value("t:\"a b\"")?.description == "t:\"a b\"")
    guard case .tagged(_, let inner)? = try value("a:b:c") else {
      Issue.record("not tagged")
      return
    }
    #expect(inner.value == .name("b:c"))
  }

  @Test func `a name in quotes may stand before a colon and before an equals sign`() throws {
    for line in [
      "x labels=\"Rosy Cheeks\":1,Male:0", "x \"Rosy Cheeks\":18..80",
      "x \"Rosy Cheeks\"=-2..2 Male=1",
      "x a=\"race=asian\":\"two words\"",
    ] {
      #expect(try statements(line).map(\.description) == [line])
    }
    #expect(try statements("x 'a b'=1").map(\.description) == ["x \"a b\"=1"])
    let statement = try #require(try statements("x \"a b\"=1 c=\"d e\":2").first)
    #expect(statement.options[0].key == Word("a b", at: Span(2, 7)))
    guard case .tagged(let tag, let amount) = statement.options[1].value.value else {
      Issue.record("not tagged: \(statement.options[1].value)")
      return
    }
    #expect(tag == Word("d e", at: Span(12, 17)))
    #expect(amount == Term(.number(2), at: Span(18, 19), source: "2"))
    for line in ["x \"a b\"=", "x \"a b\":", "x \"a b\"c", "x \"a\":,1"] {
      #expect(throws: Diagnostic.self) { try statements(line) }
    }
  }

  @Test func `semicolons join, backslashes continue, comments end`() throws {
    let all = try statements(
      "a 1;b 2 # c 3\n\n ;; \r\n d 4 \\  \n 5 # e\n\u{FEFF}x\n".replacing("\u{FEFF}", with: ""))
    #expect(all.map(\.verb.text) == ["a", "b", "d", "x"])
    #expect(all[2].operands.map(\.value) == [.number(4), .number(5)])
    #expect(all[1].rest == "2")
    #expect(try statements("\u{FEFF}runs").first?.verb.text == "runs")
  }

  @Test func `a block works on one line or many`() throws {
    let many = """
      arch mine conv image=64x64x3 latent=100 {
        generator     { dense 8x8x512; lrelu 0.2   # the published one
                        deconv 3 kernel=4 stride=2; tanh }

        discriminator {
          flatten
          dense 1 }
      } &
      """
    let one =
      "arch mine conv image=64x64x3 latent=100 { generator { dense 8x8x512; lrelu 0.2; "
      + "deconv 3 kernel=4 stride=2; tanh } discriminator { flatten; dense 1 } } &"
    let (a, b) = (try statements(many), try statements(one))
    #expect(a.map(\.bare) == b.map(\.bare))
    let block = try #require(a.first?.block)
    #expect(block.items.map(\.name.text) == ["generator", "discriminator"])
    #expect(block.items[0].block?.items.map(\.name.text) == ["dense", "lrelu", "deconv", "tanh"])
    #expect(try statements("a x{b{c}d}").first?.block?.items.count == 2)
  }

  @Test func `conditions survive in the rest`() throws {
    let runs = try #require(
      try statements("runs  where fid<60 and arch=dc order by fid  # best first").first)
    #expect(runs.rest == "where fid<60 and arch=dc order by fid")
    #expect(runs.operands.isEmpty && runs.condition?.description == "fid<60 and arch=dc")
    #expect(try statements("runs where fid >= 60").first?.rest == "where fid >= 60")
  }

  @Test func `sql, the shell escape and help take their line`() throws {
    let sql = try #require(try statements("sql  select 'a;#' from x where a & b;  \nruns").first)
    #expect(sql.rest == "select 'a;#' from x where a & b;")
    #expect(sql.operands.isEmpty)
    #expect(
      try statements("sql select 1 \\\n from x\nruns").map(\.rest) == ["select 1 \n from x", ""])
    let escape = try #require(try statements("!ls -l | grep \"x; # &").first)
    #expect(escape.verb.text == "!")
    #expect(escape.rest == "ls -l | grep \"x; # &")
    let help = try #require(try statements("help run = \"x; quit").first)
    #expect(help.operands.map(\.text) == ["run", "=", "\"x"])
  }

  @Test(arguments: [
    "arch a conv {", "arch a { generator { dense 1", "note \"two", "run dc \\", "run dc \\\n",
    "run dc \\  \n", "a; b {\n\n", "sql select \\", "note 'x\n",
  ]) func `an open text is incomplete`(text: String) {
    #expect(isIncomplete(text))
  }

  @Test(arguments: [
    "", "runs", "arch a { }", "note \"two\"", "run dc \\\n\n", "a }", "{", "a { & }",
    "a =\"x\"y { ", "note it's", "sql select \"a",
  ]) func `a whole or broken text is not incomplete`(text: String) {
    #expect(!isIncomplete(text))
  }

  @Test func `what stands before a fault is kept`() {
    let parsed = parsePrefix(SourceText(name: "t", text: "a 1\nb 2; c }\nd"))
    #expect(parsed.statements.map(\.verb.text) == ["a", "b"])
    #expect(parsed.fault?.message == "this `}` closes no block")
  }
}
