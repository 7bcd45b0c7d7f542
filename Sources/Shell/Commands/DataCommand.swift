import Language
import Notebook
import Reports
import Specification
import Terminal

/// `data NAME SOURCE …`.
struct DataCommand: Command {
  static let synopsis = Synopsis(
    "data", "declare a data set",
    parameters: [
      Parameter("name", .newName, "what it is called", isRequired: false),
      Parameter(
        "source", .choice(DatasetSpecification.kinds),
        "where the examples come from", isRequired: false),
    ],
    options: dataOptions,
    discussion: """
      `celeba` reads the official zip or its folder; `folder` every JPEG and PNG below it; \
      `portraits` are faces drawn by gansh itself, with nothing to download; `ring` and `grid` are \
      mixtures of Gaussians in the plane, for seeing modes collapse.

      Nothing is opened before a run needs it. Without anything it lists what is declared.
      """,
    examples: [
      Example("Eight Gaussians on a circle.", "data ring ring modes=8"),
      Example("Drawn faces of 32x32 pixels.", "data drawn portraits count=2000 size=32"),
      Example("CelebA, read from its zip.", "data faces celeba path=~/celeba size=64"),
      Example("What is declared.", "data"),
    ],
    searchTerms: ["dataset", "images", "faces", "celeba", "mixture"], answer: .listing)

  private let declaration: (name: String, value: DatasetSpecification)?

  init(parsing statement: Statement) throws(Diagnostic) {
    guard !statement.isBare else {
      declaration = nil
      return
    }
    try statement.expectForeground()
    declaration = (
      try statement.declaredName(), try DatasetSpecification(parsing: statement)
    )
  }

  func run(in session: Session) throws {
    guard let (name, value) = declaration else {
      return try session.listDeclarations(.dataset, "data")
    }
    try session.declare(.dataset, name, text: "data \(name) \(value)", value)
    session.output.line("\(name): \(value.exampleShape)")
  }
}
