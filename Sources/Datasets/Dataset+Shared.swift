import Digests
import Specification

/// What two data sets have in common.
extension Dataset {
  /// How many examples of another set are, byte by byte, among those of this one.
  package func sharedExamples(with other: Dataset) -> Int {
    guard case .pixels(let own) = content, case .pixels(let others) = other.content,
      own.exampleSize == others.exampleSize
    else { return 0 }
    let known = Set((0..<own.count).map { Self.digest(of: own.example($0)) })
    return (0..<others.count).count { known.contains(Self.digest(of: others.example($0))) }
  }

  private static func digest(of bytes: UnsafeBufferPointer<UInt8>) -> String {
    var sum = SHA256()
    sum.update(UnsafeRawBufferPointer(bytes))
    return sum.finish()
  }

  /// The words of a column that stand in both, in order.
  package func sharedWords(of column: String, with other: Dataset) -> [String] {
    words(of: column).intersection(other.words(of: column)).sorted()
  }

  private func words(of name: String) -> Set<String> {
    guard let column = labels?.columns.first(where: { $0.description.name.isExactly(name) }),
      case .category(let words, let indices) = column.values
    else { return [] }
    return Set(indices.filter { $0 >= 0 }.map { words[Int($0)] })
  }
}
