import Language
import Networks
import Notebook
import Reports
import Specification
import Terminal

/// `arch NAME like PRESET …` and `arch NAME … { … }`.
struct ArchCommand: Command {
  static let synopsis = Synopsis(
    "arch", "declare a pair of networks",
    parameters: [
      Parameter("name", .newName, "what it is called", isRequired: false),
      Parameter(
        "model", .anyOf([.choice(Preset.all.map(\.keyword)), .architecture]),
        "a preset, or an architecture declared before", after: "like", isRequired: false),
    ],
    options: architectureOptions, takesBlock: true,
    discussion: """
      A preset is written out with every number in it; `show arch NAME` prints them. A block gives \
      the layers of both networks, one after the other; shapes are checked at once, before \
      anything is allocated. Without anything it lists what is declared.

      Layers (`help LAYER` tells all about one):

      \(Manual.list(of: Manual.layers))

      The generator is given the latent vector and ends in an image (or points); the discriminator \
      ends in one logit, `dense 1`. `init=` after either word says how its weights begin: \
      \(Manual.initialisations.entries.map { "`\($0.usage)`" }.joined(separator: ", ")).
      """,
    examples: [
      Example("A preset.", "arch dc like dcgan image=32x32x3 width=16"),
      Example(
        "Layer by layer, for points in the plane.",
        """
        arch mine custom points=2 latent=2 {
          generator     { dense 64; relu; dense 64; relu; dense 2 }
          discriminator { dense 64; relu; dense 64; relu; dense 1 } }
        """),
      Example("What is declared.", "arch"),
    ],
    searchTerms: ["architecture", "network", "model", "layers", "generator", "discriminator"]
      + Manual.layers.entries.map(\.name), answer: .listing)

  private let statement: Statement

  init(parsing statement: Statement) throws(Diagnostic) {
    self.statement = statement
    try statement.expectForeground()
    try Self.synopsis.checkElsewhere(statement.options, as: "`arch`")
    // What is like another of the notebook's can only be read with the notebook.
    if !statement.isBare && !statement.isLike(anythingBut: Self.models) {
      _ = try ArchitectureSpecification(parsing: statement, .all)
    }
  }

  func run(in session: Session) throws {
    if statement.isBare { return try session.listDeclarations(.architecture, "arch") }
    let name = try statement.declaredName()
    let value = try session.reading(.architecture, in: statement) { known throws(Diagnostic) in
      try ArchitectureSpecification(parsing: statement, .all, known: known)
    }
    let model = try Model(value)
    try session.declare(.architecture, name, text: "arch \(name) \(value)")
    let counts = model.networks.map {
      "\(Readable.integer($0.parameterCount)) parameters in the \($0.name)"
    }
    session.output.line("\(name): \(value.example), " + counts.joined(separator: ", "))
    if statement.hasFinalSigmoid {
      session.output.line(
        "note: the discriminator's final `sigmoid` is left out: objectives are on logits")
    }
  }

  /// Words that may follow `like` (or stand alone) and name no declaration.
  private static let models = Preset.all.map(\.keyword) + [ArchitectureSpecification.custom]
}

extension Statement {
  /// Whether a discriminator in the block ends in `sigmoid`.
  fileprivate var hasFinalSigmoid: Bool {
    (block?.items ?? []).contains { network in
      network.name.text == "discriminator" && network.block?.items.last?.name.text == "sigmoid"
    }
  }
}
