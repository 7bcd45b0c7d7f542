import Datasets
import Foundation
import Language
import Notebook
import Specification
import TerminalText
import Training

/// What a study refuses before anything is declared or begun.
extension StudyCommand {
  func shape(in session: Session) throws -> ImageShape {
    let data = try session.declaration(.dataset, named: plan.data).dataset()
    guard case .image(let shape) = data.exampleShape else {
      throw Diagnostic(
        "`\(plan.data.text)` holds points, and a study is of images", at: plan.data.span)
    }
    return shape
  }

  /// The plan with what the data say of it.
  func checked(in session: Session) throws -> StudyPlan {
    var plan = plan
    let dataset = try session.open(
      try session.declaration(.dataset, named: plan.data).dataset(), namedBy: plan.data)
    let columns = dataset.labels?.columns ?? []
    guard let column = columns.first(where: { $0.description.name == plan.label.text }) else {
      throw columns.map(\.description).missing(
        plan.label.text, at: plan.label.span, of: plan.data.text)
    }
    guard column.isBoolean else {
      throw Diagnostic(
        "`\(plan.label.text)` is \(column.description.kind), and a study is of an attribute, which holds or does not",
        at: plan.label.span)
    }
    if plan.identity == nil, let person = columns.first(where: Self.tellsWho) {
      throw Diagnostic(
        "`\(person.description.name)` says whom an example shows, and a split by examples would have the same in "
          + "what is learned from and in what is measured on", at: plan.data.span,
        help: [
          "`identity=\(word(person.description.name))` keeps them apart; `identity=no` says that this is meant"
        ])
    }
    for data in plan.arms.compactMap(\.data) {
      let place = Word(data, at: places["arms"] ?? plan.data.span)
      let declared = try session.declaration(.dataset, named: place).dataset()
      guard declared.exampleShape == .image(try shape(in: session)) else {
        throw Diagnostic(
          "`\(data)` holds \(declared.exampleShape), and `\(plan.data.text)` others", at: place.span
        )
      }
      let columns = try session.open(declared, namedBy: place).labels?.columns ?? []
      guard columns.contains(where: { $0.description.name == plan.label.text && $0.isBoolean })
      else {
        throw columns.map(\.description).missing(plan.label.text, at: place.span, of: data)
      }
    }
    try checkTest(of: plan, like: dataset, in: session)
    try checkModels(of: plan, in: session)
    if let least = plan.sizes.first, plan.batch > 2 * least {
      throw Diagnostic(
        "a batch of \(grouped(plan.batch)) cannot be filled from \(grouped(least)) examples of each of two classes",
        at: places["batch"] ?? places["sizes"] ?? plan.name.span,
        help: ["`batch=\(2 * least)`, or larger `sizes`"])
    }
    if plan.identity?.text == "no" { plan.identity = nil }
    if plan.jobs > 1 {
      plan.threads = max(1, ProcessInfo.processInfo.activeProcessorCount / plan.jobs)
    }
    return plan
  }

  /// - Throws: where what is measured on is not as the data are, or does not know of both answers.
  private func checkTest(
    of plan: StudyPlan, like dataset: Dataset, in session: Session
  ) throws {
    guard let test = plan.test else { return }
    let place = places["test"] ?? test.span
    let named = Word(test.text, at: place)
    let unseen = try session.open(
      try session.declaration(.dataset, named: named).dataset(), namedBy: named)
    guard unseen.exampleShape == dataset.exampleShape else {
      throw Diagnostic(
        "`\(test.text)` holds \(unseen.exampleShape), and `\(plan.data.text)` \(dataset.exampleShape)",
        at: place, help: ["declare it with the same `size` and `channels`"])
    }
    let columns = unseen.labels?.columns ?? []
    guard
      let column = columns.first(where: { $0.description.name == plan.label.text }),
      case .boolean(let values) = column.values
    else {
      throw Diagnostic(
        "`\(test.text)` has no attribute `\(plan.label.text)`, by which classifiers are measured",
        at: place,
        help: suggestion(
          for: plan.label.text, in: columns.filter(\.isBoolean).map(\.description.name),
          kind: "its attributes"))
    }
    guard values.contains(where: { $0 > 0 }), values.contains(where: { $0 < 0 }) else {
      throw Diagnostic(
        "of `\(test.text)` all examples have the same `\(plan.label.text)`, and a study is of both answers",
        at: place)
    }
  }

