/// Everything a run is a function of, its journal of tweaks apart.
package struct RunSpecification: Sendable, Hashable {
  package var architecture: ArchitectureSpecification
  package var dataset: DatasetSpecification
  /// What it is measured on beside what it is trained on; nil: nothing.
  package var test: DatasetSpecification?
  package var recipe: RecipeSpecification
  /// Generator updates in all.
  package var steps: Int
  package var seed: UInt64
  /// Steps between logged metrics, sample sheets and checkpoints; the last step always has both.
  package var logInterval: Int
  package var sampleInterval: Int
  package var checkpointInterval: Int
  /// Faces on a sample sheet.
  package var sampleCount: Int
  /// Which checkpoints stay when newer ones come.
  package var retention: Retention
  /// Where it was branched off another run; nil: it begins by itself.
  package var origin: RunOrigin?
  /// What it is looked at for.
  package var observation: RunObservation

  package init(
    architecture: ArchitectureSpecification, dataset: DatasetSpecification,
    recipe: RecipeSpecification, steps: Int, seed: UInt64, logInterval: Int = 1,
    sampleInterval: Int = 500, checkpointInterval: Int = 500, sampleCount: Int = 64,
    retention: Retention = .neutral, test: DatasetSpecification? = nil, origin: RunOrigin? = nil,
    observation: RunObservation = .neutral
  ) {
    self.architecture = architecture
    self.dataset = dataset
    self.recipe = recipe
    self.steps = steps
    self.seed = seed
    self.logInterval = logInterval
    self.sampleInterval = sampleInterval
    self.checkpointInterval = checkpointInterval
    self.sampleCount = sampleCount
    self.retention = retention
    self.test = test
    self.origin = origin
    self.observation = observation
  }
}
