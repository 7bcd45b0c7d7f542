/// The mark in a folder of checkpoints that says whose it is: the notebook's number and the name of
/// its file. A copy of the notebook under another name has the number and not the name.
struct FolderMark: Equatable {
  static let fileName = ".notebook"
  private static let heading = "gansh checkpoints of notebook "

  var id: String
  var file: String

  init(id: String, file: String) { (self.id, self.file) = (id, file) }

  /// Reads the mark of a folder; nil: it has none that can be read.
  init?(of folder: OpenFolder) {
    guard let bytes = folder.read(Self.fileName, upTo: 1024) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard lines.count == 2, lines[0].hasPrefix(Self.heading), lines[1].hasSuffix("\n") else {
      return nil
    }
    id = String(lines[0].dropFirst(Self.heading.count))
    file = String(lines[1].dropLast())
  }

  /// - Returns: false, with `errno`.
  func write(in folder: OpenFolder) -> Bool {
    folder.write(Array("\(Self.heading)\(id)\n\(file)\n".utf8), to: Self.fileName)
  }
}
