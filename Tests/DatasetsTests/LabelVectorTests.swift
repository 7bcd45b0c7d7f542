import Datasets
import Foundation
import Images
import Language
import Randomness
import Specification
import TestSupport
import Testing

@Suite struct LabelVectorTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Eleven images, of which the red value tells the number, with a table: an attribute, words, a number,
  /// some of them missing.
  func pictures() throws -> Dataset {
    var rows = ["file,smiling,race,age"]
    for i in 0..<11 {
      let name = i < 10 ? "0\(i).png" : "\(i).png"
      let image = PixelImage(width: 4, height: 4, colour: [UInt8(20 * i), 7, 9])
      try scratch.write(image.pngData(), "images/\(name)")
      let smiling = i == 3 ? "" : i % 2 == 0 ? "yes" : "no"
      let race = i == 5 ? "" : ["asian", "black", "white"][i % 3]
      rows.append("\(name),\(smiling),\(race),\(i == 7 ? "" : "\(20 + i).5")")
    }
    let table = try scratch.write(rows.joined(separator: "\n"), "labels.csv")
    return try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .file(table)),
        preprocessing: Sample.preprocessing(4)), cacheDirectory: scratch.cache)
  }

  func layout(_ names: [String], of data: Dataset) throws -> LabelLayout {
    try LabelLayout(
      of: names.map { Word($0, at: Span(0, 0)) }, among: data.labels?.descriptions ?? [],
      questions: data.labels?.names ?? [], of: "mine")
  }

  /// What the table says, from its rows and not from what was read of it.
  func expected(_ i: Int) -> (values: [Float], known: [Float]) {
    let words: [Float] = i == 5 ? [0, 0, 0] : [0, 1, 2].map { i % 3 == $0 ? 1 : 0 }
    return (
      [i == 3 ? 0 : i % 2 == 0 ? 1 : 0] + words + [i == 7 ? 0 : Float(20 + i) + 0.5],
      [i == 3 ? 0 : 1] + [Float](repeating: i == 5 ? 0 : 1, count: 3) + [i == 7 ? 0 : 1]
    )
  }

  func images(_ loader: BatchLoader) -> [Float] {
    [Float](unsafeUninitializedCapacity: loader.valuesPerBatch) { target, filled in
      loader.next(into: target)
      filled = loader.valuesPerBatch
    }
  }

  func labels(_ loader: BatchLoader, _ width: Int) -> (values: [Float], known: [Float]) {
    var values = [Float](repeating: -7, count: loader.batch * width)
    var known = values
    values.withUnsafeMutableBufferPointer { values in
      known.withUnsafeMutableBufferPointer { loader.fillLabels(values, known: $0) }
    }
    return (values, known)
  }

  @Test func `columns of every kind stand side by side, missing ones masked`() throws {
    let data = try pictures()
    let vectors = try data.labelVectors(layout(["smiling", "race", "age"], of: data))
    #expect(vectors.layout.width == 5)
    #expect(vectors.layout.offsets == [0, 1, 4])
    #expect(vectors.incomplete == 3)
    for i in 0..<11 {
      let vector = vectors.vector(of: i)
      #expect(vector.values == expected(i).values, "\(i)")
      #expect(vector.known == expected(i).known, "\(i)")
    }
  }

  @Test func `balanced answers weigh alike, and numbers and what is unknown as before`() throws {
    let data = try pictures()
    var vectors = try data.labelVectors(layout(["smiling", "race", "age"], of: data))
    vectors.balance()
    let (yes, no): (Float, Float) = (10 / (2 * 6), 10 / (2 * 4))
    let race: [Float] = [10 / (3 * 4), 10 / (3 * 4), 10 / (3 * 2)]
    for i in 0..<11 {
      let (plain, found) = (expected(i), vectors.vector(of: i))
      #expect(found.values == plain.values)
      let weights =
        [i % 2 == 0 ? yes : no] + [Float](repeating: race[i % 3], count: 3) + [1]
      #expect(found.known == zip(plain.known, weights).map { $0 * $1 }, "\(i)")
    }
    var asked = try data.labelVectors(layout(["race=white"], of: data))
    asked.balance()
    #expect(
      asked.vector(of: 2).known == [10 / (2 * 2)] && asked.vector(of: 0).known == [10 / (2 * 8)])
  }

  @Test func `a word of a column can be asked for as an attribute`() throws {
    let data = try pictures()
    let vectors = try data.labelVectors(layout(["race=black", "smiling"], of: data))
    #expect(vectors.layout.columns.map(\.kind) == [.attribute, .attribute])
    #expect(vectors.vector(of: 1).values == [1, 0])
    #expect(vectors.vector(of: 2).values == [0, 1])
    #expect(vectors.vector(of: 5).known == [0, 1])
  }

  @Test(arguments: [true, false])
  func `labels go with the examples of their batch, wherever the loader began`(
    isAhead: Bool
  ) throws {
    let data = try pictures()
    let vectors = try data.labelVectors(layout(["smiling", "race", "age"], of: data))
    for start in [0, 1, 4, 9] {
      let plain = try data.makeLoader(batch: 3, seed: 5, startingAt: start, isAhead: isAhead)
      let loader = try data.makeLoader(
        batch: 3, seed: 5, startingAt: start, isAhead: isAhead, labels: vectors)
      #expect(loader.examples.isEmpty)
      for round in 0..<8 {
        // Labels change no pixel and no order.
        let batch = images(loader)
        #expect(batch == images(plain))
        let found = stride(from: 0, to: batch.count, by: 48).map {
          Int(PixelImage.pixel(batch[$0])) / 20
        }
        #expect(loader.examples.map { Int($0) } == found)
        let (values, known) = labels(loader, 5)
        #expect(values == found.flatMap { expected($0).values }, "\(start), \(round)")
        #expect(known == found.flatMap { expected($0).known })
        if round == 5 { loader.stop() }
      }
      #expect(plain.examples.isEmpty)
    }
  }

  @Test func `labels of what a generator makes are drawn from whole rows, evenly`() throws {
    let data = try pictures()
    let vectors = try data.labelVectors(layout(["smiling", "race", "age"], of: data))
    let rows = vectors.draw(count: 8000, seed: 4, counter: 2)
    #expect(Set(rows) == Set([0, 1, 2, 4, 6, 8, 9, 10]))
    // 1,000 expected of each, with a standard deviation of 30.
    for row in Set(rows) { #expect((880...1120).contains(rows.count { $0 == row })) }
    #expect(vectors.draw(count: 50, seed: 4, counter: 2) == Array(rows.prefix(50)))
    #expect(vectors.draw(count: 50, seed: 4, counter: 3) != Array(rows.prefix(50)))
    #expect(vectors.draw(count: 50, seed: 5, counter: 2) != Array(rows.prefix(50)))
    let noise = Philox(seed: 4, stream: Randomness.Stream.drawnLabel, step: 2)
    let whole: [Int32] = [0, 1, 2, 4, 6, 8, 9, 10]
    #expect(rows[17] == whole[Int(noise.word(17) >> 29)])
  }

  @Test func `where no label is missing, every row is drawn`() throws {
    let data = try Dataset.open(
      DatasetSpecification(
        source: .portraits(count: 9, seed: 1), preprocessing: Sample.preprocessing(8, crop: .none)),
      cacheDirectory: scratch.cache)
    let vectors = try data.labelVectors(layout(["Smiling"], of: data))
    #expect(Set(vectors.draw(count: 500, seed: 1, counter: 0)) == Set(0..<9))
  }

  @Test func `what is not there is named, with what is`() throws {
    let data = try pictures()
    #expect {
      try layout(["smilng"], of: data)
    } throws: {
      ($0 as? Diagnostic)?.message == "`mine` has no label `smilng`"
        && ($0 as? Diagnostic)?.help == ["did you mean `smiling`?"]
    }
    #expect {
      try layout(["race=blakc"], of: data)
    } throws: {
      ($0 as? Diagnostic)?.help == ["did you mean `race=black`?"]
    }
    #expect {
      try layout(["race", "race"], of: data)
    } throws: {
      ($0 as? Diagnostic)?.message == "the label `race` is given twice"
    }
    let other = LabelLayout([LabelDescription("race", .words(["asian", "white"]))])
    #expect {
      try data.labelVectors(other)
    } throws: {
      "\($0)"
        == "the label `race` is another: `black` there is none of the words here, asian, white"
    }
    #expect {
      try data.labelVectors(LabelLayout([LabelDescription("hat", .attribute)]))
    } throws: {
      ($0 as? DatasetError)?.message == "there is no label `hat`"
        && ($0 as? DatasetError)?.help == ["labels: smiling, race, age"]
    }
  }

  @Test func `words are told by their letters, in whatever order and column they stand`() throws {
    let data = try pictures()
    for name in ["race", "class"] {
      let vectors = try data.labelVectors(
        LabelLayout([LabelDescription(name, .words(["white", "other", "asian", "black"]))]))
      #expect(vectors.vector(of: 0).values == [0, 0, 1, 0])
      #expect(vectors.vector(of: 2).values == [1, 0, 0, 0])
      #expect(vectors.vector(of: 5).known == [0, 0, 0, 0])
    }
  }

  @Test func `numbers in a column of classes are classes, in the order of the numbers`() throws {
    let rows = (0..<12).map { "\($0).png,\(11 - $0),\($0 * 3)" }
    for i in 0..<12 {
      try scratch.write(
        PixelImage(width: 4, height: 4, colour: [UInt8(i), 7, 9]).pngData(), "images/\(i).png")
    }
    let table = try scratch.write((["file,class,age"] + rows).joined(separator: "\n"), "labels.csv")
    let data = try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .file(table)),
        preprocessing: Sample.preprocessing(4)), cacheDirectory: scratch.cache)
    let words = (0..<12).map(String.init)
    #expect(
      data.labels?.descriptions == [
        LabelDescription("class", .words(words)), LabelDescription("age", .number),
      ])
    // A number, too, is a class where classes are wanted.
    let ages = LabelLayout([LabelDescription("age", .words((0..<12).map { "\($0 * 3)" }))])
    #expect(try data.labelVectors(ages).vector(of: 0).values.firstIndex(of: 1) == 0)
    let chosen = try Dataset.open(
      DatasetSpecification(from: data.specification, try choice("where class<3 or class in 7..8")),
      cacheDirectory: scratch.cache)
    #expect(chosen.count == 5)
  }

  private func choice(_ text: String) throws -> ExampleChoice {
    let source = SourceText(name: "data", text: "data x from y \(text)")
    return try #require(try parse(source).first).exampleChoice()
  }

  @Test func `what teaches nothing is named`() throws {
    let classes = DatasetLabels(classes: ["cat", "cow", "dog"], indices: [0, 1, 1, -1])
    func vectors(_ column: LabelDescription) throws -> LabelVectors {
      try scratch.dataset(with: classes).labelVectors(LabelLayout([column]))
    }
    #expect {
      try vectors(LabelDescription("class", .words(["cat", "cow", "dog"]))).checkOccurrence()
    } throws: {
      "\($0)" == "the label `class` teaches nothing: no example is of the class `dog`"
    }
    #expect {
      try vectors(LabelDescription("dog", .attribute)).checkOccurrence()
    } throws: {
      "\($0)" == "the label `dog` teaches nothing: it holds for no example"
    }
    try vectors(LabelDescription("cow", .attribute)).checkOccurrence()
  }
}

extension Scratch {
  /// A few images in folders of their classes.
  func dataset(with labels: DatasetLabels) throws -> Dataset {
    guard case .category(let words, let indices) = labels.columns[0].values else {
      throw DatasetError.unusable("classes are wanted")
    }
    for (number, index) in indices.enumerated() {
      try write(
        Sample.png(number), "classes/\(index < 0 ? "" : words[Int(index)] + "/")\(number).png")
    }
    // A folder without an image is no class: the one that never occurs has one that cannot be read.
    for word in words where !indices.contains(Int32(words.firstIndex(of: word) ?? 0)) {
      try write("no image", "classes/\(word)/broken.png")
    }
    return try Dataset.open(
      DatasetSpecification(
        source: .folder(path: path + "/classes", labels: .usual),
        preprocessing: Sample.preprocessing(4)), cacheDirectory: cache)
  }
}
