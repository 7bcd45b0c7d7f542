import Language

/// A source as a text says it: a keyword with arguments.
///
/// Arguments are texts in canonical form, the neutral ones left out. What they mean is said by the source's
/// signature, and a source of another release, which has none here, is kept as it is.
package struct SourceSpecification: Sendable, Hashable {
  package let keyword: String
  /// In the order of the signature.
  package private(set) var arguments: [Argument]

  /// The keys under which every source has what may be moved.
  static let (pathKey, labelsKey) = ("path", "labels")
  /// The key of what made the images.
  static let runKey = "run"

  package struct Argument: Sendable, Hashable {
    package let key: String
    package var value: Value

    package init(_ key: String, _ value: Value) { (self.key, self.value) = (key, value) }
  }

  /// How a value is printed.
  package enum Value: Sendable, Hashable {
    /// A word or a path, in quotes where it needs them.
    case word(String)
    /// A number, and whatever else never stands in quotes.
    case bare(String)

    package var text: String {
      switch self {
      case .word(let text), .bare(let text): text
      }
    }
  }

  package init(_ keyword: String, _ arguments: [Argument] = []) {
    (self.keyword, self.arguments) = (keyword, arguments)
  }

  package func value(of key: String) -> Value? { arguments.first { $0.key == key }?.value }

  private mutating func set(_ key: String, to text: String) {
    guard let index = arguments.firstIndex(where: { $0.key == key }) else { return }
    arguments[index].value = .word(text)
  }
}

extension SourceSpecification: CustomStringConvertible {
  /// What stands after the name in a declaration, without how images are prepared.
  package var description: String {
    ([keyword] + arguments.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }
}

extension SourceSpecification.Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .word(let text): storedWord(text)
    case .bare(let text): text
    }
  }
}

extension SourceSpecification {
  /// Where the files are; nil for what has none.
  package var path: String? { value(of: Self.pathKey)?.text }

  private var labels: LabelSource? { value(of: Self.labelsKey).map { LabelSource($0.text) } }

  /// The file of the labels, where they are in one of their own.
  var labelsFile: String? {
    guard case .file(let file) = labels else { return nil }
    return file
  }

  /// The files beside the images that are read: of labels, and of where eyes are.
  var tables: [String] {
    [labelsFile, value(of: "landmarks")?.text].compactMap(\.self).filter { $0 != "no" }
  }

  /// The run that made the images, with the checkpoint; nil of others.
  package var run: ClassifierReference? {
    value(of: Self.runKey).flatMap { value in
      let term = Term(.name(value.text), at: Span(0, 0), source: value.text)
      return try? ClassifierReference(parsing: term)
    }
  }

  /// The same by a checkpoint of a run.
  package func made(by run: ClassifierReference) -> SourceSpecification {
    var made = self
    made.set(Self.runKey, to: "\(run)")
    return made
  }

  /// The same files in another place; nil for what has no files. A table of labels that lay below the
  /// old place is looked for below the new one.
  func moved(to path: String) -> SourceSpecification? {
    guard let old = self.path else { return nil }
    var moved = self
    moved.set(Self.pathKey, to: path)
    if let labels { moved.set(Self.labelsKey, to: labels.moved(from: old, to: path).text) }
    return moved
  }

  /// The same examples with their labels in another file; nil where the labels are in none.
  func labelled(by file: String) -> SourceSpecification? {
    guard labelsFile != nil else { return nil }
    var labelled = self
    labelled.set(Self.labelsKey, to: LabelSource.file(file).text)
    return labelled
  }
}

extension LabelSource {
  fileprivate func moved(from old: String, to new: String) -> LabelSource {
    let folder = old.hasSuffix("/") ? old : old + "/"
    guard case .file(let file) = self, file.hasPrefix(folder) else { return self }
    return .file((new.hasSuffix("/") ? new : new + "/") + file.dropFirst(folder.count))
  }
}
