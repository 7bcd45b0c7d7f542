import TerminalText

/// Why a data set cannot be used: what, where, and what to do about it.
package enum DatasetError: Error, Hashable, CustomStringConvertible {
  /// Nothing is at the path.
  case missing(path: String, expected: String)
  /// The path is there, but what was looked for is not in it.
  case noImages(path: String, expected: String, found: String)
  /// A zip file that cannot be opened.
  case unreadableArchive(path: String, reason: String)
  /// What should be a zip file and begins otherwise.
  case noArchive(path: String, found: String)
  /// A folder or text file that cannot be read.
  case unreadable(path: String, reason: String)
  /// A text file beside the images that is not what it should be.
  case malformed(path: String, line: Int, reason: String)
  /// A file of images or labels, not of text, that is not what it should be.
  case malformedFile(path: String, reason: String)
  /// There is no partition file, so that only the split `all` can be used.
  case noPartition(path: String, split: String)
  /// No image belongs to the split asked for.
  case emptySplit(path: String, split: String, counts: String)
  /// Images were found and none could be decoded.
  case allUnreadable(count: Int, first: SkippedImage)
  /// A number in the specification that nothing can be made of.
  case unusable(String)
  /// A source of another release, by its keyword.
  case unknownSource(String)
  /// An epoch would not fill one batch.
  case tooFewExamples(count: Int, batch: Int)
  /// A label that is asked for is not there, or is something else; and what may have been meant.
  case label(String, help: [String])
  /// Nothing can be learned about a label, and why.
  case unusedLabel(String, String)
  /// The caller asked to stop.
  case interrupted

  package var description: String {
    switch self {
    case .missing(let path, let expected):
      "nothing is at \(path); expected \(expected)"
    case .noImages(let path, let expected, let found):
      "no images in \(path): looked for \(expected), found \(found)"
    case .unreadableArchive(let path, let reason):
      "cannot open \(path) as a zip file: \(reason); if it was downloaded, download it again"
    case .noArchive(let path, let found):
      "\(path) is no zip file but \(found); if it was downloaded, the download has failed"
    case .unreadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .malformed(let path, let line, let reason):
      "\(path), line \(line): \(reason)"
    case .malformedFile(let path, let reason):
      "\(path): \(reason)"
    case .noPartition(let path, let split):
      "split \(split) needs list_eval_partition.txt beside the images in \(path); "
        + "put it there or use split=all"
    case .emptySplit(let path, let split, let counts):
      "no image is in the split \(split): \(path) has \(counts); use another split or split=all"
    case .allUnreadable(let count, let first):
      count == 1
        ? "the only image, \(first.name), could not be read: \(first.reason)"
        : "none of the \(grouped(count)) images could be read; the first, \(first.name): \(first.reason)"
    case .unusable(let what): what
    case .unknownSource(let keyword):
      "there is no source `\(keyword)` in this release"
    case .tooFewExamples(let count, let batch):
      "a batch of \(grouped(batch)) cannot be filled from \(counted(count, "example")); "
        + "use a batch of at most \(grouped(count))"
    case .label(let what, let help): ([what] + help).joined(separator: "; ")
    case .unusedLabel(let name, let reason):
      "the label `\(name)` teaches nothing: \(reason)"
    case .interrupted: "stopped before the data set was ready"
    }
  }

  /// The fact without ways out.
  package var message: String {
    if case .label(let what, _) = self { what } else { description }
  }

  /// Ways out.
  package var help: [String] {
    if case .label(_, let help) = self { help } else { [] }
  }
}

/// An image that was left out of a data set.
package struct SkippedImage: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Its path inside the folder or zip.
  package let name: String
  /// Why it could not be read.
  package let reason: String

  package init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }

  package var description: String { "\(name): \(reason)" }
}
