import Language
import MetricDescriptions
import Networks
import Specification
import Terminal
import Training

extension Session {
  /// What makes the features by which a run's samples are measured while it trains; nil: it measures none, or points.
  ///
  /// The specification then says which checkpoint that is.
  ///
  /// - Parameter place: where an option was typed; nil: it was not.
  /// - Throws: a `Diagnostic` where there is no such measure or no such features, or nothing that could be measured.
  func features(
    for specification: inout RunSpecification, at place: (_ option: String) -> Span?
  ) throws -> FeatureSource? {
    guard let evaluation = specification.observation.evaluation else { return nil }
    let known = Measure.ofSamples.map(\.keyword)
    for measure in evaluation.measures where !known.contains(measure) {
      guard !Measure.allCases.contains(where: { $0.keyword == measure }) else {
        throw Diagnostic(
          "`\(measure)` is measured of a checkpoint, and not while a run trains",
          at: place("evaluate"), help: ["afterwards: `evaluate RUN metrics=\(measure)`"])
      }
      throw Diagnostic(
        "there is no measure `\(measure)`", at: place("evaluate"),
        help: suggestion(for: measure, in: known, kind: "measures") + [
          "measures: \(known.joined(separator: ", "))"
        ])
    }
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard plan.evaluation(.samples) != nil else {
      throw Diagnostic(
        "`evaluate` measures samples, and this model makes none", at: place("evaluate"),
        help: ["leave it out: `evaluate=no`"])
    }
    let span = place("evaluate-features") ?? place("evaluate") ?? Span(0, 0)
    guard case .image(let image) = specification.architecture.example else {
      guard evaluation.features == RunEvaluation.usualFeatures else {
        throw Diagnostic(
          "points are their own features", at: span, help: ["leave `evaluate-features` out"])
      }
      return nil
    }
    var choice = try FeatureChoice(
      parsing: Term(.name(evaluation.features), at: span, source: evaluation.features))
    let source = try choice.source(of: image, in: self)
    specification.observation.evaluation?.features = choice.word
    return source
  }

  /// As `features(for:at:)`, but where they are lost that is noted and nothing is measured.
  func featuresIfThere(for specification: inout RunSpecification) -> FeatureSource? {
    do { return try features(for: &specification) { _ in nil } } catch {
      let reason = (error as? Diagnostic)?.message ?? "\(error)"
      errors.line("note: samples are not measured: \(reason)")
      specification.observation.evaluation = nil
      return nil
    }
  }

  /// Sees that what a run is to come to is a metric that it may have.
  ///
  /// - Throws: a `Diagnostic` where no run has it.
  func check(_ goal: RunGoal?, of observation: RunObservation, at place: Span?) throws(Diagnostic) {
    guard let goal else { return }
    let known = Set(metrics.map(\.name) + RunHandle.metrics.map(\.name))
    let measured = observation.evaluation?.measures ?? []
    if known.contains(goal.metric) || measured.contains(goal.metric) { return }
    if let measure = Measure.allCases.first(where: { $0.keyword == goal.metric }) {
      throw Diagnostic(
        "the run does not measure `\(goal.metric)`", at: place,
        help: ["have it measured: `evaluate=\(measure.keyword)`"])
    }
    throw Diagnostic(
      "no run has a metric `\(goal.metric)`", at: place,
      help: suggestion(for: goal.metric, in: known.sorted() + measured, kind: "metrics"))
  }
}
