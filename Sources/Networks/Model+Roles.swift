package import Specification

extension Model.Kind {
  /// What networks of such a model are for.
  package var roles: Set<NetworkSpecification.Role> {
    switch self {
    case .adversarial: [.mapping, .generator, .discriminator]
    case .bidirectional: [.mapping, .generator, .discriminator, .encoder]
    case .classifier: [.classifier]
    case .autoencoder: [.encoder, .decoder]
    case .repair: [.restorer, .discriminator]
    }
  }

  /// With its article: `an adversarial model`.
  package var spoken: String {
    switch self {
    case .adversarial: "an adversarial model"
    case .bidirectional: "a bidirectional model"
    case .classifier: "a classifier"
    case .autoencoder: "an autoencoder"
    case .repair: "a repair model"
    }
  }
}
