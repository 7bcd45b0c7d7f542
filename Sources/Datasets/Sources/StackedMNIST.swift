import Images
import Randomness
import Specification

extension SourceDefinition {
  /// Metz et al. 2017, arXiv:1611.02163, section 3.3.1; Che et al. 2017, arXiv:1612.02136.
  static let stackedMNIST = SourceDefinition(
    SourceSignature(
      "stacked-mnist", summary: "three digits of MNIST as the channels of one image: 1,000 modes",
      discussion: """
        Each image has three digits, drawn with `seed=` from the part of the set, as its red, green and blue; its \
        class is the number that they make, 000 to 999. It measures how many of a thousand kinds a generator makes.
        """,
      clause: "three digits of it as the channels of one image",
      arguments: [
        .path("~/mnist"), .trainTestSplit,
        .init(
          "count", .integer(1...10_000_000), "how many", standard: "128000", standardText: "128k"),
        .init(
          "seed", .seed, "what the digits are drawn with", standard: "1",
          use: "data stacked stacked-mnist path=~/mnist seed=7"),
      ],
      examples: .images(.init(size: 28, hasExamplesAsChannels: true)),
      use: .init(
        "All digits, as in VEEGAN's experiments.",
        "data stacked stacked-mnist path=~/mnist split=all")),
    origin: { arguments in
      " of three digits from \(arguments.path)\(arguments.part), drawn from seed \(arguments.seed("seed"))"
    },
    images: { arguments, _ throws(DatasetError) in
      try StackedDigits(
        of: IDXSource(mnist: arguments.path, split: arguments.split(TrainTestSplit.train)),
        count: arguments.integer("count"), seed: arguments.seed("seed"))
    })
}

/// Images of three digits: image k is a function of the digits and (seed, k).
struct StackedDigits: ImageSource {
  let count: Int
  let labels: DatasetLabels?
  private let digits: IDXSource
  private let seed: UInt64

  init(of digits: IDXSource, count: Int, seed: UInt64) throws(DatasetError) {
    (self.digits, self.count, self.seed) = (digits, count, seed)
    guard let column = digits.labels?.columns.first, case .category(_, let indices) = column.values
    else {
      labels = nil
      return
    }
    let total = digits.count
    let classes = (0..<count).map { image in
      Self.places(of: image, among: total, seed: seed).reduce(Int32(0)) { number, place in
        number * 10 + min(9, max(0, indices[place]))
      }
    }
    let names = (0..<1000).map { number in
      let text = String(number)
      return String(repeating: "0", count: 3 - text.count) + text
    }
    labels = DatasetLabels(classes: names, indices: classes)
  }

  var identity: String { "stacked \(count) \(seed) \(digits.identity)" }
  var notes: [String] { digits.notes }
  func name(of image: Int) -> String { "image \(image)" }

  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader {
    Reader(
      digits: try digits.makeReader(over: background), total: digits.count, seed: seed)
  }

  /// The three digits of an image.
  private static func places(of image: Int, among total: Int, seed: UInt64) -> [Int] {
    let philox = Philox(seed: seed, stream: Stream.stackedDigits)
    return (0..<3).map { channel in
      min(total - 1, Int(Double(philox.uniform(3 * image + channel)) * Double(total)))
    }
  }

  private struct Reader: ImageReader {
    var digits: any ImageReader
    let total: Int
    let seed: UInt64

    mutating func image(at index: Int) throws(ReadError) -> DecodedImage {
      var planes: [PixelImage] = []
      for place in StackedDigits.places(of: index, among: total, seed: seed) {
        planes.append(try digits.image(at: place).image)
      }
      let (width, height) = (planes[0].width, planes[0].height)
      let values = planes.flatMap { plane in
        plane.channels == 1
          ? plane.pixels : stride(from: 0, to: plane.pixels.count, by: 3).map { plane.pixels[$0] }
      }
      return DecodedImage(
        PixelImage(
          width: width, height: height, channels: 3,
          pixels: interleaved(values[...], channels: 3)))
    }
  }
}
