import Foundation

/// Labels of files, read from a table: a column of file names, and one for each label.
///
/// What a column holds decides what it is: yes or no (`1` and `0` or `-1`, `yes` and `no`, `true` and
/// `false`), numbers, or words. An empty field is unknown.
struct LabelTable {
  let labels: DatasetLabels
  let notes: [String]

  /// The names of a column of files; without any of them it is the first one.
  private static let fileColumns: Set<String> = [
    "file", "filename", "file_name", "image", "image_id", "name", "path",
  ]

  /// A column of more different words names examples and does not label them.
  static let mostWords = 1000

  /// - Parameter files: the examples, by their paths in the folder.
  init(_ table: SeparatedValues, path: String, files: [String]) throws(DatasetError) {
    let keys = table.columns.map { $0.lowercased() }
    let fileColumn = keys.firstIndex(where: Self.fileColumns.contains) ?? 0
    guard table.columns.count > 1 else {
      throw .malformed(
        path: path, line: 1,
        reason: "it has the column `\(table.columns[fileColumn])` alone; expected a column of file "
          + "names and one for each label")
    }
    let names = FileNames(files)
    guard names.index(of: table.columns[fileColumn]) == nil else {
      throw .malformed(
        path: path, line: 1,
        reason: "it names an image; the first line should hold the names of the columns")
    }
    var rows = [Int?](repeating: nil, count: files.count)
    var strangers = 0
    for (number, row) in table.rows.enumerated() {
      guard let file = names.index(of: row.fields[fileColumn]) else {
        strangers += 1
        continue
      }
      guard rows[file] == nil else {
        throw .malformed(
          path: path, line: row.line, reason: "`\(row.fields[fileColumn])` has two rows")
      }
      rows[file] = number
    }
    guard strangers < table.rows.count else {
      let first = table.rows.first.map { ", the first of them `\($0.fields[fileColumn])`" } ?? ""
      throw .malformed(
        path: path, line: table.rows.first?.line ?? 1,
        reason: "none of its \(table.rows.count) rows names an image of the folder\(first)")
    }
    var notes: [String] = []
    let unknown = rows.count { $0 == nil }
    if unknown > 0 { notes.append("\(unknown) images have no row in \(path)") }
    if strangers > 0 { notes.append("\(strangers) rows of \(path) name no image of the folder") }
    var columns: [LabelColumn] = []
    for (index, name) in table.columns.enumerated() where index != fileColumn {
      let texts = rows.map { row in
        row.map { table.rows[$0].fields[index].trimmingCharacters(in: .whitespaces) } ?? ""
      }
      if let values = Self.values(texts) {
        columns.append(LabelColumn(name: name, values: values))
      } else {
        notes.append("`\(name)` in \(path) is no label: it has too many different words, or none")
      }
    }
    guard !columns.isEmpty else {
      throw .malformed(path: path, line: 1, reason: "none of its columns is a label")
    }
    labels = DatasetLabels(columns)
    self.notes = notes
  }

  private static let affirmative: Set<String> = ["1", "yes", "true"]
  private static let negative: Set<String> = ["0", "-1", "no", "false"]

  /// What texts are; nil for none, or for too many different ones.
  static func values(_ texts: [String]) -> LabelColumn.Values? {
    let different = Set(texts).subtracting([""])
    if different.isEmpty { return nil }
    let lower = Set(different.map { $0.lowercased() })
    // `1`, `0` and `-1` in one column are numbers.
    if lower.isSubset(of: affirmative.union(negative)), lower.intersection(affirmative).count <= 1,
      lower.intersection(negative).count <= 1
    {
      return .boolean(
        texts.map { $0.isEmpty ? 0 : affirmative.contains($0.lowercased()) ? 1 : -1 })
    }
    if different.allSatisfy({ Double($0)?.isFinite == true }) {
      return .number(texts.map { Double($0) ?? .nan })
    }
    guard different.count <= mostWords else { return nil }
    let words = different.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(words, Int32(0)...))
    return .category(words: words, indices: texts.map { numbers[$0] ?? -1 })
  }
}

/// Finds files by their paths in a folder, by their names where only one has that name, and by
/// either without its suffix.
private struct FileNames {
  /// Nil for a name that several files have.
  private var indices: [String: Int?] = [:]

  init(_ paths: [String]) {
    var others: [String: Int?] = [:]
    for (index, path) in paths.enumerated() {
      indices[path] = index
      let name = path.split(separator: "/").last.map(String.init) ?? path
      for other in Set([name, Self.stem(path), Self.stem(name)]) where other != path {
        others[other] = others[other] == nil ? .some(index) : .some(nil)
      }
    }
    indices.merge(others) { path, _ in path }
  }

  private static func stem(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    let stem = name[..<dot]
    return stem.last == "/" || name[dot...].contains("/") ? name : String(stem)
  }

  func index(of name: String) -> Int? {
    let name = name.trimmingCharacters(in: .whitespaces)
    return indices[name.hasPrefix("./") ? String(name.dropFirst(2)) : name] ?? nil
  }
}
