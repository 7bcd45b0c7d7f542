import Language

extension Crop {
  /// The usual crops by name, for completion.
  package static let names = [
    "none", "centre", "celeba-178", "celeba-108", "celeba-progressive",
  ]

  init(parsing term: Term) throws(Diagnostic) {
    switch term.text {
    case "none": self = .none
    case "centre": self = .centre
    case "celeba-progressive": self = .celebaProgressive
    case let text where text.hasPrefix("celeba-"):
      guard let side = Int(text.dropFirst(7)), (16...178).contains(side) else { fallthrough }
      self = .celebaCentre(side)
    default:
      if case .number(let number) = term.value, let side = Int(exactly: number),
        (16...178).contains(side)
      {
        self = .celebaCentre(side)
      } else {
        _ = try term.choice(from: Self.names, for: "crop")
        self = .none
      }
    }
  }
}

extension Crop: CustomStringConvertible {
  package var description: String {
    switch self {
    case .none: "none"
    case .centre: "centre"
    case .celebaCentre(let side): "celeba-\(side)"
    case .celebaProgressive: "celeba-progressive"
    }
  }
}
