import Language
import Testing

@Suite struct ConditionTests {
  private func condition(_ text: String) throws -> Condition {
    try #require(try statements("runs where \(text)").first?.condition)
  }

  @Test(
    arguments: [
      ("lr<3e-4", "lr<0.0003"), ("lr < 3e-4", "lr<0.0003"), ("lr<=0.5 and batch!=64", nil),
      ("a=1 or b=2 and c=3", nil), ("(a=1 or b=2) and c=3", nil),
      ("(a=1 and b=2) or c=3", "a=1 and b=2 or c=3"), ("((a=1))", "a=1"),
      ("not (a=1 or b=2)", nil), ("not not a=1", nil), ("not(a=1)and b=2", "not a=1 and b=2"),
      ("a=1 and (b=2 and c=3)", nil), ("status in running, finished", "status in running,finished"),
      ("status in (running, finished)", "status in running,finished"),
      ("lr in 1e-4..3e-4", "lr in 0.0001..0.0003"), ("seed not in 1..5,9", nil),
      ("name like dc*", nil), ("name not like \"a b%\"", nil), ("betas=0.5,0.999", nil),
      ("min(d_real)>0.4", nil), ("min( d_real ) > max(d_fake)", "min(d_real)>max(d_fake)"),
      ("generator_loss@5k<2", "generator_loss at 5000<2"), ("fid at 1.5k <= 60", "fid at 1500<=60"),
      ("last(fid) at 3=1", nil), ("started>2026-11-01", nil),
      ("started>2h ago", "started>\"2h ago\""), ("(name=\"x y\")", "name=\"x y\""),
      ("\"odd name\"<3", nil), ("min(\"odd (name)\")<3", nil), ("penalty=gp:10", nil),
      ("image=64x64x3", nil), ("a=-3", nil), ("a<b", nil), ("a=\"\"", nil), ("recipe.lr=1", nil),
    ] as [(String, String?)])
  func `a condition is read and printed`(text: String, printed: String?) throws {
    let read = try condition(text)
    #expect(read.description == printed ?? text)
    #expect(try condition(read.description).bare == read.bare)
  }

  @Test func `operands and options may stand around the clauses`() throws {
    let text = "runs limit 5 where a<1 and b like x* columns=name,lr order by fid desc, lr to x.csv"
    let statement = try #require(try statements(text).first)
    #expect(statement.operands.map(\.text) == ["limit", "5", "to", "x.csv"])
    #expect(statement.options.map(\.key.text) == ["columns"])
    #expect(statement.condition?.description == "a<1 and b like x*")
    #expect(statement.order.map(\.description) == ["fid desc", "lr"])
    #expect(statement.span == Span(0, text.utf8.count))
    #expect(try statements(statement.description).map(\.bare) == [statement.bare])
    let two = try statements("runs where a<1; runs order by b asc # where")
    #expect(two.map { $0.condition != nil } == [true, false])
    #expect(two[1].order.map(\.description) == ["b"])
  }

  @Test func `places are those of what was typed`() throws {
    let text = "runs where lr<3e-4 and min(d_real) >= 0.4"
    guard case .all(let parts)? = try statements(text).first?.condition,
      case .test(let test) = parts[1]
    else {
      Issue.record("not two tests")
      return
    }
    #expect(test.span == Span(23, 41))
    #expect(test.quantity.span == Span(23, 34))
    #expect(test.quantity.name == Word("d_real", at: Span(27, 33)))
    #expect(test.operand.span == Span(38, 41))
  }

