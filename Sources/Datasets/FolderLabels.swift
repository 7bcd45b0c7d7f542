import Foundation
import Specification

/// Labels of the images below a folder: classes named by sub-folders, or what a table says.
struct FolderLabels {
  let labels: DatasetLabels?
  /// What a person should know about them.
  let notes: [String]
  /// Files without a label where others have one.
  let unlabelled: UnlabelledImages?
  /// Columns that label nothing and are kept.
  private(set) var identities: [LabelColumn] = []

  /// - Parameters:
  ///   - files: paths in the folder, with `/` between their parts.
  ///   - root: where the folder is.
  ///   - path: what it is called in messages.
  ///   - names: of columns that are kept as identities where they label nothing.
  init(
    _ source: LabelSource, of files: [String], in root: String, _ path: String,
    identities names: Set<ExactName> = []
  ) throws(DatasetError) {
    switch source {
    case .none: self.init(labels: nil, notes: [], unlabelled: nil)
    case .usual: try self.init(classesOf: files, path)
    case .file(let file):
      let place = expandedPath(file)
      guard let stamp = FileStamp(place), !stamp.isFolder else {
        throw .missing(path: file, expected: "a table of labels, with commas between its columns")
      }
      let table = try LabelTable(
        SeparatedValues(path: place), path: file, files: files,
        folder: fileName(of: root), identities: names)
      self.init(labels: table.labels, notes: table.notes, unlabelled: table.unlabelled)
      identities = table.identities
    }
  }

  private init(labels: DatasetLabels?, notes: [String], unlabelled: UnlabelledImages?) {
    (self.labels, self.notes, self.unlabelled) = (labels, notes, unlabelled)
  }

  /// Classes are named by the first sub-folder of each file; where all files are below one folder and
  /// it has sub-folders, by those. The class of files in no sub-folder is unknown.
  private init(classesOf files: [String], _ path: String) throws(DatasetError) {
    var parts = files.map { Array($0.split(separator: "/").dropLast()) }
    var above: [Substring] = []
    while let only = Self.only(parts), parts.contains(where: { $0.count > 1 }) {
      above.append(only)
      parts = parts.map { Array($0.dropFirst()) }
    }
    let folders = parts.map { $0.first.map { ExactName($0) } }
    let names = Set(folders.compactMap(\.self)).sorted {
      $0.text.utf8.lexicographicallyPrecedes($1.text.utf8)
    }
    guard !names.isEmpty else {
      throw .noImages(
        path: path, expected: "a sub-folder of images for each label",
        found: "only files directly in the folder; leave the labels out or sort them into folders"
      )
    }
    let numbers = Dictionary(uniqueKeysWithValues: zip(names, Int32(0)...))
    var notes: [String] = []
    if !above.isEmpty {
      notes.append(
        "the classes are the folders in \(above.joined(separator: "/").quoted), the only one in \(path)"
      )
    }
    if names.count == 1 {
      let which = folders.contains(nil) ? "every image with a class" : "every image"
      notes.append(
        "\(which) is of the class \(names[0].text.quoted): \(path) has no other sub-folder")
    }
    let indices = folders.map { $0.flatMap { numbers[$0] } ?? -1 }
    self.init(
      labels: DatasetLabels(classes: names.map(\.text), indices: indices), notes: notes,
      unlabelled: UnlabelledImages(
        images: indices.indices.filter { indices[$0] < 0 },
        one: "image is in no sub-folder and has no class",
        many: "images are in no sub-folder and have no class"))
  }

  /// The folder that all files are in that are in any; nil where there are several, or none.
  private static func only(_ parts: [[Substring]]) -> Substring? {
    guard let first = parts.first(where: { !$0.isEmpty })?.first else { return nil }
    let name = ExactName(first)
    return parts.allSatisfy { $0.first.map { ExactName($0) == name } ?? true } ? first : nil
  }
}
