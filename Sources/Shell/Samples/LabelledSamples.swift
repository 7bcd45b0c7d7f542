import Datasets
import Language
import Notebook
import Specification
import TerminalText
import Training

/// Samples one after the other, each with the labels that it is to have.
struct LabelledSamples: ~Copyable {
  let sampler: Sampler
  let seed: UInt64
  let truncation: Double?
  let labels: SampleLabelSource

  /// - Parameter first: the number of the first, a multiple of the count.
  /// - Returns: `[count, …]`, and the labels of each.
  func samples(from first: Int, count: Int) -> (images: [Float], labels: [[Float]]) {
    let numbers = first..<first + count
    let asked = labels.vectors(from: first, count: count)
    let latents = sampler.architecture.latents(
      numbers, of: numbers.upperBound, seed: seed, nil, truncation: truncation)
    return (
      sampler.examples(
        ofLatents: latents, labels: labels.isAsked ? asked.flatMap(\.self) : [], count: count),
      asked
    )
  }
}

/// Where the labels of samples come from.
struct SampleLabelSource {
  /// Of the columns of a table.
  let names: [String]
  /// Whether the generator is asked for them.
  let isAsked: Bool
  /// Whether they are numbers, and no classes or attributes.
  var isOfNumbers: Bool { shape?.isOfNumbers == true }
  private let shape: LabelShape?
  /// Of classes.
  private let words: [String]?
  private let source: Source

  private enum Source {
    case drawn(LabelVectors, seed: UInt64, fixed: [Int: Float])
    case one([Float])
    /// Of a generator that is asked for none: as they stand in a table.
    case said([String])
  }

  /// As they come in data.
  ///
  /// - Parameter fixed: what some of them are in any case, by their place.
  init(
    _ specification: RunSpecification, drawnFrom vectors: LabelVectors, _ seed: UInt64,
    fixed: [Int: Float] = [:]
  ) {
    self.init(specification, .drawn(vectors, seed: seed, fixed: fixed))
  }

  /// The same of each.
  init(_ specification: RunSpecification, asked vector: [Float]) {
    self.init(specification, .one(vector))
  }

  /// What samples of a generator without labels are said to be.
  init(said values: [(label: Word, value: Term)]) {
    (names, isAsked, shape, words) = (values.map(\.label.text), false, nil, nil)
    source = .said(values.map(\.value.text))
  }

  private init(_ specification: RunSpecification, _ source: Source) {
    names = specification.labels
    (isAsked, shape, self.source) = (true, specification.architecture.labels, source)
    words = specification.classWords
  }

  fileprivate func vectors(from first: Int, count: Int) -> [[Float]] {
    switch source {
    case .drawn(let vectors, let seed, let fixed):
      vectors.draw(
        count: count, seed: seed, counter: UInt32(truncatingIfNeeded: first / max(1, count))
      ).map { example in
        var values = vectors.vector(of: Int(example)).values
        for (place, value) in fixed { values[place] = value }
        return values
      }
    case .one(let vector): [[Float]](repeating: vector, count: count)
    case .said: [[Float]](repeating: [], count: count)
    }
  }

  /// The labels of a sample as they stand in a table.
  func texts(_ vector: [Float]) -> [String] {
    if case .said(let texts) = source { return texts.map(SampleSet.field) }
    guard shape?.isOfClasses == true else { return vector.map { printed(Double($0)) } }
    return [SampleSet.field(word(vector))]
  }

  private func word(_ vector: [Float]) -> String {
    let index = vector.firstIndex(of: 1) ?? 0
    return words.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? "\(index)"
  }

  /// The folder of a sample's value of a label; nil: there is no such label.
  func folder(by name: String, _ vector: [Float]) -> String? {
    if shape?.isOfClasses == true { return Self.folder(word(vector)) }
    guard let place = names.firstIndex(of: name) else { return nil }
    if case .said(let texts) = source { return Self.folder("\(name)-\(texts[place])") }
    return Self.folder("\(name)-\(printed(Double(vector[place])))")
  }

  /// All folders of a label's values.
  func folders(by name: String) -> [String] {
    switch source {
    case .said: [folder(by: name, [])].compactMap(\.self)
    case .one(let vector): [folder(by: name, vector)].compactMap(\.self)
    case .drawn(_, _, let fixed):
      if let place = names.firstIndex(of: name), let value = fixed[place] {
        [Self.folder("\(name)-\(printed(Double(value)))")]
      } else if let shape, shape.isOfClasses {
        (words ?? (0..<shape.count).map { "\($0)" }).map(Self.folder)
      } else {
        ["0", "1"].map { Self.folder("\(name)-\($0)") }
      }
    }
  }

  private static func folder(_ text: String) -> String {
    let plain = text.replacing("/", with: "_")
    return plain.isEmpty || plain.hasPrefix(".") ? "_" + plain : plain
  }
}
