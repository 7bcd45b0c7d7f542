import Language

extension Initialisation {
  /// The schemes by name, for completion; `normal` and `orthogonal` take a number after a colon.
  package static let names = [
    "normal", "glorot-uniform", "glorot-normal", "he-uniform", "he-normal", "torch", "orthogonal",
  ]

  init(parsing term: Term) throws(Diagnostic) {
    switch term.value {
    case .tagged(let tag, let amount) where tag.text == "normal":
      self = .normal(deviation: try amount.number(in: .leastNonzeroMagnitude...10, for: "normal"))
    case .tagged(let tag, let amount) where tag.text == "orthogonal":
      self = .orthogonal(
        gain: try amount.number(in: .leastNonzeroMagnitude...100, for: "orthogonal"))
    default:
      switch try term.choice(from: Self.names, for: "init") {
      case "normal": self = .normal(deviation: 0.02)
      case "glorot-uniform": self = .glorotUniform
      case "glorot-normal": self = .glorotNormal
      case "he-uniform": self = .heUniform
      case "he-normal": self = .heNormal
      case "torch": self = .torch
      default: self = .orthogonal(gain: 1)
      }
    }
  }
}
