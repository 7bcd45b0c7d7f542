import Language
package import Specification

/// Everything that a recipe or an architecture can name, in the order of the manual.
extension Signatures {
  package static let all = Signatures(
    objectives: ObjectiveDefinition.all.map(\.signature),
    penalties: PenaltyDefinition.all.map(\.signature),
    optimisers: OptimiserDefinition.all.map(\.signature),
    remedies: RemedyDefinition.all.map(\.signature),
    layers: LayerDefinition.all.map(\.signature), presets: Preset.all,
    check: { architecture throws(Diagnostic) in _ = try Model(architecture) })
}

extension ObjectiveDefinition {
  package static let all = [
    minimax, nonSaturating, reverseKL, hinge, leastSquares, wasserstein, relativistic,
    relativisticAverage, relativisticLeastSquares,
  ]
}

extension PenaltyDefinition {
  static let all = [
    gradient, oneSidedGradient, zeroCentredGradient, largestGradient, dragan, r1, r2, drift,
  ]
}

extension OptimiserDefinition {
  package static let all = [adam, adamW, optimistic, rmsProp, sgd]
}

extension RemedyDefinition {
  package static let all = [
    modeSeeking, featureMatching, latentReconstruction, historicalAveraging, orthogonalWeights,
    instanceNoise, latentNoise, smoothFakes, flipLabels, topK, gradientNormalisation,
    consensusOptimisation, symplecticAdjustment, clipNorm, clipValue, clipWeights, averageHalfLife,
    averageRampUp,
    augmentColour, augmentTranslation, augmentCutout, adaptiveTarget,
    adaptiveCeiling,
  ]
}

extension Objective {
  /// - Throws: `NetworksError.unknown` for a keyword of another release.
  package func definition() throws(NetworksError) -> ObjectiveDefinition {
    guard let known = ObjectiveDefinition.all.first(where: { $0.signature.keyword == keyword })
    else { throw .unknown("objective", keyword) }
    return known
  }
}

extension PenaltySpecification {
  /// - Throws: `NetworksError.unknown` for a keyword of another release.
  func definition() throws(NetworksError) -> PenaltyDefinition {
    guard let known = PenaltyDefinition.all.first(where: { $0.signature.keyword == keyword })
    else { throw .unknown("penalty", keyword) }
    return known
  }
}

extension OptimiserSpecification {
  /// - Throws: `NetworksError.unknown` for a keyword of another release.
  package func definition() throws(NetworksError) -> OptimiserDefinition {
    guard let known = OptimiserDefinition.all.first(where: { $0.signature.keyword == keyword })
    else { throw .unknown("optimiser", keyword) }
    return known
  }
}
