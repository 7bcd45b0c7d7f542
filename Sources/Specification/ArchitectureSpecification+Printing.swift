import Language

/// What stands after the name in a declaration; it parses to the same architecture.
///
/// ```
/// like dcgan image=64x64x3 latent=100 prior=normal {
///   generator init=normal:0.02 {
///     reshape 1x1x100
///     …
/// ```
extension ArchitectureSpecification: CustomStringConvertible {
  package var description: String {
    let origin = origin == Self.custom ? origin : "like \(origin)"
    let example =
      switch example {
      case .image(let image): "image=\(image)"
      case .point(let dimensions): "points=\(dimensions)"
      }
    let labels = (labels.map { " \($0)" } ?? "") + (pack == 1 ? "" : " pack=\(pack)")
    let head =
      "\(origin) \(example) latent=\(latent) prior=\(latentDistribution.rawValue)\(labels) {"
    return ([head] + networks.flatMap(\.lines) + ["}"]).joined(separator: "\n")
  }
}

extension LabelShape: CustomStringConvertible {
  package var description: String {
    switch self {
    case .classes(let count): "classes=\(count)"
    case .attributes(let names): "labels=\(Self.list(names))"
    case .numbers(let numbers): "numbers=\(numbers.map(Self.text).joined(separator: ","))"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.map(word).joined(separator: ",")
  }

  private static func word(_ name: String) -> String { name.isPlainWord ? name : quoted(name) }

  private static func text(_ number: NumberLabel) -> String {
    guard let range = number.range else { return word(number.name) }
    let text = "\(number.name):\(printed(range.lowerBound))..\(printed(range.upperBound))"
    return number.name.isPlainWord ? text : quoted(text)
  }
}

extension String {
  /// Whether it is read back as a name without quotes.
  fileprivate var isPlainWord: Bool {
    guard let first = utf8.first, first.isLetterOrDash else { return false }
    return utf8.allSatisfy { $0.isLetterOrDash || (0x30...0x39).contains($0) }
  }
}

extension UInt8 {
  fileprivate var isLetterOrDash: Bool {
    (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F
  }
}

extension Initialisation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .normal(let deviation): "normal:\(printed(deviation))"
    case .glorotUniform: "glorot-uniform"
    case .glorotNormal: "glorot-normal"
    case .heUniform: "he-uniform"
    case .heNormal: "he-normal"
    case .torch: "torch"
    case .orthogonal(let gain): "orthogonal:\(printed(gain))"
    }
  }
}
