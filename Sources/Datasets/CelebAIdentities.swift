import Foundation

/// Whom each CelebA image shows, from `identity_CelebA.txt`: a name and a number in each line.
enum CelebAIdentities {
  /// What the column is called.
  static let name = "identity"
  /// As published, and as the comma-separated copies have it.
  static let files = ["identity_CelebA.txt", "identity_CelebA.csv"]

  /// The column of some images.
  ///
  /// - Parameter images: their keys, which are their names without a suffix; what has no line is unknown.
  static func column(of images: [String], in path: String) throws(DatasetError) -> LabelColumn {
    guard let data = contents(ofFile: path) else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    var numbers: [Substring: Double] = [:]
    let lines = String(decoding: data, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let fields = line.split { $0 == " " || $0 == "\t" || $0 == "," }
      guard !fields.isEmpty else { continue }
      guard fields.count == 2, let number = Int(fields[1]) else {
        // The copies begin with the names of the columns.
        if index == 0 { continue }
        throw .malformed(
          path: path, line: index + 1, reason: "expected an image name and the number of a person")
      }
      numbers[fields[0].prefix { $0 != "." }] = Double(number)
    }
    guard !numbers.isEmpty else {
      throw .malformed(path: path, line: 1, reason: "it has no rows")
    }
    return LabelColumn(name: name, values: .number(images.map { numbers[Substring($0)] ?? .nan }))
  }
}
