package import Language

extension RunSpecification {
  /// The options of `run` beside a recipe's, for completion.
  package static let optionKeys =
    [
      "steps", "seed", "log-every", "sample-every", "checkpoint-every", "samples", "keep", "test",
    ] + RunObservation.keys

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
    if let test { numbers.test?.source = test.source.placeless }
    return """
      \(numbers.dataStatements("examples", test: "test"))
      arch networks \(numbers.architecture)
      recipe training \(recipe)
      run networks on examples with training seed=\(seed)\(test == nil ? "" : " test=test")\(beginning)
      """
  }

  /// Takes a run's own options: `steps=20k seed=7`, the steps between logged metrics (`log-every`), sample
  /// sheets (`sample-every`) and checkpoints (`checkpoint-every`), the samples on a sheet (`samples`),
  /// the checkpoints that stay (`keep`), and what it is looked at for (`RunObservation`).
  package mutating func take(from options: inout OptionReader) throws(Diagnostic) {
    func count(_ key: String, _ value: inout Int, _ range: ClosedRange<Int>) throws(Diagnostic) {
      if let term = options.take(key) { value = try term.integer(in: range, for: key) }
    }
    try count("steps", &steps, Limits.plannedSteps)
    if let term = options.take("seed") { seed = try term.seed(for: "seed") }
    try count("log-every", &logInterval, Limits.steps)
    try count("sample-every", &sampleInterval, Limits.steps)
    try count("checkpoint-every", &checkpointInterval, Limits.steps)
    try count("samples", &sampleCount, Self.sampleCounts)
    if let term = options.take("keep") { retention = try Retention(parsing: term) }
    try observation.take(from: &options)
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

  /// Whether it can be measured on its test set as it is trained on its data.
  ///
  /// - Throws: when an example is something else.
  package func checkTestFit(at span: Span? = nil) throws(Diagnostic) {
    guard let test, test.exampleShape != dataset.exampleShape else { return }
    var help: [String] = []
    if case .image(let image) = dataset.exampleShape, case .image = test.exampleShape {
      help = ["declare it with size=\(image.height)x\(image.width) channels=\(image.channels)"]
    }
    throw Diagnostic(
      "the data are \(dataset.exampleShape), but those of the test are \(test.exampleShape)",
      at: span,
      help: help)
  }

  /// The statements that declare everything and run it, with these names; the run is the same.
  package func script(
    architecture architectureName: String, dataset datasetName: String,
    recipe recipeName: String, run runName: String, test testName: String = "test"
  ) -> String {
    let place = origin?.path.map { " weights=\(storedWord($0))" } ?? ""
    let measured = (test == nil ? "" : " test=\(testName)") + place + beginning
    return """
      \(dataStatements(datasetName, test: testName))
      arch \(architectureName) \(architecture)
      recipe \(recipeName) \(recipe)
      run \(architectureName) on \(datasetName) with \(recipeName) \(schedule)\(measured) as \(runName)
      """
  }

  /// `origin=…` of a run that began with another's weights, in quotes since it begins with digits.
  private var beginning: String { origin.map { " origin=\"\($0)\"" } ?? "" }

  /// The statements that declare the data under these names, with everything that they are made of.
  private func dataStatements(_ name: String, test testName: String) -> String {
    var statements = DatasetStatements(besides: [name, testName])
    statements.declare(dataset, as: name)
    if let test, testName != name { statements.declare(test, as: testName) }
    return statements.lines.joined(separator: "\n")
  }

  /// `steps=… seed=… log-every=… sample-every=… checkpoint-every=… samples=…`, then `keep=…` and
  /// what the run is looked at for, where that is not neutral.
  package var schedule: String {
    "steps=\(steps) seed=\(seed) log-every=\(logInterval) sample-every=\(sampleInterval) "
      + "checkpoint-every=\(checkpointInterval) samples=\(sampleCount)"
      + (retention == .neutral ? "" : " keep=\(retention)") + observation.text
  }

  /// Reads what `script` (or `description`) printed, now or in an earlier program: what is left out is
  /// neutral.
  package init(parsing statements: [Statement]) throws(Diagnostic) {
    let (data, others) = (statements.dropLast(3), Array(statements.suffix(3)))
    guard let first = data.first, data.allSatisfy({ $0.verb.text == "data" }),
      others.map(\.verb.text) == ["arch", "recipe", "run"]
    else {
      throw Diagnostic("a run is given by `data`, `arch`, `recipe` and `run`, in this order")
    }
    let recipe = try RecipeSpecification(stored: others[1])
    let datasets = try DatasetSpecification.read(data)
    func dataset(_ term: Term?) throws(Diagnostic) -> DatasetSpecification {
      let term = term ?? first.operands[0]
      if let dataset = datasets[term.text] { return dataset }
      throw Diagnostic("no statement declares the data set `\(term.brief)`", at: term.span)
    }
    let run = others[2].renewed
    self.init(
      architecture: try ArchitectureSpecification(stored: others[0]),
      // What is run on one data set is run on it whatever it is called.
      dataset: try dataset(data.count == 1 ? nil : run.operand(after: "on")),
      recipe: recipe, steps: 1, seed: 0)
    var options = try OptionReader(run.options, of: "`run`")
    if let term = options.take("test") { test = try dataset(term) }
    let path = options.take("weights")
    if let term = options.take("origin") { origin = try RunOrigin(parsing: term, path: path) }
    try take(from: &options)
    try options.finish(others: RecipeSpecification.optionKeys)
    try checkFit(at: run.span)
    try checkTestFit(at: run.span)
  }
}

extension Statement {
  /// What stands after a preposition.
  func operand(after preposition: String) -> Term? {
    guard let place = operands.firstIndex(where: { $0.text == preposition }) else { return nil }
    return operands.dropFirst(place + 1).first
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
