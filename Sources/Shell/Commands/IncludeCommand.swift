import Foundation
import Language
import Terminal

/// `include FILE`.
struct IncludeCommand: Command {
  static let synopsis = Synopsis(
    "include", "run the statements of a file",
    parameters: [Parameter("file", .path, "a file of statements")],
    discussion: """
      The whole file is read before its first statement runs, so a slip on the last line is found at
      once. Paths in it are relative to the directory gansh runs in, not to the file. It is a file, not a \
      pipe; `gansh <(make-script)` on the command line takes a pipe.
      """,
    examples: [
      Example("Run a file of declarations.", "include declarations.gansh", given: .declarations)
    ],
    searchTerms: ["source", "load", "import", "script"])

  private let path: Word

  init(parsing statement: Statement) throws(Diagnostic) {
    path = try Arguments(statement, of: Self.synopsis).requiredWord("file")
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
    try session.include(source, at: path.span)
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