  /// - Throws: where an architecture that is named tells or is asked for anything but the label.
  private func checkModels(of plan: StudyPlan, in session: Session) throws {
    let models = [
      ("classifier", plan.classifier, "tells"), ("generator", plan.generator, "is asked for"),
    ]
    for (key, word, verb) in models {
      guard let word else { continue }
      let named = Word(word.text, at: places[key] ?? word.span)
      let architecture = try session.declaration(.architecture, named: named).architecture()
      let roles = architecture.networks.map(\.role)
      guard roles.contains(key == "classifier" ? .classifier : .generator) else {
        throw Diagnostic("`\(word.text)` has no \(key)", at: named.span)
      }
      var labels: [String] = []
      if case .attributes(let names) = architecture.labels { labels = names }
      // What else a generator is asked for comes as it does in the data; a classifier is measured by all that it tells.
      guard key == "classifier" ? labels == [plan.label.text] : labels.contains(plan.label.text)
      else {
        throw Diagnostic(
          "`\(word.text)` \(verb) \(architecture.labels.map { "`\($0)`" } ?? "nothing"), and the study is of `\(plan.label.text)`",
          at: named.span,
          help: ["declare it with `labels=\(Language.word(plan.label.text))`"])
      }
      guard architecture.example == .image(try shape(in: session)) else {
        throw Diagnostic(
          "`\(word.text)` is of \(architecture.example), and `\(plan.data.text)` of others",
          at: named.span)
      }
    }
  }

  /// Whether a column names those who are shown: many words, each of several examples.
  private static func tellsWho(_ column: LabelColumn) -> Bool {
    guard case .category(let words, let indices) = column.values else { return false }
    let name = column.description.name.lowercased()
    let isNamedSo = ["person", "identity", "subject", "who", "name"].contains { name.contains($0) }
    return isNamedSo && words.count > 1 && indices.count > words.count
  }

  /// - Throws: where a data set of a name that the study gives is there, and is another one.
  func checkFree(
    _ planned: [String: DatasetSpecification], in session: Session
  ) throws {
    guard let notebook = try session.existingNotebook() else { return }
    for (name, specification) in planned.sorted(by: { $0.key < $1.key }) {
      guard let row = try notebook.declaration(.dataset, named: name),
        try !row.dataset().isSame(as: specification)
      else { continue }
      throw Diagnostic(
        "there is a data set `\(SafeText.oneLine(name))` already, and it is another one",
        at: plan.name.span,
        help: ["give the study another name"])
    }
  }

  // MARK: Leaks

  /// - Throws: where examples that are measured on are among those that are learned from.
  func checkLeaks(
    of plan: StudyPlan, _ planned: [String: DatasetSpecification], in session: Session
  ) throws {
    // Nothing is declared yet: what is refused leaves nothing behind.
    func open(_ name: String) throws -> Dataset {
      guard let specification = planned[name] else { return try plan.open(name, in: session) }
      return try session.open(specification, namedBy: Word(name, at: plan.data.span))
    }
    for name in planned.keys.sorted() {
      do { _ = try open(name) } catch var fault as Diagnostic {
        fault.message = "the study's `\(name)` cannot be made: \(fault.message)"
        throw fault
      }
    }
    let (pool, unseen) = (try open(plan.pool), try open(plan.unseen))
    for data in plan.arms.compactMap(\.data) {
      let beside = try plan.open(data, in: session)
      let place = places["arms"] ?? plan.data.span
      let help = ["leave `with:\(data)` out, or measure on others: `test=`"]
      let shared = beside.sharedExamples(with: unseen)
      if shared > 0 {
        throw Diagnostic(
          "\(grouped(shared)) of the \(grouped(unseen.count ?? 0)) examples that are measured on are among those of `\(data)`",
          at: place, help: help)
      }
      try checkGenerators(of: beside.specification, named: data, unseen, at: place, help, session)
    }
    let shared = pool.sharedExamples(with: unseen)
    let place = places["test"] ?? plan.data.span
    let help = ["name other data, or leave `test` out and split"]
    if shared > 0 {
      throw Diagnostic(
        "\(grouped(shared)) of the \(grouped(unseen.count ?? 0)) examples that are measured on are among those that are learned from",
        at: place, help: help)
    }
    try checkGenerators(
      of: pool.specification, named: plan.data.text, unseen, at: place, help, session)
    if let identity = plan.identity {
      let both = pool.sharedWords(of: identity.text, with: unseen)
      if let first = both.first {
        throw Diagnostic(
          "\(grouped(both.count)) that `\(identity.text)` names are in what is learned from and in what is measured on, as `\(SafeText.oneLine(first))`",
          at: place)
      }
    }
  }

  /// - Throws: where a generator has learned from examples that are measured on.
  private func checkGenerators(
    of specification: DatasetSpecification, named name: String, _ unseen: Dataset,
    at place: Span, _ help: [String], _ session: Session
  ) throws {
    for run in try session.generators(of: specification, at: place) {
      // What it began with has seen what that run has learned from.
      for teacher in try session.notebook().ancestry(of: run) {
        let seen = try session.open(
          try teacher.specification().dataset, namedBy: Word(name, at: place),
          threads: teacher.threads)
        let shared = seen.sharedExamples(with: unseen)
        guard shared > 0 else { continue }
        let whence =
          teacher.id == run.id
          ? "" : "began with weights of `\(SafeText.oneLine(teacher.name))`, which "
        throw Diagnostic(
          "the generator of `\(name)`, run `\(SafeText.oneLine(run.name))`, \(whence)has learned from "
            + "\(grouped(shared)) of the \(grouped(unseen.count ?? 0)) examples that are measured on",
          at: place, help: help)
      }
    }
  }
}
