/// Networks that cannot be built.
package enum NetworksError: Error, Hashable, CustomStringConvertible {
  case layer(network: String, number: Int, String)
  case generatorOutput([Int], example: [Int])
  case discriminatorOutput([Int])
  case untrained(network: String)
  case recipe

  package var description: String {
    switch self {
    case .layer(let network, let number, let message):
      return "layer \(number) of the \(network) \(message)"
    case .generatorOutput(let output, let example):
      return "the generator makes \(print(output)), the examples are \(print(example)): let its last "
        + "layers give \(print(example))"
    case .discriminatorOutput(let output):
      return "the discriminator gives \(print(output)) for each example: let it end in one logit "
        + "(`dense 1`)"
    case .untrained(let network):
      return "the \(network) has nothing to learn: give it a layer with weights (`dense`, `conv`)"
    case .recipe:
      return "a recipe needs a batch of at least 1 and at least 1 discriminator step"
    }
  }

  private func print(_ dimensions: [Int]) -> String {
    guard dimensions.count == 3 else { return dimensions.map(String.init).joined(separator: "x") }
    return "\(dimensions[1])x\(dimensions[2])x\(dimensions[0])"
  }
}
