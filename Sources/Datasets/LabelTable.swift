import Foundation
import Specification
import TerminalText

/// Labels of files, read from a table: a column of file names, and one for each label.
struct LabelTable {
  /// Nil where no column labels anything.
  let labels: DatasetLabels?
  let notes: [String]
  /// Images without a row.
  let unlabelled: UnlabelledImages
  /// Columns that label nothing and were asked for: who is shown.
  let identities: [LabelColumn]

  /// The names of a column of files; without any of them it is the first one.
  static let fileColumns: Set<String> = [
    "file", "filename", "file_name", "image", "image_id", "name", "path",
  ]

  /// - Parameters:
  ///   - files: the examples, by their paths in the folder.
  ///   - folder: the folder's own name.
  ///   - kept: names of columns that are kept where they label nothing.
  init(
    _ table: SeparatedValues, path: String, files: [String], folder: String,
    identities kept: Set<ExactName> = []
  ) throws(DatasetError) {
    let keys = table.columns.map { $0.lowercased() }
    let fileColumn = keys.firstIndex(where: Self.fileColumns.contains) ?? 0
    guard table.columns.count > 1 else {
      throw .malformed(
        path: path, line: 1,
        reason:
          "it has the column \(table.columns.first?.quoted ?? "of nothing") alone; expected a "
          + "column of file names and one for each label")
    }
    var names = FileNames(files, folder: folder)
    let title = table.columns[fileColumn]
    guard names.match(title) == .none, !FileListing.isImageName(FileName(title)) else {
      throw .malformed(
        path: path, line: 1,
        reason: "it names an image; the first line should hold the names of the columns")
    }
    var join = Join(table, fileColumn, path, files)
    try join.fill(&names)
    guard join.rows.contains(where: { $0 != nil }) else { throw join.nothingNamed }
    unlabelled = join.unlabelled
    var notes = table.notes + join.notes
    var columns: [LabelColumn] = []
    var identities: [LabelColumn] = []
    for (index, name) in table.columns.enumerated() where index != fileColumn {
      let fields = join.rows.map { row in
        row.map {
          LabelReading.Field(text: table.rows[$0].fields[index], line: table.rows[$0].line)
        } ?? LabelReading.Field(text: "", line: 0)
      }
      let reading = LabelReading(
        fields, title: "\(name.quoted) in \(path)",
        isOfClasses: name.lowercased() == LabelDescription.classes,
        prefersDecimalComma: table.separator == UInt8(ascii: ";"))
      if let values = reading.values {
        columns.append(LabelColumn(name: name, values: values))
      } else if kept.contains(ExactName(name)) {
        identities.append(LabelColumn(name: name, values: LabelReading.words(fields)))
      }
      notes += reading.notes
    }
    labels = columns.isEmpty ? nil : DatasetLabels(columns)
    self.identities = identities
    self.notes = notes
  }
}

/// Which row is which file's, and what was not used on either side.
private struct Join {
  private let table: SeparatedValues
  private let fileColumn: Int
  private let path: String
  private let files: [String]
  /// The row of each file.
  private(set) var rows: [Int?]
  private var strangers = Some()
  private var ambiguous = Some()
  private var similar = Some()

  /// Rows of a kind: how many, and a sentence about the first.
  private struct Some {
    var count = 0
    var first = ""

    mutating func add(_ text: @autoclosure () -> String) {
      if count == 0 { first = text() }
      count += 1
    }
  }

  init(_ table: SeparatedValues, _ fileColumn: Int, _ path: String, _ files: [String]) {
    self.table = table
    self.fileColumn = fileColumn
    self.path = path
    self.files = files
    rows = [Int?](repeating: nil, count: files.count)
  }

  mutating func fill(_ names: inout FileNames) throws(DatasetError) {
    for (number, row) in table.rows.enumerated() {
      let name = row.fields[fileColumn]
      switch names.match(name) {
      case .none: strangers.add("line \(row.line): \(name.quoted)")
      case .ambiguous(let one, let other):
        ambiguous.add(
          "line \(row.line): \(name.quoted) may be \(files[one].quoted) or \(files[other].quoted)")
      case .similar(let file):
        similar.add("line \(row.line): \(name.quoted) for \(files[file].quoted)")
        try give(number, to: file)
      case .file(let file): try give(number, to: file)
      }
    }
  }

  private mutating func give(_ number: Int, to file: Int) throws(DatasetError) {
    if let other = rows[file] {
      throw .malformed(
        path: path, line: table.rows[number].line,
        reason: "\(files[file].quoted) has two rows: line \(told(other)) and line \(told(number)); "
          + "take one of them out, or write which folder the image is in where two are meant")
    }
    rows[file] = number
  }

  /// `3 (`c.png`)`: a row's line and what it calls the image.
  private func told(_ row: Int) -> String {
    "\(table.rows[row].line) (\(table.rows[row].fields[fileColumn].quoted))"
  }

  var unlabelled: UnlabelledImages {
    UnlabelledImages(
      images: rows.indices.filter { rows[$0] == nil }, one: "image has no row in \(path)",
      many: "images have no row in \(path)")
  }

  /// Nothing of the table is about the folder.
  var nothingNamed: DatasetError {
    guard let first = table.rows.first else {
      return .malformed(path: path, line: 1, reason: "it has no rows below the names of columns")
    }
    let what = ambiguous.count > 0 ? "one image of the folder, \(ambiguous.first)" : nil
    return .malformed(
      path: path, line: first.line,
      reason: "none of its \(counted(table.rows.count, "row")) names "
        + (what ?? "an image of the folder, \(strangers.first)"))
  }

  var notes: [String] {
    var notes: [String] = []
    if strangers.count > 0 {
      notes.append(
        "\(counted(strangers.count, "row")) of \(path) \(strangers.count == 1 ? "names" : "name") no "
          + "image of the folder, the first on \(strangers.first)")
    }
    if ambiguous.count > 0 {
      notes.append(
        "\(counted(ambiguous.count, "row")) of \(path) \(ambiguous.count == 1 ? "names" : "name") "
          + "several images, the first on \(ambiguous.first); write the folder before the name")
    }
    if similar.count > 0 {
      notes.append(
        "\(counted(similar.count, "row")) of \(path) \(similar.count == 1 ? "names" : "name") images "
          + "in other letters, the first on \(similar.first)")
    }
    return notes
  }
}
