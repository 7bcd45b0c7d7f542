/// What programs before an argument did is not written, and read where nothing is.
extension RunSpecification {
  private enum CodingKeys: String, CodingKey {
    case architecture, dataset, recipe, steps, seed, logInterval, sampleInterval,
      checkpointInterval, sampleCount, retention
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      architecture: try values.decode(ArchitectureSpecification.self, forKey: .architecture),
      dataset: try values.decode(DatasetSpecification.self, forKey: .dataset),
      recipe: try values.decode(RecipeSpecification.self, forKey: .recipe),
      steps: try values.decode(Int.self, forKey: .steps),
      seed: try values.decode(UInt64.self, forKey: .seed),
      logInterval: try values.decode(Int.self, forKey: .logInterval),
      sampleInterval: try values.decode(Int.self, forKey: .sampleInterval),
      checkpointInterval: try values.decode(Int.self, forKey: .checkpointInterval),
      sampleCount: try values.decode(Int.self, forKey: .sampleCount),
      retention: try values.decodeIfPresent(Retention.self, forKey: .retention) ?? .neutral)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(architecture, forKey: .architecture)
    try values.encode(dataset, forKey: .dataset)
    try values.encode(recipe, forKey: .recipe)
    try values.encode(steps, forKey: .steps)
    try values.encode(seed, forKey: .seed)
    try values.encode(logInterval, forKey: .logInterval)
    try values.encode(sampleInterval, forKey: .sampleInterval)
    try values.encode(checkpointInterval, forKey: .checkpointInterval)
    try values.encode(sampleCount, forKey: .sampleCount)
    if retention != .neutral { try values.encode(retention, forKey: .retention) }
  }
}
