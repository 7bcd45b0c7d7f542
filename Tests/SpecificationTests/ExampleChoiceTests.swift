import Datasets
import Language
import Networks
import Specification
import Testing

/// Data sets that are made of data sets, as texts.
struct ExampleChoiceTests {
  private static let letters: [Unicode.Scalar] = [
    ",", "\"", "=", "\n", "\r", "\t", "\\", " ", "ß", "é", "\u{301}", "語", "🙂", "#", "{", "}", ";",
    "&", "|", "'", ":", "+", "-", ">", "<", "(", ")", "!", "@", "a", "o", "n", "d", "7", ".", "/",
    "~",
    "\u{85}", "\u{2028}", "\u{7F}", "\u{1}", "\u{FEFF}", "%", "*",
  ]

  private func text(_ dice: inout Dice) -> String {
    let words = [
      "and", "or", "not", "in", "like", "at", "ago", "where", "order", "by", "yes", "unknown", "7",
      "007", "20k", "1..3", "64x64", "a:1", "1->2", "Smiling", "5_o_Clock_Shadow", "-", "2h",
    ]
    if dice.coin() { return dice.pick(words) }
    var text = ""
    for _ in 0..<dice.whole(1...8) { text.unicodeScalars.append(dice.pick(Self.letters)) }
    return text
  }

  private func condition(_ dice: inout Dice, depth: Int) -> ExampleCondition {
    if depth > 0 {
      switch dice.whole(0...3) {
      case 0: return .all([condition(&dice, depth: depth - 1), condition(&dice, depth: depth - 1)])
      case 1: return .any([condition(&dice, depth: depth - 1), condition(&dice, depth: depth - 1)])
      case 2: return .not(condition(&dice, depth: depth - 1))
      default: break
      }
    }
    let relation = dice.pick(
      Condition.Relation.allCases.filter { ![.like, .unlike].contains($0) })
    let isList = [.within, .notWithin].contains(relation)
    let values = (0..<(isList ? dice.whole(1...3) : 1)).map { _ -> ExampleCondition.Value in
      switch dice.whole(0...(isList ? 3 : 2)) {
      case 0: .number(7, typed: "007")
      case 3: .range(Double(dice.whole(-9...0)), Double(dice.whole(1...9)) + 0.5)
      default: .word(text(&dice))
      }
    }
    return .test(ExampleCondition.Test(text(&dice), relation, values))
  }

  private func choice(_ dice: inout Dice) -> ExampleChoice {
    let each = dice.coin() ? nil : text(&dice)
    let part = ExampleChoice.Part(
      dice.coin()
        ? .share(dice.real(0.001...0.999))
        : .count(dice.whole(1...1000), each: each),
      seed: dice.next(), identity: each != nil || dice.coin() ? nil : text(&dice),
      isRest: dice.coin())
    return ExampleChoice(
      condition: dice.coin() ? nil : condition(&dice, depth: 3), part: dice.coin() ? nil : part,
      balance: dice.coin() ? nil : text(&dice))
  }

  private func labels(_ dice: inout Dice) -> [LabelDescription] {
    (0..<dice.whole(1...3)).map { number in
      let words = (0..<dice.whole(1...4)).map { _ in text(&dice) }
      let kind: LabelDescription.Kind = dice.pick([.attribute, .number, .words(words)])
      return LabelDescription("\(number)" + text(&dice), kind)
    }
  }

  private func dataset(_ dice: inout Dice) -> DatasetSpecification {
    let roots = [
      "celeba path=\"a b,c\" split=train size=8", "folder path=x labels=\"./l=1.csv\" size=8",
      "portraits count=9 size=8",
    ]
    let root = try? DatasetSpecification(parsing: statement("data d \(dice.pick(roots))"), .all)
    var dataset =
      root
      ?? DatasetSpecification(source: .read(SourceSpecification("portraits")), preprocessing: nil)
    for _ in 0..<dice.whole(0...3) {
      dataset = DatasetSpecification(from: dataset, choice(&dice))
      if dice.whole(0...3) == 0 { dataset.labels = labels(&dice) }
    }
    return dataset
  }

  /// What differs in the form of its Unicode is not the same here, though Swift holds it for equal.
  private func bytes(_ dataset: DatasetSpecification) -> [UInt8] {
    Array(dataset.statements(named: "d").joined(separator: "\n").utf8)
  }

