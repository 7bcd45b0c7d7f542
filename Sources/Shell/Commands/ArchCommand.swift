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
        "preset", .choice(ArchitecturePreset.allCases.map(\.rawValue)),
        "an architecture that gansh knows", after: "like", isRequired: false),
    ],
    options: architectureOptions, takesBlock: true,
    discussion: """
      A preset is written out with every number in it; `show arch NAME` prints them. A block gives \
      the layers of both networks, one after the other; shapes are checked at once, before \
      anything is allocated. Without anything it lists what is declared.
      """,
    examples: [
      Example("A preset.", "arch dc like dcgan image=32x32x3 width=16"),
      Example(
        "Layer by layer, for points in the plane.",
        """
        arch mine mlp points=2 latent=2 {
          generator     { dense 64; relu; dense 64; relu; dense 2 }
          discriminator { dense 64; relu; dense 64; relu; dense 1 } }
        """),
      Example("What is declared.", "arch"),
    ],
    searchTerms: ["architecture", "network", "model", "layers", "generator", "discriminator"])

  private let declaration: (name: Word, value: ArchitectureSpecification)?

  init(parsing statement: Statement) throws(Diagnostic) {
    guard !statement.isBare else {
      declaration = nil
      return
    }
    declaration = try ArchitectureSpecification.parse(statement)
  }

  func run(in session: Session) throws {
    guard let declaration else { return try session.listDeclarations(.architecture, "arch") }
    let placed = try declaration.value.placed()
    try session.declare(
      .architecture, declaration.name,
      text: declaration.value.statement(naming: declaration.name.text), declaration.value)
    session.output.line(
      "\(declaration.name.text): \(declaration.value.example), "
        + "\(Readable.integer(placed.generator.parameterCount)) parameters in the generator, "
        + "\(Readable.integer(placed.discriminator.parameterCount)) in the discriminator")
  }
}

extension [PlacedLayer] {
  /// Numbers that training changes.
  var parameterCount: Int { reduce(0) { $0 + $1.parameterCount } }
  /// Of a forward pass for one example.
  var multiplyAdds: Int { reduce(0) { $0 + $1.multiplyAdds } }
}