  @Test func `an entry of a list is a quantity with its place`() throws {
    let option = try #require(
      try statements("runs columns=name,min(d_real),fid@5k").first?.options.first)
    let columns = try option.value.elements.map(Quantity.init(parsing:))
    #expect(columns.map(\.description) == ["name", "min(d_real)", "fid at 5000"])
    #expect(columns[1].name.span == Span(22, 28))
    for text in ["a,3", "1..2", "a<b", "min(a", "a@b", "\"\""] {
      let list = try #require(try statements("runs columns=\(text)").first?.options.first?.value)
      #expect(throws: Diagnostic.self, "\(text)") {
        _ = try list.elements.map(Quantity.init(parsing:))
      }
    }
  }

  @Test(arguments: [
    ("runs where", "`where` needs something to compare after it", 5),
    ("runs where lr", "`lr` is compared with nothing", 2),
    ("runs where lr<", "`<` needs a value after it", 1),
    ("runs where lr<)", "`<` needs a value after it", 1),
    ("runs where (lr<1", "this `(` is not closed", 1),
    ("runs where lr<1 and", "`and` needs something to compare after it", 3),
    ("runs where lr<1 or )", "`or` needs something to compare after it", 2),
    ("runs where lr==1", "`==` compares nothing here", 2),
    ("runs where lr<>1", "`<>` compares nothing here", 2),
    ("runs where min(d_real<1", "this `(` is not closed", 1),
    ("runs where a<1 where b<2", "`where` stands here a second time", 5),
    ("runs order by a order by b", "`order by` stands here a second time", 8),
    ("runs order by", "`order by` needs something to compare after it", 8),
    ("runs order by a,", "`,` needs something to compare after it", 1),
    ("runs where fid at x<1", "`at` needs a step after it, not `x`", 1),
    ("runs where a not 3", "`a` is compared with nothing", 1),
    ("runs where status in", "`in` needs a value after it", 2),
    ("runs where a=\"x", "this string is not closed", 2),
  ])
  func `what is no condition is refused with its place`(text: String, message: String, carets: Int)
    throws
  {
    let shown = try #require(fault(text)).split(separator: "\n")
    #expect(shown[0] == "error: \(message)")
    #expect(
      shown.contains {
        $0.trimmingPrefix(while: { $0 == " " }) == String(repeating: "^", count: carets)
      })
  }

  @Test func `nesting has an end and chains have none`() throws {
    let deep = String(repeating: "(", count: 40) + "a=1" + String(repeating: ")", count: 40)
    #expect(fault("runs where \(deep)")?.contains("more than 32 times") == true)
    #expect(fault("runs where " + String(repeating: "not ", count: 100_000)) != nil)
    let long = Array(repeating: "a=1", count: 5000).joined(separator: " and ")
    #expect(try condition(long).description == long)
  }

  @Test(arguments: 0..<20) func `what is printed parses to the same`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    for _ in 0..<200 {
      let condition = random(&dice, depth: 0)
      let again = try self.condition(condition.description)
      #expect(again.bare == condition, "\(condition)")
    }
  }

  private func random(_ dice: inout Dice, depth: Int) -> Condition {
    let kind = depth > 3 ? 3 : Int.random(in: 0..<6, using: &dice)
    let parts = { (dice: inout Dice) in
      (0..<Int.random(in: 2..<4, using: &dice)).map { _ in random(&dice, depth: depth + 1) }
    }
    switch kind {
    case 0: return .all(parts(&dice))
    case 1:
      // `or` within `or` keeps its parentheses.
      return .any(parts(&dice))
    case 2: return .not(random(&dice, depth: depth + 1))
    default: return .test(randomTest(&dice))
    }
  }

  private func randomTest(_ dice: inout Dice) -> Condition.Test {
    let names = ["lr", "d_real", "a.b", "two words", "x-y", "not", "in", "é", "a\"b", "p@q", "at"]
    func quantity(_ dice: inout Dice) -> Quantity {
      Quantity(
        Word(dice.pick(names), at: .nowhere),
        function: dice.chance(3) ? Word(dice.pick(["min", "last"]), at: .nowhere) : nil,
        step: dice.chance(4) ? Term(.number(5000), at: .nowhere, source: "") : nil, at: .nowhere)
    }
    let relation = dice.pick(Condition.Relation.allCases)
    let values: [Value] = [
      .number(3e-4), .number(-7), .name("finished"), .string("two (words)"), .range(1, 2),
      .size([64, 64, 3]), .list([1, 2].map { Term(.number($0), at: .nowhere, source: "") }),
    ]
    var operand = Condition.Operand.value(Term(dice.pick(values), at: .nowhere, source: ""))
    if dice.chance(5), relation != .within, relation != .notWithin {
      var right = quantity(&dice)
      right.function = Word("max", at: .nowhere)
      operand = .quantity(right)
    }
    return Condition.Test(quantity(&dice), relation, operand, at: .nowhere)
  }
}
