import Datasets
import Language
import Networks
package import MetricDescriptions
import Metrics
import Notebook
import Specification

extension Vocabulary<RunQuantity> {
  /// What is known of runs: columns, metrics, entries of the specification.
  ///
  /// - Parameters:
  ///   - names: names in the notebook of a kind; asked for when they matter.
  ///   - hasParameter: whether any run has an entry under a key with its owner.
  package static func runs(
    metrics: [MetricDescription], names: @escaping (ParameterKind) -> [String],
    tags: @escaping () -> [String], hasParameter: @escaping (String) -> Bool = { _ in false }
  ) -> Self {
    var fields = [
      Field("name", as: .column(.name), .name("run") { names(.run) }, "what it is called"),
      Field(
        "status", as: .column(.status), .choice(RunStatus.allCases.map(\.rawValue) + ["paused"]),
        "where it stands"),
      Field(
        "arch", "architecture", as: .column(.architecture),
        .name("architecture") { names(.architecture) }, "the architecture it was made of"),
      Field(
        "data", "dataset", as: .column(.dataset), .name("data set") { names(.dataset) },
        "the data set it was made of"),
      Field(
        "recipe", as: .column(.recipe), .name("recipe") { names(.recipe) },
        "the recipe it was made of"),
      Field(
        "sweep", as: .column(.sweep), .name("sweep") { names(.sweep) },
        "the sweep that asked for it"),
      Field("tag", as: .member(.tag), .name("tag", known: tags), "words it is marked with"),
      Field("note", as: .member(.note), .text, "remarks about it"),
      Field("event", as: .member(.event), .text, "what happened to it: warning, diverged, …"),
      Field(
        "alarm", as: .column(.alarm),
        .choice(Failure.allCases.map(\.rawValue) + ["unknown", "none"]),
        "what is wrong by the alarm that stands at its end"),
      Field("steps", as: .column(.steps), .integer, "updates done"),
      Field("planned", "of", as: .column(.planned), .integer, "updates wanted"),
      Field("seed", as: .column(.seed), .seed, "what its random numbers were drawn with"),
      Field("started", as: .column(.started), .date, "when it began"),
      Field("ended", as: .column(.ended), .date, "when it ended"),
      Field("took", "duration", as: .column(.took), .duration, "how long it was at work"),
      Field("host", as: .column(.host), .text, "the machine it ran on"),
      Field("build", as: .column(.build), .text, "version of gansh"),
      Field("threads", as: .column(.threads), .integer, "threads that computed"),
      Field("kernels", as: .column(.kernels), .text, "backend and kernels that computed"),
      Field("commit", as: .column(.commit), .text, "commit of the working directory"),
      Field("message", as: .column(.message), .text, "why it ended"),
    ]
    fields += parameters(besides: Set(fields.flatMap(\.names)))
    // Arguments of layers and weights of penalties: as many as the texts have.
    let further = { (name: String) -> Field? in
      guard name.contains("."), hasParameter(name) else { return nil }
      return Field(
        name, as: .parameter(name), numeric: .numericParameter(name), .either,
        "an entry of the specification")
    }
    return Vocabulary(rows: "runs", fields: fields, further: further, described: metrics) { use in
      if use.isAboutNaN { return .metricIsNaN(use.name) }
      if let step = use.step { return .metricAt(use.name, step: step) }
      return .metric(use.name, use.aspect)
    }
  }

  /// Every key by which a specification is typed; where two statements have the same one, that of the
  /// run, the recipe, the architecture, the data, in this order; `data.size` names one of them.
  private static func parameters(besides taken: Set<String>) -> [Field] {
    var (fields, seen): ([Field], Set<String>) = ([], taken)
    for section in SpecificationSection.allCases {
      for option in section.options {
        let qualified = "\(section.rawValue).\(option.key)"
        // `from.where` is a key of the data alone.
        let isFirst = !option.key.contains(".") && seen.insert(option.key).inserted
        let key = section.hasBareKeys ? option.key : qualified
        var field = Field(
          qualified, as: .parameter(key), numeric: .numericParameter(key), Kind(option.kind),
          option.summary)
        if isFirst { field.names.insert(option.key, at: 0) }
        if section == .run, let earlier = RunSpecification.earlierKey(of: option.key) {
          field.names.append(earlier)
        }
        field.yieldsToMetric = true
        fields.append(field)
      }
    }
    return fields
  }
}

extension Vocabulary.Kind {
  fileprivate init(_ kind: ParameterKind) {
    switch kind {
    case .integer: self = .integer
    case .number: self = .number
    // `gp:10` says more than what there is to choose from.
    case .choice(let words) where words.contains { $0.contains(":") }: self = .either
    case .choice(let words):
      self = words.allSatisfy { Int($0) != nil } ? .integer : .choice(words)
    default: self = .either
    }
  }
}

/// The four statements of a specification, in the order in which a bare key is looked for.
enum SpecificationSection: String, CaseIterable {
  case run, recipe, arch, data

  /// Keys that it is typed by, and those that are read off it.
  var options: [OptionSynopsis] {
    switch self {
    case .run:
      RunCommand.synopsis.options.filter { RunSpecification.optionKeys.contains($0.key) }
    case .recipe: recipeOptions
    case .arch:
      architectureOptions + [
        OptionSynopsis(
          "preset", .choice(Preset.all.map(\.keyword) + [ArchitectureSpecification.custom]),
          "what it was made from")
      ]
    case .data:
      // `grey=yes` is kept as `channels=1`.
      dataOptions.filter { !(["grey"] + choosing.map(\.key)).contains($0.key) } + [
        OptionSynopsis(
          "source", .choice([SourceSignature].all.keywords), "where its examples come from")
      ]
        + (choosing + [OptionSynopsis("where", .text, "from: which examples were chosen")])
        .map { OptionSynopsis("\(ExampleChoice.keyword).\($0.key)", $0.kind, $0.summary) }
    }
  }

  /// What a data set that is made of another one takes alone.
  private var choosing: [OptionSynopsis] {
    let sources = Set([SourceSignature].all.keywords.flatMap([SourceSignature].all.optionKeys))
    return dataOptions.filter { !sources.contains($0.key) }
  }

  /// Whether its keys stand in the notebook without their owner.
  var hasBareKeys: Bool {
    switch self {
    case .run, .recipe: true
    case .arch, .data: false
    }
  }
}

extension Session {
  /// What runs of the notebook can be chosen by.
  func runVocabulary() throws -> Vocabulary<RunQuantity> {
    let notebook = try existingNotebook()
    return .runs(
      metrics: try notebook?.metrics() ?? [], names: { [self] in names(of: $0) },
      tags: { (try? notebook?.tagNames()) ?? [] },
      hasParameter: { (try? notebook?.hasParameter($0)) ?? false })
  }
}
