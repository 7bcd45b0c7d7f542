import Language
import Reports
import Terminal

/// `param NAME=VALUE …` and `param NAME by OTHER CASE=VALUE …`.
struct ParamCommand: Command {
  static let synopsis = Synopsis(
    "param", "declare what `$name` stands for, with a value that can be overridden",
    parameters: [
      Parameter("name", .newName, "a name whose value depends on another", isRequired: false),
      Parameter(
        "chooser", .text, "the parameter that it depends on, and then its cases", after: "by",
        isRequired: false),
    ], takesFurtherOptions: true,
    discussion: """
      `$name` (or `${name}`, before a letter) in a later statement stands for the value, as one value: a \
      number is a number, a text with blanks one text, several values with commas a list. In a longer word \
      the value is put in: `as run-$seed`. Double quotes replace it too; single quotes, `sql` and `!` leave \
      `$` as it is, and `\\$` is a `$` in double quotes. What was typed is kept as it was typed; a run's \
      specification holds the value.

      `gansh study.gansh steps=1k` and `include study.gansh steps=1k` override what the script declares; a name that it \
      does not declare is an error. With `|` between values the first holds unless another one is asked for, \
      and nothing else can be. `param steps by length full=400k tenth=40k` makes one parameter depend on another. \
      `param` alone lists what there is.
      """,
    examples: [
      Example(
        "Five steps unless the command line says otherwise.",
        "param steps=5; run mine on ring steps=$steps as short-$steps", given: .declarations),
      Example(
        "A short form of a study.",
        """
        param length=tenth|full
        param steps by length full=400k tenth=10
        run mine on ring steps=$steps as first
        """, given: .declarations),
      Example("What there is.", "param width=16; param"),
    ],
    searchTerms: ["parameter", "variable", "argument", "default", "$"], answer: .listing)

  private let statement: Statement
  private let declarations: [ParameterDeclaration]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    if let name = arguments.term("name"), arguments.term("chooser") == nil {
      throw Diagnostic(
        "`param` takes `name=value`, not `\(name.brief)`", at: name.span,
        help: ["give it a value: `param \(name.brief)=…`"])
    }
    self.statement = statement
    declarations = try ParameterDeclaration.read(statement)
  }

  func run(in session: Session) throws {
    try session.parameters.declare(statement)
    let values = session.parameters.values
    if declarations.isEmpty {
      if values.isEmpty && !session.configuration.prefersJSON {
        return session.output.line("no parameters; `param name=value` declares one")
      }
      var table = Table(["parameter", "value"])
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        table.append([.text(name), .text(value.text)])
      }
      return session.show(table)
    }
    guard !session.configuration.prefersJSON else { return }
    for declaration in declarations {
      guard let value = values[declaration.name.text] else { continue }
      session.output.line("\(declaration.name.text) is \(value.brief)")
    }
  }
}
