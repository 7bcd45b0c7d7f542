import Language
import Networks
import Notebook
import Specification
import Terminal

/// `recipe NAME key=value …`.
struct RecipeCommand: Command {
  static let synopsis = Synopsis(
    "recipe", "declare how networks are trained",
    parameters: [
      Parameter("name", .newName, "what it is called", isRequired: false),
      Parameter(
        "model", .recipe, "a recipe declared before, to change", after: "like", isRequired: false),
    ],
    options: recipeOptions,
    discussion: """
      Without anything it lists what is declared. Numbers that are dials may glide: `glr=1e-3->1e-4 over 1000`, from \
      the first step on (`help schedule`).
      """,
    examples: [
      Example("Slower, with larger batches.", "recipe calm lr=1e-4 batch=128"),
      Example(
        "Another one with a change.", "recipe calmer like calm lr=5e-5", given: .declarations),
      Example("What is declared.", "recipe"),
    ],
    searchTerms: ["objective", "loss", "adam", "optimiser", "optimizer", "lr", "hyperparameters"],
    answer: .listing)

  private let statement: Statement

  init(parsing statement: Statement) throws(Diagnostic) {
    self.statement = statement
    try statement.expectForeground()
    try Self.synopsis.checkElsewhere(statement.options, as: "a recipe")
    // What is like another of the notebook's can only be read with the notebook.
    if !statement.isBare && !statement.isLike(anythingBut: []) {
      _ = try RecipeSpecification(parsing: statement, .all)
    }
  }

  func run(in session: Session) throws {
    if statement.isBare { return try session.listDeclarations(.recipe, "recipe") }
    let name = try statement.declaredName()
    let value = try session.reading(.recipe, in: statement) { known throws(Diagnostic) in
      try RecipeSpecification(parsing: statement, .all, known: known)
    }
    let text = "recipe \(name) \(value)"
    // With its name alone a recipe is one of defaults, and another one that there is would be lost.
    if statement.operands.count == 1, statement.options.isEmpty,
      let known = try session.existingNotebook()?.declaration(.recipe, named: name),
      known.text != text
    {
      throw Diagnostic(
        "recipe `\(name)` is declared already", at: statement.span,
        help: [
          "`show recipe \(name)` shows it", "`recipe \(name) like \(name) lr=1e-4` changes it",
        ])
    }
    try session.declare(.recipe, name, text: text)
    session.output.line(text)
  }
}