  @Test(arguments: 0..<60) func `whatever labels are called, a choice is printed and read back`(
    seed: UInt64
  ) throws {
    var dice = Dice(state: 1234 + seed)
    for _ in 0..<15 {
      let made = dataset(&dice)
      let lines = made.statements(named: "mine")
      let read: DatasetSpecification
      do { read = try DatasetSpecification(stored: lines.joined(separator: "\n")) } catch {
        Issue.record("\(error.message): \(lines)")
        continue
      }
      #expect(read == made, "\(lines)")
      #expect(bytes(read) == bytes(made), "\(lines)")
      // On one line, as somebody might type it.
      #expect(bytes(try DatasetSpecification(stored: lines.joined(separator: "; "))) == bytes(made))
    }
  }

  @Test(arguments: 0..<20) func `a run's text holds its data and its test set with all below them`(
    seed: UInt64
  ) throws {
    var dice = Dice(state: 77 + seed)
    for _ in 0..<8 {
      let (data, test) = (dataset(&dice), dice.coin() ? nil : dataset(&dice))
      let made = RunSpecification(
        architecture: try architecture("arch m like mlp image=8x8x3 width=2"), dataset: data,
        recipe: .neutral, steps: 3,
        seed: 1, test: test)
      for text in [
        made.description,
        // Names of people's own, such as those that are given to what lies below.
        made.script(architecture: "a", dataset: "base", recipe: "r", run: "x", test: "base-2"),
        made.script(architecture: "a", dataset: "base-2", recipe: "r", run: "x", test: "base"),
      ] {
        let read = try RunSpecification(stored: text)
        #expect(read == made, "\(text)")
        #expect(bytes(read.dataset) == bytes(data))
        #expect(read.essence == made.essence)
      }
    }
  }

