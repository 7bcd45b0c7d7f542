import Language
import Specification

/// What a conditional pair has beside an unconditional one, as it is typed.
struct ConditionalParts {
  /// Values of the label; 0: there is none.
  let width: Int
  private let condition: Preset.Condition

  /// - Throws: for a condition without labels.
  init(_ request: Preset.Request) throws(Diagnostic) {
    guard let labels = request.labels else {
      guard request.condition == nil else {
        throw Diagnostic(
          "condition needs labels", help: ["say `labels=Smiling,Male`, or `classes=10`"])
      }
      (width, condition) = (0, .projection)
      return
    }
    (width, condition) = (labels.count, request.condition ?? .projection)
  }

  var generatorInputs: [String]? { width == 0 ? nil : [Model.Wire.latent, Model.Wire.label] }

  var discriminatorInputs: [String]? {
    width == 0 || condition == .auxiliary ? nil : [Model.Wire.image, Model.Wire.label]
  }

  /// Before the generator's first layer.
  var generator: String { width == 0 ? "" : "concat label; " }

  /// The batch normalisation of a residual generator, which the label scales and shifts.
  var norm: String { width == 0 ? "batchnorm" : "condbatchnorm label" }

  /// Before the discriminator's first layer.
  var start: String { width > 0 && condition == .concat ? "concat label; " : "" }

  /// After the discriminator's features, which are an image: their name, where it is read.
  var features: String { width > 0 && condition != .concat ? " as features" : "" }

  /// The last layers of a residual discriminator.
  ///
  /// - Parameter features: the layers that make a vector of the last block's result.
  func end(features: String) -> String {
    guard width > 0 else { return "\(features); dense 1" }
    return switch condition {
    case .concat: "\(features); dense 1"
    case .projection:
      "\(features) as features; dense 1 as logit; from features; project label; add logit"
    case .auxiliary: "\(features) as features; dense \(width); output class; from features; dense 1"
    }
  }

  /// The discriminator's last layers.
  ///
  /// - Parameter logit: the layer that makes one number of the features.
  func end(logit: String) -> String {
    guard width > 0 else { return logit }
    return switch condition {
    case .concat: logit
    case .projection:
      "\(logit); flatten as score; from features; sumpool; project label; add score"
    case .auxiliary:
      "\(logit); flatten as score; from features; flatten; dense \(width); "
        + "output class; from score"
    }
  }
}
