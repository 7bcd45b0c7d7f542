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
        "source", .choice(DatasetSpecification.kinds),
        "where the examples come from", isRequired: false),
    ],
    options: dataOptions,
    discussion: """
      `celeba` reads the official zip or its folder; `folder` every JPEG, PNG, GIF, WebP, TIFF, \
      BMP, PBM, PGM, PPM and PAM below it or in a zip file, known by what they hold and not by their \
      names; `mnist` a folder with the four files of MNIST or of a set with the same names, gzipped \
      or not; `idx` any other IDX file of bytes; `cifar10` the folder with the binary version; \
      `portraits` are faces drawn by gansh itself, with nothing to download; `ring` and `grid` are \
      mixtures of Gaussians in the plane, for seeing modes collapse.

      With `labels=yes` the sub-folders of a `folder` name its classes. `labels=FILE.csv` is a table \
      with a first line of column names, a column of file names, and any number of labels: yes or \
      no (`1` and `0` or `-1`, `yes` and `no`, `true` and `false`, in any letters), numbers (`1.5`, \
      `1,5` and `1,000` too), or words. Blanks, `nan`, `NA`, `null` and `-` are unknown. What nearly \
      all of a column is decides what it is. `show data` says which rows and images were not used.

      Images stand as their files say that they are to be shown: turned as the camera was held, and \
      over `background` where they are transparent. An orientation that only XMP tells and colour \
      profiles are not obeyed. Links to folders are followed, once each. What \
      lies beside the images and cannot be read is told by kind.

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
      Example("What is declared.", "data"),
    ],
    searchTerms: [
      "dataset", "images", "faces", "celeba", "mnist", "cifar", "csv", "labels", "mixture",
    ], answer: .listing)

  /// Those of the source, where it has been named.
  static func options(after words: [String]) -> [OptionSynopsis] {
    guard words.count > 2 else { return dataOptions }
    let keys = DatasetSpecification.optionKeys(of: words[2])
    return keys.isEmpty ? dataOptions : dataOptions.filter { keys.contains($0.key) }
  }

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
    try session.declare(.dataset, name, text: "data \(name) \(value)")
    session.output.line("\(name): \(value.exampleShape)")
    // No error: the disk may not be there yet.
    for path in Dataset.missingPaths(of: value) {
      let meant = suggestion(forFileAt: path).map { "; \($0)" }.joined()
      session.errors.line("note: nothing is at \(path) yet\(meant)")
    }
  }
}
