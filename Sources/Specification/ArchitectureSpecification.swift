/// A generator and a discriminator, every number of them; a preset is a function that makes one.
///
/// It is decodable for the fixtures of the tests, which other programs have written.
package struct ArchitectureSpecification: Sendable, Hashable, Decodable {
  /// The preset it was made from (`dcgan`), or `custom`; for readers only, it decides nothing.
  package var origin: String
  package var example: ExampleShape
  /// Dimensions of the latent vector.
  package var latent: Int
  package var latentDistribution: LatentDistribution
  package var generator: NetworkSpecification
  package var discriminator: NetworkSpecification

  package init(
    origin: String, example: ExampleShape, latent: Int, latentDistribution: LatentDistribution,
    generator: NetworkSpecification, discriminator: NetworkSpecification
  ) {
    self.origin = origin
    self.example = example
    self.latent = latent
    self.latentDistribution = latentDistribution
    self.generator = generator
    self.discriminator = discriminator
  }
}

/// What latent vectors are drawn from.
package enum LatentDistribution: String, Sendable, Hashable, Decodable, CaseIterable {
  /// N(0, I).
  case normal
  /// U(-1, 1) in each dimension.
  case uniform
}

/// One network: layers in order, and how their weights begin.
package struct NetworkSpecification: Sendable, Hashable, Decodable {
  package var layers: [LayerSpecification]
  package var initialisation: Initialisation

  package init(layers: [LayerSpecification], initialisation: Initialisation) {
    self.layers = layers
    self.initialisation = initialisation
  }
}

/// How weights begin; biases begin at zero unless a scheme says otherwise.
package enum Initialisation: Sendable, Hashable, Decodable {
  /// N(0, deviation) for weights, N(1, deviation) for normalisation scales (DCGAN uses 0.02).
  case normal(deviation: Double)
  /// Glorot and Bengio 2010, uniform: the Keras default. Biases zero.
  case glorotUniform
  /// Glorot and Bengio 2010, normal.
  case glorotNormal
  /// He et al. 2015, uniform, for a leaky slope `a`.
  case heUniform
  /// He et al. 2015, normal.
  case heNormal
  /// What PyTorch does to Linear and Conv2d: U(-1/√fan_in, 1/√fan_in), biases too.
  case torch
  /// Saxe et al. 2014, times `gain`.
  case orthogonal(gain: Double)
}

/// One layer, every number of it.
package struct LayerSpecification: Sendable, Hashable, Decodable {
  package var kind: Kind

  package init(_ kind: Kind) { self.kind = kind }

  package enum Kind: Sendable, Hashable, Decodable {
    /// `output` is `[units]`, or `[channels, height, width]` written `8x8x512`.
    case dense(output: [Int], bias: Bool)
    case convolution(channels: Int, window: Window, bias: Bool)
    /// PyTorch's ConvTranspose2d: output = (in - 1)·stride - padding + kernel + output padding.
    case transposedConvolution(channels: Int, window: Window, outputPadding: Int, bias: Bool)
    case batchNormalisation(momentum: Momentum, epsilon: Double)
    case layerNormalisation(epsilon: Double)
    /// Each value is zeroed with this probability and the rest scaled by 1/(1 - rate).
    case dropout(rate: Double)
    case activation(Activation)
    case maximumPooling(kernel: Int, stride: Int)
    case averagePooling(kernel: Int, stride: Int)
    case globalAveragePooling
    case upsample(scale: Int, filter: UpsampleFilter)
    /// `[units]` or `[channels, height, width]`.
    case reshape([Int])
    case flatten
  }
}

/// Kernel, stride and padding of a convolution.
package struct Window: Sendable, Hashable, Decodable {
  package var kernel: [Int]  // height, width
  package var stride: [Int]
  package var padding: Padding

  package init(kernel: [Int], stride: [Int], padding: Padding) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }
}

/// Zeros around an image before a convolution.
package enum Padding: Sendable, Hashable, Decodable {
  /// As many on each side.
  case explicit(Int)
  /// TensorFlow's: output size = ceil(input / stride) (transposed: input × stride), the odd zero
  /// after.
  case same
  case valid
}

/// The share that running statistics keep or take, in the two conventions that are confused.
package enum Momentum: Sendable, Hashable, Decodable {
  /// Keras: running = momentum · running + (1 - momentum) · batch; the batch variance is biased.
  case keras(Double)
  /// PyTorch: running = (1 - momentum) · running + momentum · batch; the variance is unbiased.
  case torch(Double)
}

package enum Activation: Sendable, Hashable, Decodable {
  case relu, tanh, sigmoid, softplus, silu, gelu
  case leakyRelu(slope: Double)
  case elu(alpha: Double)
}

package enum UpsampleFilter: String, Sendable, Hashable, Decodable, CaseIterable {
  case nearest, bilinear
}
