package import Datasets
package import Language
package import Specification

/// The labels that samples are made with, by the samples' numbers.
package struct SampleLabels: Sendable {
  /// Label vectors, given to successive parts of the samples.
  package let vectors: [[Float]]
  /// Whether each part is made from the same latents.
  package let repeatsLatents: Bool

  /// Every label vector in turn: of classes one after the other, of attributes all that the first six can be.
  package init(all shape: LabelShape) {
    switch shape {
    case .classes(let count):
      vectors = (0..<count).map { Self.one($0, of: count) }
    case .attributes(let names):
      let free = min(names.count, 6)
      vectors = (0..<1 << free).map { bits in
        names.indices.map { $0 < free && bits >> $0 & 1 == 1 ? 1 : 0 }
      }
    case .numbers(let numbers): vectors = [numbers.map { Float($0.middle) }]
    }
    repeatsLatents = false
  }

  /// Those of examples, drawn as a run draws them for what it measures.
  ///
  /// - Parameter count: of all samples.
  package init(drawnFrom labels: LabelVectors, count: Int, seed: UInt64) {
    vectors = labels.draw(count: count, seed: seed, counter: .max).map {
      labels.vector(of: Int($0)).values
    }
    repeatsLatents = false
  }

  /// What was asked for: `Smiling:1`, `class:3`; every value of `columns`, each with each; what is not named is 0,
  /// of classes the first, of numbers the middle of their range.
  ///
  /// - Throws: at a name that is no label, at a value that cannot stand there, and at more than ten columns.
  package init(
    _ settings: [(label: Word, value: Term)], by columns: [Word], of shape: LabelShape
  ) throws(Diagnostic) {
    var parts: [[Float]]
    switch shape {
    case .classes(let count):
      var index = 0
      for (label, value) in settings {
        try label.expect(among: shape.names)
        index = try value.integer(in: 0...(count - 1), for: "`\(label.text)`")
      }
      for column in columns { try column.expect(among: shape.names) }
      parts =
        columns.isEmpty ? [Self.one(index, of: count)] : (0..<count).map { Self.one($0, of: count) }
    case .attributes, .numbers:
      let names = shape.names
      var values = [Float](repeating: 0, count: names.count)
      var ends = names.map { _ in (low: Float(0), high: Float(1)) }
      if case .numbers(let numbers) = shape {
        values = numbers.map { Float($0.middle) }
        ends = numbers.map { number in
          number.range.map { (Float($0.lowerBound), Float($0.upperBound)) } ?? (0, 1)
        }
      }
      for (label, value) in settings {
        let index = try label.expect(among: names)
        values[index] = try value.attribute(for: label.text)
      }
      guard columns.count <= Self.mostColumns else {
        throw Diagnostic(
          "`by` takes at most \(Self.mostColumns) labels", at: columns[Self.mostColumns].span)
      }
      parts = [values]
      for column in columns {
        let index = try column.expect(among: names)
        parts = parts.flatMap { part in
          [ends[index].low, ends[index].high].map { value in
            var part = part
            part[index] = value
            return part
          }
        }
      }
    }
    (vectors, repeatsLatents) = (parts, !columns.isEmpty)
  }

  private static let mostColumns = 10

  private static func one(_ index: Int, of count: Int) -> [Float] {
    (0..<count).map { $0 == index ? 1 : 0 }
  }

  /// The vector of a sample.
  ///
  /// - Parameter count: of all samples, of which each part has as many.
  package func vector(of number: Int, count: Int) -> [Float] {
    guard repeatsLatents else { return vectors[number % vectors.count] }
    return vectors[min(number / part(of: count), vectors.count - 1)]
  }

  /// The number of the latent vector of a sample.
  package func latent(of number: Int, count: Int) -> Int {
    repeatsLatents ? number % part(of: count) : number
  }

  /// How many samples each value has.
  package func part(of count: Int) -> Int { max(1, (count + vectors.count - 1) / vectors.count) }
}

extension Word {
  /// The place of a label's name.
  @discardableResult
  package func expect(among names: [String]) throws(Diagnostic) -> Int {
    if let index = names.firstIndex(where: { $0.isExactly(text) }) { return index }
    throw Diagnostic(
      "the model has no label `\(text)`", at: span,
      help: suggestion(for: text, in: names, kind: "labels"))
  }
}

extension Term {
  /// 1 for `1` and `yes`, 0 for `0` and `no`; other numbers are what they are.
  fileprivate func attribute(for name: String) throws(Diagnostic) -> Float {
    switch text {
    case "yes", "true", "on": return 1
    case "no", "false", "off": return 0
    default:
      return Float(try number(in: -Limits.largestNumber...Limits.largestNumber, for: "`\(name)`"))
    }
  }
}
