import Digests
package import Foundation
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension TensorFile {
  /// Writes a file so that either all of it is there under its name or nothing is: to a temporary file
  /// beside it, to the disk, then renamed.
  ///
  /// - Parameters:
  ///   - values: called once for each tensor, in order; its count fits the shape.
  /// - Returns: the SHA-256 of the file and its length in bytes.
  /// - Throws: `.notFinite` for a value that is not finite, `.noSpace` where the disk is full,
  ///   `.unwritable` where it refuses for another reason; in all cases nothing is left behind and an older file of the name is untouched.
  package static func write(
    to url: URL, metadata: [String: String], tensors: [(name: String, shape: [Int])],
    values: (String) -> [Float]
  ) throws(TrainingError) -> (digest: String, bytes: Int) {
    let temporary = url.appendingPathExtension("part")
    do throws(TrainingError) {
      var file = try Output(temporary, for: url)
      try file.write(header(metadata, tensors))
      for tensor in tensors {
        let values = values(tensor.name)
        guard values.allSatisfy(\.isFinite) else { throw .notFinite(state: tensor.name) }
        try file.write(values)
      }
      let result = try file.finish()
      guard rename(temporary.path, url.path) == 0 else {
        throw failure(errno, of: url)
      }
      synchronise(folder: url.deletingLastPathComponent())
      return result
    } catch {
      unlink(temporary.path)
      throw error
    }
  }

  /// Eight bytes of length and the JSON, filled up with spaces so that tensors begin at a multiple of 8.
  private static func header(
    _ metadata: [String: String], _ tensors: [(name: String, shape: [Int])]
  ) -> [UInt8] {
    var entries: [String] = []
    let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
    entries.append("\(quoted(metadataKey)):{\(pairs.joined(separator: ","))}")
    var offset = 0
    for (name, shape) in tensors {
      let end = offset + shape.reduce(MemoryLayout<Float>.size, *)
      let extents = shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var json = Array("{\(entries.joined(separator: ","))}".utf8)
    while json.count % 8 != 0 { json.append(0x20) }
    let length = UInt64(json.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + json
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Makes a rename last; a file system that cannot is not an error.
  private static func synchronise(folder: URL) {
    let descriptor = open(folder.path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// What the system's refusal to write a file means.
  fileprivate static func failure(_ code: Int32, of url: URL) -> TrainingError {
    if code == ENOSPC || code == EDQUOT { return .noSpace(path: url.path) }
    let reason = String(cString: strerror(code)).lowercased()
    return .unwritable(file: url.lastPathComponent, reason)
  }
}

/// A file being written, with its digest.
private struct Output: ~Copyable {
  private let descriptor: Int32
  /// What it is to be called in the end.
  private let target: URL
  private var digest = SHA256()
  private var count = 0

  init(_ url: URL, for target: URL) throws(TrainingError) {
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    self.target = target
    guard descriptor >= 0 else { throw TensorFile.failure(errno, of: target) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  mutating func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(TrainingError) {
    let failure = elements.withUnsafeBytes { write($0) }
    if let failure { throw TensorFile.failure(failure, of: target) }
  }

  /// Returns the error's number, or nil.
  private mutating func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    digest.update(bytes)
    count += bytes.count
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = system(descriptor, base, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return errno }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    return nil
  }

  /// Brings everything to the disk.
  consuming func finish() throws(TrainingError) -> (digest: String, bytes: Int) {
    guard fsync(descriptor) == 0 else {
      throw TensorFile.failure(errno, of: target)
    }
    return (digest.finish(), count)
  }

  /// `write(2)`, which the method of the same name hides.
  private func system(_ descriptor: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, base, count)
    #elseif canImport(Musl)
      Musl.write(descriptor, base, count)
    #else
      Darwin.write(descriptor, base, count)
    #endif
  }
}