  @Test func `what is below two sets stands once, before both`() throws {
    let known = try DatasetSpecification.read(
      parse(
        SourceText(
          name: "t",
          text: """
            data faces celeba path=~/celeba size=8
            data adults from faces where Young=no and not (Bald=yes or age in 20..30,unknown)
            data train from adults split=0.9 seed=1 identity=person
            data held from adults split=0.9 seed=1 identity=person part=rest balance=Male
            """)), .all)
    let made = RunSpecification(
      architecture: try architecture("arch m like mlp image=8x8x3 width=2"),
      dataset: try #require(known["train"]), recipe: .neutral, steps: 3, seed: 1,
      test: known["held"])
    let text = made.script(
      architecture: "clf", dataset: "train", recipe: "r", run: "c", test: "held")
    #expect(
      text.split(separator: "\n").prefix(4) == [
        "data base celeba path=~/celeba split=all size=8 channels=3 crop=celeba-178 filter=lanczos flip=no",
        "data base-2 from base where Young=no and not (Bald=yes or age in 20..30,unknown)",
        "data train from base-2 split=0.9 seed=1 identity=person",
        "data held from base-2 split=0.9 seed=1 identity=person part=rest balance=Male",
      ])
    #expect(
      text.split(separator: "\n").last
        == "run clf on train with r steps=3 seed=1 log-every=1 sample-every=500 checkpoint-every=500 samples=64 test=held as c"
    )
    #expect(
      made.essence.split(separator: "\n").last
        == "run networks on examples with training seed=1 test=test")
    let entries = RunParameters(of: text, Signatures.all.layers).entries
    func value(_ key: String) -> String? { entries.first { $0.key == key }?.text }
    #expect(value("data.source") == "celeba" && value("test.source") == "celeba")
    #expect(value("data.from.split") == "0.9" && value("data.split") == "all")
    #expect(value("data.from.from.where") == "Young=no and not (Bald=yes or age in 20..30,unknown)")
    #expect(value("test.from.part") == "rest" && value("data.from.part") == nil)
    #expect(value("test.from.balance") == "Male" && value("test") == "held")
  }

  @Test func `the columns that a run takes stand in its text, word by word`() throws {
    var data = try DatasetSpecification(
      parsing: statement("data f folder path=x labels=y.csv size=8"), .all)
    data.labels = [
      LabelDescription("Smiling", .attribute),
      LabelDescription("race", .words(["b", "a, c", "-1"])),
      LabelDescription("age", .number),
    ]
    let made = RunSpecification(
      architecture: try architecture("arch m like mlp image=8x8x3 width=2"),
      dataset: data, recipe: .neutral, steps: 3, seed: 1)
    #expect(
      made.description.contains(" { attribute Smiling; words race b \"a, c\" -1; number age }\n"))
    #expect(try RunSpecification(stored: made.description) == made)
    #expect(
      RunParameters(of: made.essence, Signatures.all.layers)["data.columns"]?.text
        == "attribute Smiling; words race b \"a, c\" -1; number age")
    var other = made
    other.dataset.labels[1] = LabelDescription("race", .words(["a, c", "b", "-1"]))
    #expect(other.essence != made.essence)
  }

  @Test func `a text without choices is what it was`() throws {
    let made = RunSpecification(
      architecture: try architecture("arch m like mlp points=2 width=2"),
      dataset: try DatasetSpecification(parsing: statement("data d ring"), .all), recipe: .neutral,
      steps: 3, seed: 1)
    #expect(
      made.essence.hasPrefix("data examples ring modes=8 radius=1 sigma=0.01\narch networks "))
    #expect(made.essence.hasSuffix("\nrun networks on examples with training seed=1"))
    #expect(!made.description.contains("test"))
  }

  @Test func `moving the files moves what is chosen of them`() throws {
    var dice = Dice(state: 4)
    for _ in 0..<50 {
      let made = dataset(&dice)
      guard let moved = made.source.moved(to: "/elsewhere") else { continue }
      #expect(moved.path == "/elsewhere")
      let there = DatasetSpecification(source: moved, preprocessing: made.preprocessing)
      #expect(there.choices == made.choices)
      #expect(there.preprocessing == made.preprocessing)
    }
  }

  @Test(arguments: [
    ("data a from", "`from` needs a data set after it"),
    ("data a from bse", "there is no data set `bse` | did you mean `base`?"),
    ("data a from base where x", "`x` is compared with nothing"),
    ("data a from base where min(x)>1", "`min(x)` is said of runs; examples have labels"),
    ("data a from base where x at 5=1", "`x at 5` is said of runs; examples have labels"),
    ("data a from base where x like y*", "labels are not compared by patterns"),
    ("data a from base where x=a,b", "several values stand after `in` | write `x in a,b`"),
    ("data a from base where x=1..3", "a range stands after `in`"),
    ("data a from base where x=max(y)", "a label is compared with a word or a number"),
    ("data a from base order by x", "examples are in no order"),
    (
      "data a from base split=1.5",
      "split is the share of the first part, below 1, or how many it has, not `1.5`"
    ),
    ("data a from base split=0", "split is the share of the first part, below 1, or how many"),
    ("data a from base split=train", "split is the share of the first part"),
    ("data a from base split=0.5 each=x", "`each` says of what so many are taken"),
    ("data a from base split=5 each=x identity=y", "`identity` counts those that are shown"),
    ("data a from base each=x", "`each` says how a data set is split"),
    ("data a from base part=rest", "`part` says how a data set is split, and `split` is missing"),
    ("data a from base split=0.5 part=last", "part is one of first, rest, not `last`"),
    ("data a from base splt=0.5", "`from` has no option `splt` | did you mean `split`?"),
    ("data a from base balance=x,y", "balance is the name of a label column, not `x,y`"),
    ("data a from base size=64", "`from` has no option `size`"),
    ("data a from points where x=1", "`points` is points, which have no labels"),
    ("data a from base b", "`data` does not expect `b` here"),
    ("data a from base { }", "this block names no label"),
    (
      "data a from base { attribte x }",
      "a label is an attribute, words or a number, not `attribte`"
    ),
    ("data a from base { number x y }", "`number` takes one name"),
    ("data a from base { words x }", "`words` needs the words after the name"),
    ("data a from base { words x y; attribute x }", "the label `x` stands here a second time"),
    ("data a from base { words x y=1 }", "`words` takes no options"),
    ("data a ring { attribute x }", "points have no labels"),
    ("data a portraits where x=1", "`portraits` takes no condition"),
    ("data a form base", "there is no source `form` | did you mean `from`?"),
  ])
  func `what cannot be chosen is told`(line: String, told: String) throws {
    let known = [
      "base": try DatasetSpecification(parsing: statement("data b portraits"), .all),
      "points": try DatasetSpecification(parsing: statement("data b ring"), .all),
    ]
    do {
      _ = try DatasetSpecification(parsing: statement(line), .all, known: known)
      Issue.record("\(line) is read")
    } catch let error as Diagnostic {
      let words = ([error.message] + error.help).joined(separator: " | ")
      #expect(words.hasPrefix(told), "\(words)")
      #expect(error.span != nil)
    }
  }

  @Test func `sets are not made of one another without end`() throws {
    var known = ["d": try DatasetSpecification(parsing: statement("data d portraits"), .all)]
    for _ in 0..<ExampleChoice.depths.upperBound {
      known["d"] = try DatasetSpecification(parsing: statement("data d from d"), .all, known: known)
    }
    #expect {
      try DatasetSpecification(parsing: statement("data d from d"), .all, known: known)
    } throws: {
      ($0 as? Diagnostic)?.message == "`d` is made of 16 others already, one of the other"
    }
  }
}
