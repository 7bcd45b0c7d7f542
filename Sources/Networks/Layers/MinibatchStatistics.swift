import Language
import Specification
import TensorGraph

/// Layers by which a discriminator sees how a batch's examples differ.
extension LayerDefinition {
  /// Karras et al. 2018, arXiv:1710.10196, section 3, by groups as in Karras et al. 2020, arXiv:1912.04958: the
  /// deviation over a group, a mean over all values, is a channel more.
  static let minibatchDeviation = LayerDefinition(
    LayerSignature(
      "minibatchstd", synonyms: ["mbstd", "minibatchstddev", "stddev"],
      summary: "one channel more: how much the examples of a group differ",
      discussion: """
        The deviation of each value over the examples of a group, a mean over all values (Karras et al. 2018, \
        section 3). Near the end of a discriminator it tells a batch of which all are alike. Where `group=` \
        does not divide the batch, groups are the largest below it that do.
        """,
      arguments: [
        .init("group", .integer(2...1024), "examples of a group", standard: "4")
      ], traits: [.mixesExamples, .judgesBatches],
      example: .statement(
        "At the end of a discriminator.",
        """
        arch mine custom image=16x16x1 latent=8 {
          generator { dense 8x8x4; relu; deconv 1; tanh }
          discriminator { conv 8; lrelu 0.2; minibatchstd; conv 8; lrelu 0.2; flatten; dense 1 } }
        """))
  ) { scope, x throws(Diagnostic) in
    let count = x.shape[0]
    let most = min(try scope.integer("group"), count)
    let group = (1...most).last { count % $0 == 0 } ?? 1
    let groups = count / group
    // As there, the members of a group are a number of groups apart.
    let parts = x.reshape([group, groups, x.example.volume])
    let centred = parts - parts.mean([0])
    let deviation = (centred.squared().mean([0]) + 1e-8).sqrt().mean([1])
    let inner = Array(x.shape.dimensions.dropFirst(2))
    let channel = deviation.reshape([1, groups, 1])
      .broadcast(to: Shape([group, groups, inner.reduce(1, *)]))
    return .concatenate([x, channel.reshape([count, 1] + inner)], axis: 1)
  }

  /// Salimans et al. 2016, arXiv:1606.03498, section 3.2: o_b = Σ_j exp(-‖M_b(x) - M_b(x_j)‖₁) over the batch.
  static let minibatchDiscrimination = LayerDefinition(
    LayerSignature(
      "minibatchdisc", synonyms: ["minibatchdiscrimination", "mbdisc"],
      summary: "values more: how near the other examples of the batch are",
      discussion: """
        For each of so many kernels the sum over the batch of exp(-d), d the L1 distance of what a trained \
        tensor makes of two examples, in `dim=` numbers (Salimans et al. 2016, section 3.2). It comes after \
        the values of an example, which are a vector.
        """,
      arguments: [
        .operand(
          "kernels", .integer(1...4096), demand: "its number of kernels: `minibatchdisc 50`",
          sample: "50"),
        .init("dim", .integer(1...1024), "numbers that are compared for a kernel", standard: "5"),
      ], traits: [.mixesExamples, .judgesBatches],
      example: .statement(
        "Before the last layer of a discriminator.",
        """
        arch mine custom image=16x16x1 latent=8 {
          generator { dense 8x8x4; relu; deconv 1; tanh }
          discriminator { conv 8; lrelu 0.2; flatten; minibatchdisc 8; dense 1 } }
        """))
  ) { scope, x throws(Diagnostic) in
    let x = scope.flattened(x)
    let (count, width) = (x.shape[0], x.shape[1])
    let (kernels, dimensions) = (try scope.integer("kernels"), try scope.integer("dim"))
    guard kernels * dimensions <= mostCompared else {
      throw Diagnostic(
        "\(kernels) kernels of \(dimensions) numbers would be compared for every two examples; at most "
          + "\(mostCompared) numbers in all")
    }
    let tensor = try scope.parameter("weight", [kernels * dimensions, width], .weight)
    let made = x.matmul(tensor, transposeRight: true).reshape([count, kernels, dimensions])
    let pairs = Shape([count, count, kernels, dimensions])
    let ones = made.reshape([1, count, kernels, dimensions]).broadcast(to: pairs)
    let others = made.reshape([count, 1, kernels, dimensions]).broadcast(to: pairs)
    let distances = (ones - others).absolute().sum([3])
    return .concatenate([x, (0 - distances).exp().sum([1])], axis: 1)
  }

  /// Numbers of minibatch discrimination that are compared for every two examples of a batch.
  private static let mostCompared = 1 << 14
}
