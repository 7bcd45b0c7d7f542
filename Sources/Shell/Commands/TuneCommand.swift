import Foundation
import Language
import Networks
import Notebook
import Specification
import Terminal
import TerminalText

/// `tune RUN key=value …`.
struct TuneCommand: Command {
  static let synopsis = Synopsis(
    "tune", "turn dials of a run while it is under way",
    parameters: [Parameter("run", .run, "a run")],
    options: Dial.allCases.map { OptionSynopsis($0.rawValue, .text, $0.summary) }
      + Signatures.all.remedies.map { OptionSynopsis($0.keyword, .text, $0.summary) },
    takesFurtherOptions: true,
    discussion: """
      A turn is in the notebook before the run hears of it, and in force from the run's next step on; \
      `show RUN` lists all turns with their steps, and `replay` repeats the run with them, bit for bit. \
      The run may be at work in another process, or stopped: then it is in force when it goes on.

      A dial that is one number may glide: `lr=2e-4->5e-5 over 20k`, evenly over so many steps; without \
      `over`, over what is left of the run. A later turn of the same dial goes before an earlier one. What \
      is built into the networks or the step (`batch`, `objective`, `precision`) is no dial.
      """,
    examples: [
      Example(
        "A smaller learning rate for the discriminator, from now on.",
        """
        run mine on ring steps=1M as plain &
        tune plain dlr=1e-4
        stop plain
        """, given: .declarations),
      Example(
        "Let the learning rate fall, and keep the generator's labels soft.",
        """
        run mine on ring steps=1M as plain &
        tune plain lr=2e-4->5e-5 over 10k smooth=0.9
        stop plain
        """, given: .declarations),
    ],
    searchTerms: ["dial", "schedule", "turn", "change", "anneal", "decay", "hyperparameter"])

  private let name: Word
  private let options: [Language.Option]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    options = arguments.options
    guard !options.isEmpty else {
      throw Diagnostic(
        "`tune` needs a dial and its value", at: statement.span,
        help: [
          "like `tune \(name.text) lr=1e-4`; the dials: "
            + (Dial.allCases.map(\.rawValue) + Signatures.all.remedies.map(\.keyword)).joined(
              separator: ", ")
        ])
    }
  }

  func run(in session: Session) throws {
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    let specification = try run.specification()
    let recipe = specification.recipe
    let done = try session.job(named: run.name)?.progress.step ?? steps(of: run, in: notebook)
    try refuseOptionsOfResume(run, after: done)
    let settings = try recipe.settings(options, rest: run.stepsPlanned - done, .all)
    try check(settings, of: specification)
    let asked = try notebook.tune(
      run: run.id, settings.map { ($0.dial.rawValue, $0.setting.description, nil) },
      session: session.journal.sessionRow)
    try session.job(named: run.name)?.look()
    func turns() throws -> String {
      let before = try self.before(asked, of: run, recipe, after: done, in: notebook)
      return settings.map { dial, setting in
        "\(dial.rawValue)=\(setting) (was \(Self.value(of: dial, in: before)))"
      }.joined(separator: ", ")
    }
    guard run.isAlive else {
      session.output.line("\(run.name): \(try turns()), when it goes on: `\(run.wayOn)`")
      return
    }
    // The answer comes with the end of the step; one that takes longer is not waited for.
    var step: Int?
    _ = try session.waitUntil(within: 5) {
      step = try notebook.tweaks(run: run.id).first { $0.id == asked.first?.id }?.firstStep
      return step != nil
    }
    if step == nil, run.isHeldBySignal {
      session.errors.line("note: \(run.name): \(try session.silence(of: run))")
    }
    let from = step.map { "from step \(grouped($0)) on" } ?? "from its next step on"
    session.output.line("\(run.name): \(from) \(try turns())")
  }

  /// Steps after which a turn takes effect: those of a run that was killed are done again from its newest
  /// checkpoint on.
  private func steps(of run: RunRecord, in notebook: Notebook) throws -> Int {
    run.isAlive
      ? run.stepsDone : try notebook.checkpoints(run: run.id).last { $0.isGood }?.step ?? 0
  }

  /// What would have been in force without the turns that were asked for, at the step from which they are;
  /// turns that waited before them are.
  private func before(
    _ asked: [TweakRecord], of run: RunRecord, _ recipe: RecipeSpecification, after done: Int,
    in notebook: Notebook
  ) throws -> RecipeSpecification {
    let own = Set(asked.map(\.id))
    let all = try notebook.tweaks(run: run.id)
    let step = all.first { own.contains($0.id) }?.step ?? done
    let others = try all.filter { !own.contains($0.id) }.map { try $0.tweak(from: $0.step ?? step) }
    return recipe.tuned(by: others, after: step)
  }

  /// Where a dial stands; one of both networks has two values where they differ.
  private static func value(of dial: Dial, in recipe: RecipeSpecification) -> String {
    func value(_ dial: Dial) -> String {
      recipe.numbers(of: dial).map(printed).joined(separator: ",")
    }
    guard let (generator, discriminator) = dial.ofEachNetwork,
      value(generator) != value(discriminator)
    else { return value(dial) }
    return "\(value(generator)) for the generator, \(value(discriminator)) for the discriminator"
  }

  /// Networks that a dial is about where not every recipe's run has them.
  private static let roles: [Dial: NetworkSpecification.Role] = [
    .divergenceWeight: .encoder, .adversarialWeight: .restorer,
  ]

  /// Refuses dials of networks that the model has not, and what a recipe that is declared so is refused for: more than one
  /// update of the discriminator in a step that moves both players once.
  private func check(
    _ settings: [(dial: Dial, setting: DialSetting)], of specification: RunSpecification
  ) throws(Diagnostic) {
    for (dial, _) in settings {
      guard let role = Self.roles[dial], specification.architecture.networks(of: role).isEmpty
      else { continue }
      throw Diagnostic(
        "the run has no \(role.rawValue), which `\(dial.rawValue)` is about",
        at: options.first { $0.key.text == dial.rawValue }?.span ?? name.span)
    }
    for (dial, setting) in settings where dial.isWhole {
      var turned = specification.recipe
      turned.set(dial, to: setting.numbers(after: 0))
      try turned.check(fits: specification.architecture) { key in
        options.first { $0.key.text == key }?.span
      }
    }
  }

  /// Refuses what is no dial, but may be changed when the run goes on.
  private func refuseOptionsOfResume(_ run: RunRecord, after done: Int) throws(Diagnostic) {
    let keys = RunSpecification.optionKeys.filter { key in
      ResumeCommand.synopsis.options.contains { $0.key == key }
    }
    guard let option = options.first(where: { keys.contains($0.key.text) }) else { return }
    let key = option.key.text
    var statement = run.wayOn
    if key != "steps" {
      statement += " \(key)=\(option.value.source)"
    } else if try option.value.integer(in: Limits.steps, for: key) > done {
      statement = "resume \(run.name) steps=\(option.value.source)"
    }
    throw Diagnostic(
      "`\(key)` is no dial; it can be changed when a run goes on", at: option.key.span,
      help: [run.isAlive ? "`stop \(run.name)`, then `\(statement)`" : "`\(statement)`"])
  }
}

extension Notebook {
  /// The turns of a run's dials that have taken effect.
  func journalledTweaks(of run: RunRecord) throws -> [Tweak] {
    try tweaks(run: run.id).compactMap { row in try row.step.map { try row.tweak(from: $0) } }
  }
}
