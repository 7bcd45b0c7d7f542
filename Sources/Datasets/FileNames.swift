import Foundation

/// Finds the files of a folder by what a table calls them: by their paths in the folder, by their names
/// where only one has that name, by either without its suffix, by a longer path that ends in the folder
/// and the file; and then by all of these in other letters (`P1.PNG`, `é` in two pieces).
struct FileNames {
  enum Match: Equatable {
    case file(Int)
    /// By other letters than the file's.
    case similar(Int)
    case ambiguous(Int, Int)
    case none
  }

  private let files: [String]
  private let folder: String
  private let exact: Index
  private lazy var folded = Index(files.map(Self.fold))

  /// - Parameter folder: the name of the folder itself.
  init(_ files: [String], folder: String) {
    self.files = files
    self.folder = folder
    exact = Index(files)
  }

  mutating func match(_ name: String) -> Match {
    var name = name.trimmingCharacters(in: .whitespaces)
    while name.hasPrefix("./") { name.removeFirst(2) }
    if name.isEmpty { return .none }
    switch exact.find(name, in: folder) {
    case .none: break
    case let match: return match
    }
    if case .file(let file) = folded.find(Self.fold(name), in: Self.fold(folder)) {
      return .similar(file)
    }
    return folded.find(Self.fold(name), in: Self.fold(folder))
  }

  private static func fold(_ name: String) -> String {
    name.precomposedStringWithCanonicalMapping.lowercased()
  }

  private struct Index {
    private enum Files {
      case one(Int)
      case several(Int, Int)
    }

    private var paths: [ExactName: Files] = [:]
    /// Names, and both without suffix.
    private var others: [ExactName: Files] = [:]

    init(_ files: [String]) {
      for (index, path) in files.enumerated() {
        Self.add(index, ExactName(path), to: &paths)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let keys = Set([name, Self.stem(path), Self.stem(name)].map { ExactName($0) })
        for key in keys where key != ExactName(path) { Self.add(index, key, to: &others) }
      }
    }

    private static func add(_ file: Int, _ name: ExactName, to index: inout [ExactName: Files]) {
      if case .one(let other)? = index[name] {
        index[name] = .several(other, file)
      } else if index[name] == nil {
        index[name] = .one(file)
      }
    }

    func find(_ name: String, in folder: String) -> Match {
      let slashed = name.replacing("\\", with: "/")
      for name in Set([name, slashed].map { ExactName($0) }) {
        if let found = paths[name] ?? others[name] { return match(found) }
      }
      // A path from elsewhere: what follows the folder's name is a path in it.
      let parts = slashed.split(separator: "/")
      for place in parts.indices.dropLast() where ExactName(parts[place]) == ExactName(folder) {
        let rest = ExactName(parts[(place + 1)...].joined(separator: "/"))
        if let found = paths[rest] { return match(found) }
      }
      return .none
    }

    private func match(_ files: Files) -> Match {
      switch files {
      case .one(let file): .file(file)
      case .several(let one, let other): .ambiguous(one, other)
      }
    }

    private static func stem(_ name: String) -> String {
      guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
      let stem = name[..<dot]
      return stem.last == "/" || name[dot...].contains("/") ? name : String(stem)
    }
  }
}
