/// What random numbers are for; two purposes never share a stream.
///
/// All of these are below 2³²: the high word of a stream is free for what one purpose has many of.
package enum Stream {
  /// The order of examples: the step is the epoch.
  package static let shuffle: UInt64 = 1
  /// Mirroring of examples.
  package static let flip: UInt64 = 2
  /// Points of synthetic mixtures.
  package static let mixture: UInt64 = 3
  /// Features of drawn portraits: the step is the portrait.
  package static let portrait: UInt64 = 4
  /// Digits that are stacked: three for each image.
  package static let stackedDigits: UInt64 = 5
  /// Latent vectors of the discriminator update and, if fresh, of the generator update.
  package static let discriminatorLatent: UInt64 = 16
  package static let generatorLatent: UInt64 = 17
  /// Latent vectors of sample sheets.
  package static let sampleLatent: UInt64 = 18
  /// Shares of real and fake in what a gradient penalty looks at.
  package static let interpolation: UInt64 = 19
  /// Noise around the real examples that a gradient penalty looks at.
  package static let perturbation: UInt64 = 20
  /// Latent vectors of the generator's updates after the first of a step: the step is their number.
  package static let furtherLatent: UInt64 = 21
  /// Examples whose labels are given to what a generator makes: the step is the number of its update.
  package static let drawnLabel: UInt64 = 22
  /// What an autoencoder's codes are drawn with.
  package static let encodedLatent: UInt64 = 23
  /// What a sweep draws of its ranges: the step is the number of the draw.
  package static let sweepDraw: UInt64 = 24
  /// What a search of a sweep draws: the step is the number of the configuration.
  package static let sweepSearch: UInt64 = 25
  /// Damage of examples in training: the step is the batch, and the high word the kind's place.
  package static let damage: UInt64 = 26
  /// Damage of images that are repaired: the step is the image's number.
  package static let storedDamage: UInt64 = 27
  /// Latent vectors from which images are projected: the step is the image's number.
  package static let projectedLatent: UInt64 = 28
  /// Augmentation of examples in training: the step is the batch, and the high word the kind's.
  package static let augmentation: UInt64 = 29
  /// Tasks that a run learns over: the step is the turn.
  package static let task: UInt64 = 30
  /// Examples of a task: the step is the batch.
  package static let taskExample: UInt64 = 31
  /// Images that an export is checked with.
  package static let workedExample: UInt64 = 32
  /// Pairs of images of which it is told whether they show the same.
  package static let verificationPair: UInt64 = 33
  /// Dropout masks, several for each layer: see `Network.Layer`.
  package static let layerNoise: UInt64 = 256
  /// Initial weights: this plus the parameter's number, in order of creation.
  package static let initialWeights: UInt64 = 65_536

  /// A low word of its own for what has a name: its digest by FNV-1a, with the highest bit set, above every
  /// number here.
  package static func lowWord(of name: String) -> UInt64 {
    digest(of: name) & 0x7FFF_FFFF | 0x8000_0000
  }

  private static func digest(of name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
