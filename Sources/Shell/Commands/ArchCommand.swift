import Language
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
        "model", .anyOf([.choice(Manual.presets.entries.map(\.name)), .architecture]),
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
    // What is like another of the notebook's can only be read with the notebook.
    if !statement.isBare && !statement.isLike(anythingBut: ArchitecturePreset.names) {
      _ = try ArchitectureSpecification(parsing: statement)
    }
  }

  func run(in session: Session) throws {
    if statement.isBare { return try session.listDeclarations(.architecture, "arch") }
    let name = try statement.declaredName()
    let value = try session.reading(.architecture, in: statement) { known throws(Diagnostic) in
      try ArchitectureSpecification(parsing: statement, known: known)
    }
    let placed = try value.placed()
    try session.declare(.architecture, name, text: "arch \(name) \(value)")
    session.output.line(
      "\(name): \(value.example), "
        + "\(Readable.integer(placed.generator.parameterCount)) parameters in the generator, "
        + "\(Readable.integer(placed.discriminator.parameterCount)) in the discriminator")
  }
}

extension ArchitecturePreset {
  /// Words that may follow `like` (or stand alone) and name no declaration.
  fileprivate static let names = allCases.map(\.rawValue) + ["custom"]
}

extension [PlacedLayer] {
  /// Numbers that training changes.
  var parameterCount: Int { reduce(0) { $0 + $1.parameterCount } }
  /// Of a forward pass for one example.
  var multiplyAdds: Int { reduce(0) { $0 + $1.multiplyAdds } }
}
