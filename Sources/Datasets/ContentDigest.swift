import Digests
import Dispatch
import Foundation
import Specification
import Synchronization

/// What the examples of a data set are known by, wherever their files lie and whatever they are called:
/// two data sets of equal digests train alike.
package struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
  /// SHA-256 of the prepared pixels in order; of the declaration and the edition of the painter where
  /// gansh makes the examples itself.
  package let examples: String
  /// SHA-256 of the labels, their names and their order; nil where there are none.
  package let labels: String?

  /// Both as one.
  package var description: String {
    SHA256.digest(of: "content 1\n\(examples)\n\(labels ?? "-")")
  }

  init(examples: String, labels: DatasetLabels?) {
    self.examples = examples
    self.labels = labels?.contentDigest
  }

  /// Of examples that are a function of a text.
  init(generatedBy declaration: String, labels: DatasetLabels?) {
    self.init(examples: SHA256.digest(of: "generated 1\n\(declaration)"), labels: labels)
  }
}

extension PixelStore {
  /// Examples that one thread takes at a time; a part of what the digest means.
  private static let block = 64

  /// SHA-256 of the digests of blocks of examples, in order, so that all cores can work at it.
  ///
  /// - Returns: nil when `interrupted` said true.
  func digest(interrupted: @Sendable () -> Bool = { false }) -> String? {
    digest(ofExamples: count, { $0 }, interrupted: interrupted)
  }

  /// The same of some examples in the order given.
  func digest(
    ofExamples count: Int, _ number: @Sendable (Int) -> Int, interrupted: @Sendable () -> Bool
  ) -> String? {
    let blocks = (count + Self.block - 1) / Self.block
    let digests = Mutex([String](repeating: "", count: blocks))
    DispatchQueue.concurrentPerform(iterations: blocks) { block in
      if interrupted() { return }
      var sum = SHA256()
      for example in block * Self.block..<min(count, (block + 1) * Self.block) {
        sum.update(UnsafeRawBufferPointer(self.example(number(example))))
      }
      let digest = sum.finish()
      digests.withLock { $0[block] = digest }
    }
    let parts = digests.withLock { $0 }
    guard !parts.contains("") else { return nil }
    var sum = SHA256()
    sum.update("\(count) examples of \(exampleSize) bytes\n")
    for part in parts { sum.update(part) }
    return sum.finish()
  }
}

extension DatasetLabels {
  /// SHA-256 of every column's name, kind and values.
  var contentDigest: String {
    var sum = SHA256()
    func add(_ text: String) { sum.update("\(text.utf8.count) \(text)\n") }
    for column in columns where column.isOfContent {
      add(column.name)
      switch column.values {
      case .boolean(let values):
        add("boolean")
        values.withUnsafeBytes { sum.update($0) }
      case .category(let words, let indices):
        add("category \(words.count)")
        for word in words { add(word) }
        indices.map(\.littleEndian).withUnsafeBytes { sum.update($0) }
      case .number(let values):
        add("number")
        // What is not a number is unknown, whichever of its many forms it has.
        let bits = values.map { ($0.isNaN ? Double.nan : $0).bitPattern.littleEndian }
        bits.withUnsafeBytes { sum.update($0) }
      }
    }
    return sum.finish()
  }
}
