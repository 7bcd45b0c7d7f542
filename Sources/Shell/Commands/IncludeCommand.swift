import Foundation
import Language
import Terminal

/// `include FILE`.
struct IncludeCommand: Command {
  static let synopsis = Synopsis(
    "include", "run the statements of a file",
    parameters: [Parameter("file", .path, "a file of statements")], takesFurtherOptions: true,
    discussion: """
      The whole file is read before its first statement runs, so a slip on the last line is found at
      once. Paths in it are relative to the directory gansh runs in, not to the file. It is a file, not a \
      pipe; `gansh <(make-script)` on the command line takes a pipe.

      Parameters are handed on: `$name` stands in the file for what it stands for here, whatever the file's own \
      `param` says. `name=value` after the path gives one that the file declares; a name that it does not declare \
      is an error. What the file declares ends with it.
      """,
    examples: [
      Example("Run a file of declarations.", "include declarations.gansh", given: .declarations),
      Example(
        "A script of five steps.",
        """
        !printf 'param steps=400k\\nrun mine on ring steps=$steps as part\\n' > part.gansh
        include part.gansh steps=5
        """, given: .declarations),
    ],
    searchTerms: ["source", "load", "import", "script"])

  private let path: Word
  private let asked: [String: Term]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    path = try arguments.requiredWord("file")
    asked = Dictionary(
      arguments.options.map { ($0.key.text, $0.value) }, uniquingKeysWith: { $1 })
  }

  func run(in session: Session) throws {
    let source: SourceText
    do {
      source = try SourceText(
        readingFileAt: StandardFolders.expandingHome(path.text), mayBePipe: false)
    } catch TextFileError.interrupted {
      throw ShellError.interrupted
    } catch {
      throw Diagnostic("\(error)", at: path.span, help: suggestion(forFileAt: path.text))
    }
    try session.include(source, at: path.span, asked: asked)
  }
}

/// A line of help for a path that leads nowhere: the nearest name in its folder.
func suggestion(forFileAt path: String) -> [String] {
  // Variables are a system shell's; the home has a sign of its own.
  if path.hasPrefix("$HOME/") { return ["did you mean `\(word("~" + path.dropFirst(5)))`?"] }
  let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  let (folder, name) = (String(path[..<slash]), String(path[slash...]))
  let place = StandardFolders.expandingHome(folder.isEmpty ? "." : folder)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
  guard !names.contains(name), let meant = nearest(to: name, in: names.sorted()) else { return [] }
  return ["did you mean `\(word(folder + meant))`?"]
}
