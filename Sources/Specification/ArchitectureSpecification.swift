/// Named networks, every number of them; a preset is a function that makes one.
package struct ArchitectureSpecification: Sendable, Hashable {
  /// The preset it was made from (`dcgan`), or `custom`; for readers only, it decides nothing.
  package var origin: String
  package var example: ExampleShape
  /// Dimensions of the latent vector.
  package var latent: Int
  package var latentDistribution: LatentDistribution
  /// What the wire `label` carries; nil: the model has no labels.
  package var labels: LabelShape?
  /// Examples that discriminators judge together, as channels of one (Lin et al. 2018, arXiv:1712.04086); 1 is
  /// neutral.
  package var pack: Int
  /// In the order in which they are given to each other.
  package var networks: [NetworkSpecification]

  package init(
    origin: String, example: ExampleShape, latent: Int, latentDistribution: LatentDistribution,
    labels: LabelShape? = nil, pack: Int = 1, networks: [NetworkSpecification]
  ) {
    self.origin = origin
    self.example = example
    self.latent = latent
    self.latentDistribution = latentDistribution
    self.labels = labels
    self.pack = pack
    self.networks = networks
  }

  package static let custom = "custom"

  package func networks(of role: NetworkSpecification.Role) -> [NetworkSpecification] {
    networks.filter { $0.role == role }
  }

  package func network(named name: String) -> NetworkSpecification? {
    networks.first { $0.name == name }
  }
}

/// What latent vectors are drawn from.
package enum LatentDistribution: String, Sendable, Hashable, CaseIterable {
  /// N(0, I).
  case normal
  /// U(-1, 1) in each dimension.
  case uniform
  /// N(0, I) of numbers from -2 to 2: what lies beyond is drawn again (Brock et al. 2019, arXiv:1809.11096,
  /// section 3.1).
  case truncated

  /// One line of help.
  package var summary: String {
    switch self {
    case .normal: "N(0, 1) in each dimension"
    case .uniform: "from -1 to 1 in each dimension, each number as likely as another"
    case .truncated:
      "N(0, 1) of numbers from -2 to 2: what lies beyond is drawn again (Brock et al. 2019)"
    }
  }

  /// Where a truncated distribution ends.
  package static let truncation = 2.0
  /// Bits from the 40th on of the streams of its draws: the first of them within the bounds is taken, and where none is (4 in
  /// a million) the last is cut.
  package static let draws: Range<UInt64> = 0..<4
}

/// What is known of an example beside the example.
package enum LabelShape: Sendable, Hashable {
  /// One of so many classes: a vector with a 1 in its place.
  case classes(Int)
  /// Attributes by name, 0 or 1 each.
  case attributes([String])
  /// Numbers, as they are in the data.
  case numbers([NumberLabel])

  package var isOfClasses: Bool { if case .classes = self { true } else { false } }
  package var isOfNumbers: Bool { if case .numbers = self { true } else { false } }

  /// Values of the label vector.
  package var count: Int {
    switch self {
    case .classes(let count): count
    case .attributes(let names): names.count
    case .numbers(let numbers): numbers.count
    }
  }

  /// The labels by name; of classes the one, `class`.
  package var names: [String] {
    switch self {
    case .classes: [LabelDescription.classes]
    case .attributes(let names): names
    case .numbers(let numbers): numbers.map(\.name)
    }
  }

  /// The values of a label that examples have; nil: any, or it is a class.
  package func range(of name: String) -> ClosedRange<Double>? {
    switch self {
    case .classes: nil
    case .attributes: 0...1
    case .numbers(let numbers): numbers.first { $0.name == name }?.range
    }
  }
}

/// A number that is known of an example.
package struct NumberLabel: Sendable, Hashable {
  package let name: String
  /// What networks are given as -1…1, and tell so; nil: they are given the number as it is.
  package let range: ClosedRange<Double>?

  package init(_ name: String, _ range: ClosedRange<Double>? = nil) {
    (self.name, self.range) = (name, range)
  }

  /// What networks are given as 0.
  package var middle: Double { range.map { ($0.lowerBound + $0.upperBound) / 2 } ?? 0 }
  /// How far from it is what networks are given as 1.
  package var half: Double { range.map { ($0.upperBound - $0.lowerBound) / 2 } ?? 1 }
}
