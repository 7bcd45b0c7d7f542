/// What random numbers are for; two purposes never share a stream.
package enum Stream {
  /// The order of examples: the step is the epoch.
  package static let shuffle: UInt32 = 1
  /// Mirroring of examples.
  package static let flip: UInt32 = 2
  /// Points of synthetic mixtures.
  package static let mixture: UInt32 = 3
  /// Features of drawn portraits: the step is the portrait.
  package static let portrait: UInt32 = 4
  /// Latent vectors of the discriminator update and, if fresh, of the generator update.
  package static let discriminatorLatent: UInt32 = 16
  package static let generatorLatent: UInt32 = 17
  /// Latent vectors of sample sheets.
  package static let sampleLatent: UInt32 = 18
  /// Shares of real and fake in what a gradient penalty looks at.
  package static let interpolation: UInt32 = 19
  /// Dropout masks and noise layers: this plus the layer's number.
  package static let layerNoise: UInt32 = 256
  /// Initial weights: this plus the parameter's number, in order of creation.
  package static let initialWeights: UInt32 = 65_536
}
