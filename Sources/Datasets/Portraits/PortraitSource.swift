import Images
import Specification

extension SourceDefinition {
  static let portraits = SourceDefinition(
    SourceSignature(
      "portraits", summary: "faces drawn by gansh itself, with nothing to download",
      discussion: """
        The same seed draws the same faces, with labels such as the colour of the hair, and with numbers: how the head is turned (`Yaw`, `Pitch`, \
        `Roll`, in radians) and where the light comes from (`Light_X`, `Light_Y`, `Light_Strength`). `people=50` draws fifty people again and again, in \
        other poses, light, expressions and clothes; `Person` says who it is (of another seed these are others, by the same names). With `ages=yes` each has an age of 18 to 80 years, which can be seen, and \
        `Age` says it.
        """,
      clause: "are faces drawn by gansh itself, with nothing to download",
      arguments: [
        .init(
          "count", .integer(1...10_000_000), "how many", standard: "10000", standardText: "10k"),
        .init(
          "seed", .seed, "what they are drawn with", standard: "1",
          use: "data drawn portraits seed=7"),
        .init(
          "people", .integer(0...1000), "how many people they show; 0: each somebody else",
          standard: "0", neutral: "0", use: "data drawn portraits count=500 people=20"),
        .init(
          "ages", .choice(["yes", "no"]), "whether they have ages, `Age` in years",
          standard: "no", neutral: "no", use: "data drawn portraits count=500 ages=yes"),
      ],
      examples: .images(.init(size: 32, crop: nil)),
      use: .init("A thousand of them.", "data drawn portraits count=1000 size=32")),
    origin: { ", portraits drawn from seed \($0.seed("seed"))" },
    images: { arguments, request throws(DatasetError) in
      PortraitSource(
        count: arguments.integer("count"), seed: arguments.seed("seed"),
        people: arguments.integer("people"), areAged: arguments["ages"] == "yes",
        side: request.side)
    })
}

/// Faces drawn by gansh itself: portrait k is a function of (seed, k), and of how many people there are.
struct PortraitSource: ImageSource {
  let count: Int
  let seed: UInt64
  /// How many people there are; 0: each portrait is of somebody else.
  let people: Int
  /// Whether they have ages.
  let areAged: Bool
  /// Pixels on a side of the pictures asked for.
  let side: Int

  /// Grows with every change of how portraits are drawn, so that no cache shows the old ones.
  private static let edition = 2

  var identity: String {
    "portraits \(Self.edition) \(count) \(seed) \(side)" + (people > 0 ? " of \(people)" : "")
      + (areAged ? " aged" : "")
  }
  var isGenerated: Bool { true }
  var notes: [String] { [] }
  func name(of image: Int) -> String { "portrait \(image)" }
  func makeReader(over background: Colour) -> any ImageReader { Reader(source: self) }

  var labels: DatasetLabels? {
    let (questions, numbers) = (
      PortraitFeatures.labels, PortraitFeatures.numbers(areAged: areAged)
    )
    var held = questions.map { _ in [Int8]() }
    var values = numbers.map { _ in [Double]() }
    for number in 0..<count {
      let features = features(of: number)
      for (place, question) in questions.enumerated() {
        held[place].append(question.holds(features) ? 1 : -1)
      }
      for (place, entry) in numbers.enumerated() { values[place].append(entry.value(features)) }
    }
    var columns =
      zip(questions, held).map { LabelColumn(name: $0.name, values: .boolean($1)) }
      + zip(numbers, values).map {
        LabelColumn(name: $0.name, values: .number($1), isOfContent: false)
      }
    if people > 0 {
      let width = String(people).count
      let words = (1...people).map { person in
        "person-" + String(repeating: "0", count: width - String(person).count) + "\(person)"
      }
      columns.append(
        LabelColumn(
          name: "Person",
          values: .category(words: words, indices: (0..<count).map { Int32(person(of: $0)) })))
    }
    return DatasetLabels(columns)
  }

  /// Whom a portrait shows: all people come as often, in turns.
  private func person(of number: Int) -> Int { number % max(1, people) }

  fileprivate func features(of number: Int) -> PortraitFeatures {
    people > 0
      ? PortraitFeatures(
        seed: seed, number: number, person: person(of: number), isAged: areAged)
      : PortraitFeatures(seed: seed, number: number, isAged: areAged)
  }

  private struct Reader: ImageReader {
    let source: PortraitSource

    func image(at index: Int) -> DecodedImage {
      DecodedImage(PortraitPainter(source.features(of: index), side: source.side).paint())
    }
  }
}
