import Digests
package import Foundation
import Networks
import Specification

/// Everything that a run goes on from: weights, moments, running statistics and averages after a step.
///
/// In the file, a tensor has the name of its state (`generator.block1.conv.weight`,
/// `optimiser.generator.block1.conv.weight.first_moment`, `average.generator.…`).
package struct Checkpoint: Sendable {
  /// Steps that were done when it was written.
  package let step: Int
  /// What was counted, as the file says it.
  let counts: Counts
  package let seed: UInt64
  /// What the numbers of the run that wrote it depend on (`essence`), and its digest; nil in files of the
  /// first version of the format.
  package let origin: (text: String, fingerprint: String)?
  /// The kernels that it was computed with, as `Machine.kernels` gives them.
  package let kernels: [String: String]
  /// What the last steps before it had measured; empty in files of earlier releases.
  let window: StepWindow
  package let tensors: TensorFile

  static let format = "gansh checkpoint"
  static let version = 3

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - digest: the SHA-256 that it had when written; nil: it is not checked.
  /// - Throws: `.unreadable` with the reason for whatever is not a whole checkpoint.
  package init(contentsOf url: URL, digest: String? = nil) throws(TrainingError) {
    let name = url.lastPathComponent
    let data: Data
    do { data = try Data(contentsOf: url, options: .mappedIfSafe) } catch {
      throw .unreadable(file: name, "the file cannot be opened")
    }
    try self.init(data, name: name, digest: digest)
  }

  package init(_ data: Data, name: String, digest: String? = nil) throws(TrainingError) {
    func refuse(_ reason: String) -> TrainingError { .unreadable(file: name, reason) }
    if let digest, SHA256.digest(of: data) != digest {
      throw refuse("its bytes are not those that were written")
    }
    tensors = try TensorFile(data, name: name)
    let metadata = tensors.metadata
    guard metadata["format"] == Self.format else { throw refuse("gansh did not write it") }
    guard let version = metadata["version"].flatMap(Int.init), version >= 1 else {
      throw refuse("its version is missing")
    }
    guard version <= Self.version else {
      throw refuse("it was written by a newer gansh (version \(version) of the format)")
    }
    guard let step = metadata["step"].flatMap(Int.init), step >= 0,
      let seed = metadata["seed"].flatMap(UInt64.init)
    else { throw refuse("its step or seed is missing") }
    guard step <= Limits.steps.upperBound else { throw refuse("no run takes \(step) steps") }
    do throws(Counts.Fault) { counts = try Counts(metadata, version: version, step: step) } catch {
      throw refuse(error.reason)
    }
    if version > 1 {
      guard let text = metadata["text"], let fingerprint = metadata["fingerprint"] else {
        throw refuse("its text or fingerprint is missing")
      }
      origin = (text, fingerprint)
    } else {
      origin = nil
    }
    guard let window = StepWindow(metadata) else {
      throw refuse("what its last steps measured cannot be read")
    }
    (self.step, self.seed, self.window) = (step, seed, window)
    // Files of the first version of gansh have no such list.
    let list = Data((metadata["kernels"] ?? "{}").utf8)
    do { kernels = try JSONDecoder().decode([String: String].self, from: list) } catch {
      throw refuse("its list of kernels cannot be read")
    }
  }

  /// SHA-256 of the file; reads all of it.
  package var digest: String { SHA256.digest(of: tensors.data) }
  /// The file's length.
  package var bytes: Int { tensors.data.count }

  /// What is written beside the tensors.
  static func metadata(
    _ counters: TrainingCounters, kernels: [String: String], window: StepWindow = StepWindow(),
    of specification: RunSpecification
  ) -> [String: String] {
    let own = [
      "format": format, "version": String(version), "step": String(counters.step),
      "seed": String(specification.seed), "text": specification.essence,
      "fingerprint": specification.fingerprint, "kernels": written(kernels),
    ]
    return own.merging(Counts.metadata(counters)) { one, _ in one }
      .merging(window.metadata) { one, _ in one }
  }

  /// A table as JSON, always in the same order.
  static func written(_ table: [String: some Encodable]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Strings and whole numbers always encode.
    return String(decoding: (try? encoder.encode(table)) ?? Data("{}".utf8), as: UTF8.self)
  }
}

/// A checkpoint as it lies on the disk.
package struct CheckpointFile: Sendable, Hashable, Codable {
  package let step: Int
  package let url: URL
  /// SHA-256 of the file; empty for one that an earlier life of the run wrote, and 0 bytes.
  package let digest: String
  package let bytes: Int

  package init(step: Int, url: URL, digest: String, bytes: Int) {
    self.step = step
    self.url = url
    self.digest = digest
    self.bytes = bytes
  }
}

/// The threads that kernels were chosen for, which is the number that computed with them; nil where no
/// kernel was chosen, or for several numbers.
///
/// - Parameter kernels: as `Machine.kernels` gives them: what they compute ends in `, 2 threads`.
package func threads(choosing kernels: [String: String]) -> Int? {
  let counts = Set(
    kernels.keys.map { question in
      let words = question.split(separator: " ").suffix(2)
      return words.last == "threads" ? words.first.flatMap { Int($0) } : nil
    })
  guard counts.count == 1, case .some(.some(let count)) = counts.first, (1...1024).contains(count)
  else { return nil }
  return count
}
