import Language
import Notebook
import Specification
import Terminal

/// `recipe NAME key=value …`.
struct RecipeCommand: Command {
  static let synopsis = Synopsis(
    "recipe", "declare how networks are trained",
    parameters: [Parameter("name", .newName, "what it is called", isRequired: false)],
    options: recipeOptions,
    discussion: "Without anything it lists what is declared.",
    examples: [
      Example("Slower, with larger batches.", "recipe calm lr=1e-4 batch=128"),
      Example("What is declared.", "recipe"),
    ],
    searchTerms: ["objective", "loss", "adam", "optimiser", "optimizer", "lr", "hyperparameters"])

  private let declaration: (name: Word, value: RecipeSpecification)?

  init(parsing statement: Statement) throws(Diagnostic) {
    guard !statement.isBare else {
      declaration = nil
      return
    }
    declaration = try RecipeSpecification.parse(statement)
  }

  func run(in session: Session) throws {
    guard let declaration else { return try session.listDeclarations(.recipe, "recipe") }
    let text = declaration.value.statement(naming: declaration.name.text)
    try session.declare(.recipe, declaration.name, text: text, declaration.value)
    session.output.line(text)
  }
}
