/// How weights begin; biases begin at zero unless a scheme says otherwise.
package enum Initialisation: Sendable, Hashable {
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
