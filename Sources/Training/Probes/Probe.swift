package import Datasets
package import MetricDescriptions
package import Networks
package import Specification

/// A measure of a run's networks, taken now and then beside the training, of which it changes no bit.
///
/// Its programs have no vote on layouts, it draws from streams of its own, and it replaces no state.
package protocol Probe: SendableMetatype {
  /// Everything that it can tell.
  static var metrics: [MetricDescription] { get }

  /// Nil where a run has nothing that it could measure.
  init?(_ subject: ProbeSubject)

  /// Steps from one time to the next; it is also taken after the last step. 0: then alone.
  var interval: Int { get }

  /// What the networks are like now.
  func measure(_ trainer: borrowing Trainer) -> ProbeReading
}

/// A run that probes may have something to say about.
package struct ProbeSubject {
  package let specification: RunSpecification
  package let plan: Plan
  package let dataset: Dataset
  /// What it is measured on beside its own data.
  package let test: Dataset?
  /// What its modes are counted by.
  package let modes: ModeCounter?

  package init(
    _ specification: RunSpecification, plan: Plan, dataset: Dataset, test: Dataset?,
    modes: ModeCounter? = nil
  ) {
    (self.specification, self.plan, self.dataset) = (specification, plan, dataset)
    (self.test, self.modes) = (test, modes)
  }
}

/// What a probe says.
package enum ProbeReading: Sendable {
  case values([MetricReading])
  /// Something that somebody should look at, in a sentence.
  case alarm(String)
}

/// Every probe that there is.
package enum Probes {
  package static let all: [any Probe.Type] = [
    MixtureProbe.self, DiversityProbe.self, ModeProbe.self, TestProbe.self, RepairProbe.self,
  ]

  package static let metrics = all.flatMap { $0.metrics }
}
