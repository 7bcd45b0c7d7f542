import Datasets
import Language
import Networks
import Specification
import Training

/// What the options of `run` ask for.
struct RunPlan {
  let threads: Int?
  /// The data set that the run is measured on beside its own.
  let test: Word?
  private let options: [Option]
  /// Whose options they are, for messages.
  private let owner: String
  /// Where it is said which checkpoints stay.
  let retentionPlace: Span?
  /// Where options were typed, by their keys.
  private let places: [String: Span]
  private let epochs: (count: Double, place: Span)?

  /// How long a run is when nothing says so.
  private static let usualSteps = 20_000

  /// - Parameters:
  ///   - verb: of the statement.
  ///   - takesOver: whether it begins with weights, so that it need not take a step.
  /// - Throws: for a value out of its range, an unknown option (the recipe's are known), and for
  ///   `steps` beside `epochs`.
  init(
    _ options: [Option], of verb: String = "run", takesOver: Bool = false
  ) throws(Diagnostic) {
    owner = "`\(verb)`"
    var reader = try OptionReader(options, of: owner)
    threads = try reader.take("threads")?.integer(in: 1...1024, for: "threads")
    test = try reader.take("test")?.asWord(for: "test")
    if let term = reader.take("epochs") {
      let range = Double.leastNonzeroMagnitude...1e6
      epochs = (try term.number(in: range, for: "epochs"), term.span)
      if options.contains(where: { $0.key.text == "steps" }) {
        throw Diagnostic("either `steps` or `epochs`, not both", at: term.span)
      }
    } else {
      epochs = nil
    }
    retentionPlace = reader.span(of: "keep")
    self.options = reader.remaining
    places = Dictionary(
      options.map { ($0.key.text, $0.span) }, uniquingKeysWith: { first, _ in first })
    try check(takesOver)
  }

  /// The options are read without a session, for their ranges and keys.
  private func check(_ takesOver: Bool) throws(Diagnostic) {
    var recipe = RecipeSpecification()
    // A recipe that is not known yet may have the penalties whose weights are said.
    recipe.penalties = options.compactMap { option in
      guard case .weight(let keyword)? = Dial(rawValue: option.key.text) else { return nil }
      return PenaltySpecification(keyword, weight: 1)
    }
    let specification = try specification(
      ArchitectureSpecification(
        origin: ArchitectureSpecification.custom, example: .point(dimensions: 2), latent: 2,
        latentDistribution: .normal, networks: []),
      on: DatasetSpecification(
        source: .read(SourceSpecification("ring")), preprocessing: nil),
      with: recipe)
    guard specification.steps > 0 || takesOver else {
      throw Diagnostic(
        "\(owner) takes one step or more", at: places["steps"],
        help: ["only `run … from SOURCE steps=0`, which takes weights over, takes none"])
    }
  }

  /// The whole specification, with the options' changes; its steps are those of `steps` until
  /// `setLength` knows better.
  func specification(
    _ architecture: ArchitectureSpecification, on dataset: DatasetSpecification,
    with recipe: RecipeSpecification
  ) throws(Diagnostic) -> RunSpecification {
    var specification = RunSpecification(
      architecture: architecture, dataset: dataset, recipe: recipe, steps: Self.usualSteps, seed: 1,
      retention: .standard)
    // Only of a pair there is something to tell.
    if !architecture.networks(of: .discriminator).isEmpty,
      !architecture.networks(of: .generator).isEmpty
    {
      specification.observation.signals = RunObservation.standardShare
    }
    try change(&specification)
    return specification
  }

  /// Changes what the options say, and nothing else.
  ///
  /// A schedule without `over` takes the whole run.
  ///
  /// - Parameter left: the steps of a run of which nothing says how long it is; nil: what the specification has.
  func change(
    _ specification: inout RunSpecification, left: Int? = nil
  ) throws(Diagnostic) {
    var reader = try OptionReader(options, of: owner)
    try specification.take(from: &reader)
    let length = places["steps"] == nil ? left ?? specification.steps : specification.steps
    var rest: [Option] = []
    for option in reader.remaining { rest.append(try gliding(option, over: length)) }
    let known = reader.knownKeys
    reader = try OptionReader(rest, of: owner)
    try specification.recipe.take(from: &reader, .all)
    try reader.finish(others: known + ["epochs", "threads", "test"])
  }

  /// An option whose schedule says how many steps it takes.
  ///
  /// - Throws: where these are said in epochs, which are counted when the data are open.
  private func gliding(_ option: Option, over length: Int) throws(Diagnostic) -> Option {
    guard case .schedule(let from, let to, nil) = option.value.value else { return option }
    let (key, source) = (option.key.text, option.value.source)
    guard epochs == nil else {
      throw Diagnostic(
        "how many steps the epochs are is not known before the data are open",
        at: option.value.span,
        help: ["say how many steps the schedule takes: `\(key)=\(source) over 20k`"])
    }
    var option = option
    option.value.value = .schedule(from: from, to: to, over: Double(max(1, length)))
    return option
  }

  /// Keys of the options that were typed.
  var keys: [String] { Array(places.keys) }

  /// Whether anything says how long it is to be.
  var hasLength: Bool { places["steps"] != nil || epochs != nil }

  /// Where an option was typed; nil: it was not.
  func place(of option: String) -> Span? { places[option] }

  /// Where `epochs` were asked for, makes them steps: whole passes over the data.
  func setLength(
    of specification: inout RunSpecification, over dataset: Dataset
  ) throws(Diagnostic) {
    guard let epochs else { return }
    guard let count = dataset.count else {
      throw Diagnostic(
        "points never end, so they have no epochs", at: epochs.place,
        help: ["say how long in steps: `steps=20k`"])
    }
    let steps = Training.steps(
      epochs: epochs.count, count: count, batch: specification.recipe.batch,
      discriminatorSteps: specification.recipe.discriminatorSteps
        * (specification.recipe.meta?.updates ?? 1))
    specification.steps = min(max(steps, 1), Limits.steps.upperBound)
  }
}
