package import Language

extension RunSpecification {
  /// The options of `run` beside a recipe's, for completion.
  package static let optionKeys = [
    "steps", "seed", "log-every", "sample-every", "checkpoint-every", "samples", "keep",
  ]

  /// How many samples a sheet can have.
  package static let sampleCounts = 1...1024

  /// What a stored text says.
  package init(stored text: String) throws(Diagnostic) {
    try self.init(parsing: try parse(SourceText(name: "specification", text: text)))
  }

  /// The text of all that its numbers depend on: how long it goes on, what is written down on the way,
  /// where the data lie and what the networks were made from are left out, and names are always the same.
  package var essence: String {
    var numbers = self
    numbers.architecture.origin = "custom"
    numbers.dataset.source = dataset.source.placeless
    return """
      data examples \(numbers.dataset)
      arch networks \(numbers.architecture)
      recipe training \(recipe)
      run networks on examples with training seed=\(seed)
      """
  }

  /// Takes a run's own options: `steps=20k seed=7`, the steps between logged metrics (`log-every`), sample
  /// sheets (`sample-every`) and checkpoints (`checkpoint-every`), the samples on a sheet (`samples`), and
  /// the checkpoints that stay (`keep`).
  package mutating func take(from options: inout OptionReader) throws(Diagnostic) {
    func count(_ key: String, _ value: inout Int, _ range: ClosedRange<Int>) throws(Diagnostic) {
      if let term = options.take(key) { value = try term.integer(in: range, for: key) }
    }
    try count("steps", &steps, Limits.steps)
    if let term = options.take("seed") { seed = try term.seed(for: "seed") }
    try count("log-every", &logInterval, Limits.steps)
    try count("sample-every", &sampleInterval, Limits.steps)
    try count("checkpoint-every", &checkpointInterval, Limits.steps)
    try count("samples", &sampleCount, Self.sampleCounts)
    if let term = options.take("keep") { retention = try Retention(parsing: term) }
  }

  /// Whether the networks can be trained on the data.
  ///
  /// - Throws: when an example is something else than what the architecture makes.
  package func checkFit(at span: Span? = nil) throws(Diagnostic) {
    let (makes, given) = (architecture.example, dataset.exampleShape)
    guard makes != given else { return }
    var help: [String] = []
    if case (.image(let made), .image(let found)) = (makes, given) {
      if made.channels != found.channels {
        help.append("declare the data with channels=\(made.channels)")
      }
      if made.height != found.height || made.width != found.width {
        help.append("declare the data with size=\(made.height)x\(made.width)")
      }
      help.append("or the architecture with image=\(found)")
    }
    throw Diagnostic(
      "the architecture makes \(makes), but the data are \(given)", at: span, help: help)
  }

  /// The statements that declare everything and run it, with these names; the run is the same.
  package func script(
    architecture architectureName: String, dataset datasetName: String,
    recipe recipeName: String, run runName: String
  ) -> String {
    """
    data \(datasetName) \(dataset)
    arch \(architectureName) \(architecture)
    recipe \(recipeName) \(recipe)
    run \(architectureName) on \(datasetName) with \(recipeName) \(schedule) as \(runName)
    """
  }

  /// `steps=… seed=… log-every=… sample-every=… checkpoint-every=… samples=…`, and `keep=…` where that is
  /// not neutral.
  package var schedule: String {
    "steps=\(steps) seed=\(seed) log-every=\(logInterval) sample-every=\(sampleInterval) "
      + "checkpoint-every=\(checkpointInterval) samples=\(sampleCount)"
      + (retention == .neutral ? "" : " keep=\(retention)")
  }

  /// Reads what `script` (or `description`) printed, now or in an earlier program: what is left out is
  /// neutral.
  package init(parsing statements: [Statement]) throws(Diagnostic) {
    guard statements.map(\.verb.text) == ["data", "arch", "recipe", "run"] else {
      throw Diagnostic("a run is given by `data`, `arch`, `recipe` and `run`, in this order")
    }
    let recipe = try RecipeSpecification(stored: statements[2])
    self.init(
      architecture: try ArchitectureSpecification(stored: statements[1]),
      dataset: try DatasetSpecification(parsing: statements[0]), recipe: recipe, steps: 1, seed: 0)
    var options = try OptionReader(statements[3].renewed.options, of: "`run`")
    try take(from: &options)
    try options.finish(others: RecipeSpecification.optionKeys)
    try checkFit(at: statements[3].span)
  }
}

/// Two runs with the same description have the same first step.
extension RunSpecification: CustomStringConvertible {
  package var description: String {
    script(architecture: "networks", dataset: "examples", recipe: "training", run: "run")
  }
}

extension ExampleShape: CustomStringConvertible {
  package var description: String {
    switch self {
    case .point(let dimensions): "points in \(dimensions) dimensions"
    case .image(let image): "images of \(image)"
    }
  }
}
