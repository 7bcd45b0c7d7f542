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
  /// Writes a new file so that either all of it is there under its name or nothing is: to a temporary
  /// file beside it, to the disk, then renamed. A file of the name is never replaced.
  ///
  /// - Parameters:
  ///   - values: called once for each tensor, in order; its count fits the shape.
  /// - Returns: the SHA-256 of the file and its length in bytes.
  /// - Throws: `.notFinite` for a value that is not finite, `.noSpace` where the disk is full,
  ///   `.unwritable` where it refuses for another reason; in all cases nothing is left behind.
  package static func write(
    to url: URL, metadata: [String: String], tensors: [(name: String, shape: [Int])],
    values: (String) -> [Float]
  ) throws(TrainingError) -> (digest: String, bytes: Int) {
    guard let file = PreparedFile.make(at: url.appendingPathExtension("part"), bytes: 0) else {
      throw failure(errno, of: url)
    }
    let result = try write(
      into: file, for: url, metadata: metadata, tensors: tensors, values: values)
    try file.keep(as: url)
    return result
  }

  /// Writes the contents of a file that is given its name later.
  ///
  /// - Parameter url: what it will be called.
  static func write(
    into prepared: PreparedFile, for url: URL, metadata: [String: String],
    tensors: [(name: String, shape: [Int])], values: (String) -> [Float]
  ) throws(TrainingError) -> (digest: String, bytes: Int) {
    var facts = stat()
    if lstat(url.path, &facts) == 0 { throw failure(EEXIST, of: url) }
    var file = Output(prepared, for: url)
    try file.write(header(metadata, tensors))
    for tensor in tensors {
      let values = values(tensor.name)
      guard values.allSatisfy(\.isFinite) else { throw .notFinite(state: tensor.name) }
      try file.write(values)
    }
    return try file.finish()
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
  static func synchronise(folder: URL) {
    let descriptor = open(folder.path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// What the system's refusal to write a file means.
  static func failure(_ code: Int32, of url: URL) -> TrainingError {
    if code == ENOSPC || code == EDQUOT { return .noSpace(path: url.path) }
    if code == EEXIST {
      return .unwritable(
        file: url.path, "a file of that name that the run knows nothing of lies there; move it away"
      )
    }
    let reason = String(cString: strerror(code)).lowercased()
    return .unwritable(file: url.lastPathComponent, reason)
  }
}

/// A file being written, with its digest.
private struct Output: ~Copyable {
  private let file: PreparedFile
  /// What it is to be called in the end.
  private let target: URL
  private var digest = SHA256()
  private var count = 0
  private var descriptor: Int32 { file.descriptor }

  init(_ file: PreparedFile, for target: URL) {
    self.file = file
    self.target = target
  }

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
    // Gives back the room that was held and not needed.
    guard ftruncate(descriptor, off_t(count)) == 0, fsync(descriptor) == 0 else {
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
