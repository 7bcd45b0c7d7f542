import Digests
package import Foundation
import Glibc
package import Metrics

/// Features of examples that took long, kept in a folder so that the next evaluation beside the same ones need not make them
/// again.
///
/// A file is found by all that its features depend on. What is damaged, or cannot be written, costs the time that it would have
/// spared and nothing else.
package struct FeatureCache: Sendable {
  private let folder: URL
  /// What took less is not kept.
  private let leastSeconds: Double
  /// Bytes of all files; of more than that those go that were not used for longest.
  private let mostBytes: Int

  package init(_ folder: URL, leastSeconds: Double = 2, mostBytes: Int = 2 << 30) {
    (self.folder, self.leastSeconds, self.mostBytes) = (folder, leastSeconds, mostBytes)
  }

  /// All that features of examples depend on.
  package struct Key: Sendable, Hashable {
    private let text: String

    /// - Parameters:
    ///   - data: the digest of the prepared examples.
    ///   - count: how many, evenly taken from all.
    package init(_ extractor: any FeatureExtractor, data: String, count: Int) {
      text = [
        extractor.name, extractor.digest, extractor.resizing, "\(extractor.image)",
        "\(extractor.width)", data, "\(count)",
      ].joined(separator: "\n")
    }

    fileprivate var words: String { text }
    fileprivate var name: String { SHA256.digest(of: text) }
  }

  private static let tensor = "features"
  private static let suffix = "safetensors"
  /// Seconds after which a file without its name is one that nobody writes any more.
  private static let longestWriting = 3600.0

  private func file(of key: Key) -> URL {
    folder.appending(path: key.name).appendingPathExtension(Self.suffix)
  }

  /// - Returns: nil where there are none.
  package func features(_ key: Key) -> FeatureMatrix? {
    let file = file(of: key)
    guard let read = try? TensorFile(contentsOf: file), read.metadata["key"] == key.words,
      let shape = read.tensors.first?.shape, shape.count == 2, read.tensors.count == 1,
      let values = read.values(of: Self.tensor), read.metadata["digest"] == Self.digest(of: values)
    else { return nil }
    // It was used now.
    utimes(file.path, nil)
    return FeatureMatrix(values, count: shape[0])
  }

  private static func digest(of values: [Float]) -> String {
    var sum = SHA256()
    values.withUnsafeBytes { sum.update($0) }
    return sum.finish()
  }

  /// - Parameter seconds: how long it took to make them.
  package func keep(_ features: FeatureMatrix, _ key: Key, seconds: Double) {
    guard seconds >= leastSeconds, features.count > 0 else { return }
    let (name, bytes) = (file(of: key), 4 * features.values.count)
    guard bytes <= mostBytes else { return }
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    makeRoom(bytes)
    // A damaged one has the name.
    unlink(name.path)
    // Other processes may be writing the same.
    let part = name.appendingPathExtension("\(getpid())")
    guard let prepared = PreparedFile.make(at: part, bytes: bytes) else { return }
    let written = try? TensorFile.write(
      into: prepared, for: name,
      metadata: ["key": key.words, "digest": Self.digest(of: features.values)],
      tensors: [(Self.tensor, [features.count, features.width])], values: { _ in features.values })
    if written != nil { _ = prepared.give(name) }
  }

  /// Removes what was not used for longest, until there is room for so many bytes more; and what processes that were
  /// killed have left.
  private func makeRoom(_ bytes: Int) {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let all =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: Array(keys))) ?? []
    var files = all.map { url in
      let facts = try? url.resourceValues(forKeys: keys)
      let used = facts?.contentModificationDate ?? .distantPast
      return (url: url, bytes: facts?.fileSize ?? 0, used: used)
    }
    files.sort { $0.used < $1.used }
    var total = files.reduce(bytes) { $0 + $1.bytes }
    for file in files {
      let isLeft =
        file.url.pathExtension != Self.suffix
        && file.used.timeIntervalSinceNow < -Self.longestWriting
      guard total > mostBytes || isLeft else { continue }
      unlink(file.url.path)
      total -= file.bytes
    }
  }
}
