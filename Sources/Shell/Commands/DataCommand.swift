import Datasets
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
        "source", .choice([SourceSignature].all.keywords),
        "where the examples come from", isRequired: false),
      Parameter(
        "data", .dataset, "or: the data set whose examples are chosen from",
        after: ExampleChoice.keyword, isRequired: false),
      Parameter(
        "sets", .dataset, "or: data sets whose examples make one, with blanks between",
        after: JoinedExamples.keyword, isRequired: false),
    ],
    options: dataOptions, takesCondition: true, takesOrder: false, takesBlock: true,
    discussion: """
      \(sources)

      With `labels=yes` the sub-folders of a `folder` name its classes. `labels=FILE.csv` is a table \
      with a first line of column names, a column of file names, and any number of labels: yes or \
      no (`1` and `0` or `-1`, `yes` and `no`, `true` and `false`, in any letters), numbers (`1.5`, \
      `1,5` and `1,000` too), or words. Blanks, `nan`, `NA`, `null` and `-` are unknown. What nearly \
      all of a column is decides what it is. `show data` says which rows and images were not used.

      Images stand as their files say that they are to be shown: turned as the camera was held, and \
      over `background` where they are transparent. An orientation that only XMP tells and colour \
      profiles are not obeyed. Links to folders are followed, once each. What \
      lies beside the images and cannot be read is told by kind.

      `from` makes a data set of some examples of another one, as that is declared now. `where` chooses them by \
      their labels, with `=`, `!=`, `in`, `not in`, of numbers `<` and its like too; a class of what has \
      nothing but classes is `class`. What is not known of an example is neither: it is left out, unless \
      `unknown` is asked for. `split=0.9` is nine in ten of them, and with `part=rest` the others: \
      which of the two an example is in depends on its name and the seed alone, so that an image that is added \
      moves no other. `split=100` is a hundred of them, `each=COLUMN` so many of each class; a larger count with the same seed has all of a smaller one. `identity=COLUMN` keeps all examples of one person together. `balance=COLUMN` repeats \
      those of the rarer classes until all are equally frequent. `where` comes first, then `split`, then `balance`.

      `join` makes one data set of several, of images of one size: their examples with the labels that all of them have. `weights=1,0.5` lets each example of the \
      second come half as often as one of the first.

      A block names label columns that there have to be, with their words in order, as in \
      `{ attribute Smiling; words race asian black; number age }`; it stands in the text of a run that takes \
      them. Data that have others are not opened.

      Nothing is opened before a run needs it; a path at which nothing is is told at once. Without anything it lists what is declared.
      """,
    examples: [
      Example("Eight Gaussians on a circle.", "data ring ring modes=8"),
      Example("Drawn faces of 32x32 pixels.", "data drawn portraits count=2000 size=32"),
      Example("CelebA, read from its zip.", "data faces celeba path=~/celeba size=64"),
      Example("Digits of 28x28 pixels.", "data digits mnist path=~/mnist split=all"),
      Example(
        "A folder of pictures with a table of labels.",
        "data mine folder path=./photos labels=./photos/labels.csv size=32"),
      Example(
        "Those of them that smile and wear a hat.",
        "data drawn portraits count=200 size=16; data jolly from drawn where Smiling=yes and Wearing_Hat=yes"
      ),
      Example(
        "Nine in ten of them, and the rest.",
        "data drawn portraits count=200 size=16; data train from drawn split=0.9; "
          + "data held from drawn split=0.9 part=rest; show data held"),
      Example(
        "Two as one, the second half as often.",
        "data drawn portraits count=50 size=16; data others portraits count=50 size=16 seed=2; "
          + "data both join drawn others weights=1,0.5; show data both"),
      Example("What is declared.", "data"),
    ],
    searchTerms: [
      "dataset", "images", "faces", "celeba", "mnist", "cifar", "csv", "labels", "mixture",
      "split", "subset", "filter", "balance", "holdout",
    ], answer: .listing)

  /// What each source is, those of one kind together.
  private static var sources: String {
    var groups: [(names: [String], clause: String)] = []
    for source in [SourceSignature].all {
      if groups.last?.clause == source.clause {
        groups[groups.count - 1].names.append("`\(source.keyword)`")
      } else {
        groups.append((["`\(source.keyword)`"], source.clause))
      }
    }
    return groups.map { "\(listed($0.names)) \($0.clause)" }.joined(separator: "; ") + "."
  }

  /// Those of the source, where it has been named.
  static func options(after words: [String]) -> [OptionSynopsis] {
    guard words.count > 2 else { return dataOptions }
    let keys = [SourceSignature].all.optionKeys(of: words[2])
    return keys.isEmpty ? dataOptions : dataOptions.filter { keys.contains($0.key) }
  }

  /// Nil: what is declared is listed.
  private let name: String?
  private let statement: Statement
  /// What is declared, where that builds on no other data set; else it is read with the notebook.
  private let value: DatasetSpecification?

  init(parsing statement: Statement) throws(Diagnostic) {
    self.statement = statement
    guard !statement.isBare else {
      (name, value) = (nil, nil)
      return
    }
    try statement.expectForeground()
    name = try statement.declaredName()
    if statement.choosesExamples {
      _ = try statement.exampleChoice()
      value = nil
    } else if statement.joinsExamples {
      try statement.checkJoins()
      value = nil
    } else {
      value = try DatasetSpecification(parsing: statement, .all)
    }
  }

  func run(in session: Session) throws {
    guard let name else { return try session.listDeclarations(.dataset, "data") }
    tell(name, try declare(name, in: session), in: session)
  }

  /// Declares it without a word.
  func declare(_ name: String, in session: Session) throws -> DatasetSpecification {
    if let value {
      let value = try session.resolved(value, of: statement)
      try session.declare(.dataset, name, text: "data \(name) \(value)")
      return value
    }
    let value = try session.reading(.dataset, in: statement) { known throws(Diagnostic) in
      try DatasetSpecification(parsing: statement, .all, known: known)
    }
    try session.declare(.dataset, name, text: text(of: value, named: name, in: session))
    return value
  }

  /// Its statement after those of what it is made of, which stays what it is now, whatever the names will mean.
  private func text(
    of value: DatasetSpecification, named name: String, in session: Session
  ) throws -> String {
    let names = statement.operands.dropFirst(2).map(\.text)
    var below: [String] = []
    for base in names {
      let text = try session.notebook().declaration(.dataset, named: base)?.text ?? ""
      if !below.contains(text) { below.append(text) }
    }
    let text = (below + [value.statement(named: name, from: names)]).joined(separator: "\n")
    // A name that means one thing below one of them and another below the other.
    let read = try? DatasetSpecification.read(parse(SourceText(name: name, text: text)))[name]
    return read == value ? text : value.statements(named: name).joined(separator: "\n")
  }

  private func tell(_ name: String, _ value: DatasetSpecification, in session: Session) {
    session.output.line("\(name): \(value.exampleShape)")
    // No error: the disk may not be there yet.
    for path in Dataset.missingPaths(of: value) {
      let meant = suggestion(forFileAt: path).map { "; \($0)" }.joined()
      session.errors.line("note: nothing is at \(path) yet\(meant)")
    }
  }
}
