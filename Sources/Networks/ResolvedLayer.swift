package import Specification

/// A layer whose name, shapes and costs are known; shapes are of one example: `[units]` or
/// `[channels, height, width]`.
package struct ResolvedLayer: Sendable, Hashable {
  package let layer: LayerSpecification
  /// `generator.block1.conv`: the beginning of its parameters' names.
  package let scope: String
  /// How many braces it stands in.
  package let depth: Int
  package let input: [Int]
  package let output: [Int]
  /// In the order in which a checkpoint has them, those of layers in its braces not counted.
  package let parameters: [Parameter]
  /// Of a forward pass for one example; of contractions only, layers in its braces not counted.
  package let multiplyAdds: Int

  /// Numbers that training changes by gradients (running statistics are not counted).
  package var parameterCount: Int {
    parameters.reduce(0) { $0 + ($1.role.isTrained ? $1.count : 0) }
  }

  /// The output as it is written in the language: `64x64x3` is height x width x channels.
  package var printedOutput: String { output.printedShape }
}
