package import Language

/// Where the labels of a data set come from.
package enum LabelSource: Sendable, Hashable {
  case none
  /// Where they usually are: the names of sub-folders, or a file of labels beside that of images.
  case usual
  /// A file: a table (`folder`) or an IDX file (`idx`).
  case file(String)
}

extension LabelSource {
  /// `yes`, `no` or a path.
  package init(parsing term: Term) throws(Diagnostic) {
    // A path is told from a slip of `yes` by its folder or suffix.
    let isPath = term.text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
    switch term.text {
    case "yes", "true", "on": self = .usual
    case "no", "false", "off": self = .none
    case let text where isPath: self = .file(try Self.checked(text, term))
    default: throw term.mismatch("labels", "`yes`, `no` or the path of a file of labels")
    }
  }

  private static func checked(_ path: String, _ term: Term) throws(Diagnostic) -> String {
    guard !path.utf8.contains(0) else {
      throw Diagnostic("a path has letters, and no NUL among them", at: term.span)
    }
    return path
  }
}

extension LabelSource {
  /// What a stored text says.
  package init(_ text: String) {
    switch text {
    case Self.none.text: self = .none
    case Self.usual.text: self = .usual
    default: self = .file(text)
    }
  }

  /// What stands after `labels=`, without quotes; a file that is called as one of the words is named with its
  /// folder.
  package var text: String {
    switch self {
    case .none: "no"
    case .usual: "yes"
    case .file(let path): ["no", "yes"].contains(path) ? "./\(path)" : path
    }
  }
}
