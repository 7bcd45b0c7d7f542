import Datasets
import Foundation
import Images
import Language
import Specification
import TestSupport
import Testing

/// What is chosen of a data set by labels and names.
@Suite struct ExampleChooserTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Pictures named by numbers, whose red values tell which they are, with labels of which some are missing.
  private func pictures(_ numbers: [Int]) throws -> DatasetSpecification {
    var rows = ["file,smiling,race,age,person"]
    for number in numbers {
      let image = PixelImage(width: 4, height: 4, colour: [UInt8(number), 7, UInt8(number / 2)])
      try scratch.write(image.pngData(), "images/\(number).png")
      let smiling = number % 5 == 0 ? "" : number % 2 == 0 ? "yes" : "no"
      let race =
        number % 7 == 0 ? "" : number % 10 < 2 ? "asian" : number % 10 < 4 ? "black" : "white"
      let age = number % 11 == 0 ? "" : "\(number)"
      rows.append("\(number).png,\(smiling),\(race),\(age),person \(number / 3)")
    }
    let table = try scratch.write(rows.joined(separator: "\n"), "labels.csv")
    return DatasetSpecification(
      source: .folder(path: scratch.path + "/images", labels: .file(table)),
      preprocessing: Sample.preprocessing(4))
  }

  private func open(_ base: DatasetSpecification, _ choices: String...) throws -> Dataset {
    var known = ["base": base]
    for choice in choices {
      let all = try parse(SourceText(name: "t", text: "data base from base \(choice)"))
      known["base"] = try DatasetSpecification(parsing: #require(all.first), .all, known: known)
    }
    return try Dataset.open(#require(known["base"]), cacheDirectory: scratch.cache)
  }

  /// The numbers of the pictures in it, by their pixels.
  private func numbers(_ data: Dataset) -> [Int] {
    (0..<(data.count ?? 0)).map { Int(PixelImage.pixel(data.values(of: $0)[0])) }
  }

  private func fault(_ base: DatasetSpecification, _ choice: String) -> String? {
    do {
      _ = try open(base, choice)
      return nil
    } catch let error as DatasetError {
      return ([error.message] + error.help).joined(separator: " | ")
    } catch { return "\(error)" }
  }

  @Test func `conditions choose by what is known`() throws {
    let base = try pictures(Array(1...60))
    let all = Array(1...60)
    func smiling(_ n: Int) -> Bool? { n % 5 == 0 ? nil : n % 2 == 0 }
    func race(_ n: Int) -> String? {
      n % 7 == 0 ? nil : n % 10 < 2 ? "asian" : n % 10 < 4 ? "black" : "white"
    }
    func age(_ n: Int) -> Int? { n % 11 == 0 ? nil : n }
    let cases: [(String, (Int) -> Bool)] = [
      ("where smiling=yes", { smiling($0) == true }),
      ("where smiling=no", { smiling($0) == false }),
      ("where smiling!=1", { smiling($0) == false }),
      ("where smiling=unknown", { smiling($0) == nil }),
      ("where smiling!=unknown", { smiling($0) != nil }),
      ("where race in asian,black", { ["asian", "black"].contains(race($0)) }),
      ("where race not in asian,unknown", { ["black", "white"].contains(race($0)) }),
      ("where age>=20 and age<30", { age($0).map { (20..<30).contains($0) } ?? false }),
      (
        "where age in 3..5,40..41,50",
        { age($0).map { [3, 4, 5, 40, 41, 50].contains($0) } ?? false }
      ),
      // What is unknown decides nothing where the other half does.
      ("where smiling=yes or age<10", { smiling($0) == true || (age($0) ?? 99) < 10 }),
      (
        "where not (smiling=yes and race=white)",
        { smiling($0) == false || (race($0) != nil && race($0) != "white") }
      ),
    ]
    for (text, holds) in cases {
      let chosen = try open(base, text)
      #expect(Set(numbers(chosen)) == Set(all.filter(holds)), "\(text)")
      // Labels go with the examples.
      let ages = chosen.labels?.columns.first { $0.name == "age" }
      guard case .number(let values)? = ages?.values else { throw DatasetError.unusable("ages") }
      for (number, value) in zip(numbers(chosen), values) {
        #expect(age(number).map(Double.init) == (value.isNaN ? nil : value))
      }
    }
    let noted = try open(base, "where smiling=yes")
    #expect(
      noted.notes.contains { $0.hasPrefix("12 examples are left out, since a label is unknown") })
    #expect(noted.description.hasSuffix("; where smiling=yes"))
  }

  @Test func `choices follow one another`() throws {
    let base = try pictures(Array(1...60))
    #expect(
      Set(numbers(try open(base, "where smiling=yes", "where race=white")))
        == Set(numbers(try open(base, "where smiling=yes and race=white"))))
  }

  @Test func `an image that is added moves no other, and the parts are all`() throws {
    let few = try pictures(Array(1...40))
    let first = Set(numbers(try open(few, "split=0.7 seed=3")))
    let rest = Set(numbers(try open(few, "split=0.7 seed=3 part=rest")))
    #expect(first.isDisjoint(with: rest))
    #expect(first.union(rest) == Set(1...40))
    #expect((18...36).contains(first.count), "\(first.count)")
    #expect(Set(numbers(try open(few, "split=0.7 seed=4"))) != first)
    // Ten more, of which some come before the others.
    let more = try pictures([0] + Array(1...40) + Array(100...109))
    let after = Set(numbers(try open(more, "split=0.7 seed=3")))
    #expect(after.intersection(1...40) == first)
    #expect(Set(numbers(try open(more, "split=0.7 seed=3 part=rest"))).intersection(1...40) == rest)
    // A larger share takes away from nobody.
    #expect(Set(numbers(try open(more, "split=0.8 seed=3"))).isSuperset(of: after))
  }

  @Test func `shares come out as asked`() throws {
    let drawn = DatasetSpecification(
      source: .portraits(count: 2000, seed: 1), preprocessing: Sample.preprocessing(8, crop: .none))
    // 200 expected, with a standard deviation of 13.
    let count = try #require(try open(drawn, "split=0.9 part=rest").count)
    #expect((155...245).contains(count), "\(count)")
  }

  @Test func `counts come out exactly, and a larger one has all of a smaller`() throws {
    let base = try pictures(Array(0..<90))
    let (few, more) = (
      numbers(try open(base, "split=7 seed=2")), numbers(try open(base, "split=20 seed=2"))
    )
    #expect(few.count == 7 && more.count == 20 && Set(more).isSuperset(of: few))
    let rest = numbers(try open(base, "split=7 seed=2 part=rest"))
    #expect(Set(rest).isDisjoint(with: few) && rest.count == 83)
    let each = try open(base, "split=5 each=smiling")
    #expect(each.count == 10 && each.labels?.examples(with: "smiling").count == 5)
    // Of people so many, with all that shows them.
    let people = numbers(try open(base, "split=4 identity=person"))
    #expect(people.count == 12 && Set(people.map { $0 / 3 }).count == 4)
    #expect(throws: DatasetError.unusable("there are 90 to take 91 from")) {
      try open(base, "split=91")
    }
    let error = #expect(throws: DatasetError.self) { try open(base, "split=80 each=smiling") }
    #expect(error?.message.contains("where `smiling` is") == true)
  }

  @Test func `whoever an example shows is on one side`() throws {
    // Names of people are too many to be labels, and still tell them apart.
    let base = try pictures(Array(0..<90))
    let first = Set(numbers(try open(base, "split=0.5 identity=person")).map { $0 / 3 })
    let rest = Set(numbers(try open(base, "split=0.5 identity=person part=rest")).map { $0 / 3 })
    #expect(first.isDisjoint(with: rest))
    #expect(first.union(rest) == Set(0..<30))
    #expect(!first.isEmpty && !rest.isEmpty)
    // By themselves they are torn apart.
    let torn = Set(numbers(try open(base, "split=0.5")).map { $0 / 3 })
    #expect(!torn.isDisjoint(with: numbers(try open(base, "split=0.5 part=rest")).map { $0 / 3 }))
    let noted = try open(base, "split=0.5 identity=race")
    #expect(noted.notes.contains("13 examples have no `race` and are split by their names"))
  }

  @Test func `classes are made equally frequent, and no example more often than another`() throws {
    let base = try pictures(Array(1...60))
    let even = try open(base, "balance=race")
    let labels = try #require(even.labels)
    let counts = ["asian", "black", "white"].map { labels.examples(with: "race=\($0)").count }
    let most = (1...60).count { $0 % 7 != 0 && $0 % 10 > 3 }
    #expect(counts == [most, most, most])
    var times: [Int: Int] = [:]
    for number in numbers(even) { times[number, default: 0] += 1 }
    for (low, high) in [(0, 2), (2, 4), (4, 10)] {
      let own = times.filter { ($0.key % 10) >= low && ($0.key % 10) < high }.map(\.value)
      #expect((own.max() ?? 0) - (own.min() ?? 0) <= 1, "\(own)")
    }
    #expect(even.notes.contains("8 examples are left out, since their `race` is unknown"))
    // Which of them is repeated is a matter of names.
    #expect(numbers(try open(base, "balance=race")) == numbers(even))
    #expect(try open(base, "balance=smiling").labels?.examples(with: "smiling").count == 24)
  }

  @Test func `the digest covers what is read`() throws {
    let base = try pictures(Array(1...40))
    let before = try open(base, "split=0.7 seed=3")
    let other = try open(base, "split=0.7 seed=3 part=rest")
    #expect(before.contentDigest != other.contentDigest)
    #expect(before.contentDigest != (try open(base).contentDigest))
    #expect(
      before.contentDigest == (try open(base, "split=0.7 seed=3", "split=0.7 seed=3").contentDigest)
    )
    #expect(
      before.contentDigest != (try open(base, "split=0.7 seed=3", "balance=race").contentDigest))
    // What comes into the one part changes nothing about the other.
    let more = try pictures(Array(1...40) + Array(100...109))
    let added = Set(numbers(try open(more, "split=0.7 seed=3"))).subtracting(1...40)
    try #require(!added.isEmpty && added.count < 10)
    let kept = try pictures(Array(1...40) + (100...109).filter { !added.contains($0) })
    for number in added {
      try FileManager.default.removeItem(atPath: "\(scratch.path)/images/\(number).png")
    }
    #expect(try open(kept, "split=0.7 seed=3").digest.examples == before.digest.examples)
  }

  @Test func `a set that is chosen from is loaded as any other`() throws {
    let base = try pictures(Array(1...60))
    let chosen = try open(base, "where smiling=yes", "balance=race")
    let all = numbers(chosen)
    let loader = try chosen.makeLoader(batch: 4, seed: 2)
    let order = try #require(try chosen.batchOrder(batch: 4, seed: 2))
    for batch in 0..<20 {
      let values = [Float](unsafeUninitializedCapacity: loader.valuesPerBatch) { target, filled in
        loader.next(into: target)
        filled = loader.valuesPerBatch
      }
      let shown = stride(from: 0, to: values.count, by: 48).map {
        Int(PixelImage.pixel(values[$0]))
      }
      #expect(shown == order.examples(ofBatch: batch).map { all[$0] })
    }
  }

  @Test func `a declaration that names its labels is held to them`() throws {
    let base = try pictures(Array(1...40))
    let race = ["asian", "black", "white"]
    var held = try open(base, "where smiling=yes").specification
    for (columns, told) in [
      ([LabelDescription("race", .words(race)), LabelDescription("age", .number)], nil),
      ([LabelDescription("race=black", .attribute)], nil),
      ([LabelDescription("hat", .attribute)], "there is no label `hat`"),
      (
        [LabelDescription("age", .attribute)],
        "the label `age` is another: a number there, yes or no here"
      ),
      ([LabelDescription("race", .words(race.reversed()))], nil),
      (
        [LabelDescription("race", .words(["other"]))],
        "the label `race` is another: `asian` there is none of the words here, other"
      ),
    ] {
      held.labels = columns
      do {
        let data = try Dataset.open(held, cacheDirectory: scratch.cache)
        #expect(told == nil)
        #expect(data.specification == held)
      } catch { #expect(error.message == told) }
    }
  }

  @Test func `what is not there is named`() throws {
    let base = try pictures(Array(1...40))
    for (choice, told) in [
      ("where smilling=yes", "there is no label `smilling` | did you mean `smiling`?"),
      ("where smiling=maybe", "`smiling` is yes, no or unknown, not `maybe`"),
      ("where race=asain", "`asain` is no value of `race` | did you mean `asian`?"),
      ("where age=old", "`age` is a number, not `old`"),
      ("where race>asian", "`race` is one of 3 words, and no more or less than something"),
      ("where age>900", "none of 40 examples is left where age>900; of 3 a label is unknown"),
      ("split=0.5 identity=persn", "there is no label `persn`"),
      ("balance=age", "`age` is a number and has no classes that could be equally frequent"),
      ("balance=rac", "there is no label `rac` | did you mean `race`?"),
    ] {
      let words = try #require(fault(base, choice), "\(choice)")
      #expect(words.hasPrefix(told), "\(words)")
    }
    let plain = DatasetSpecification(
      source: .folder(path: scratch.path + "/images", labels: .none),
      preprocessing: Sample.preprocessing(4))
    #expect(fault(plain, "where race=asian") == "there are no labels, and so no `race`")
    #expect(fault(plain, "split=0.5") == nil)
    #expect(
      fault(plain, "split=1e-9")
        == "the first part of 40 examples is empty by `split=1e-09 seed=1`; use another share or seed"
    )
  }
}
