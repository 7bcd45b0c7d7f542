import Foundation

/// The name or path of a file as the system has it: bytes, which need not be text.
///
/// Swift takes texts for equal that differ in the form of their Unicode; files of such names are two.
struct FileName: Sendable, Hashable, Comparable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
  init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

  /// For people: what is no UTF-8 is written `\xE9`.
  var text: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.map { byte in
      byte < 128 ? String(UnicodeScalar(byte)) : "\\x" + hexadecimal(byte).uppercased()
    }.joined()
  }

  static func < (one: FileName, other: FileName) -> Bool {
    one.bytes.lexicographicallyPrecedes(other.bytes)
  }

  func appending(_ name: FileName) -> FileName {
    FileName(bytes + [UInt8(ascii: "/")] + name.bytes)
  }

  var isHidden: Bool { bytes.first == UInt8(ascii: ".") }

  /// Calls a function of the system with the path.
  func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let path = bytes.map { CChar(bitPattern: $0) } + [0]
    return path.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map(body) ?? body("")
    }
  }

  /// What is at the path; nil where nothing is. `followingLinks` says whether a link is what it leads to.
  func status(followingLinks: Bool) -> stat? {
    var status = stat()
    let code = withPath { followingLinks ? stat($0, &status) : lstat($0, &status) }
    return code == 0 ? status : nil
  }

  /// The names in a folder in order, but for those of itself and of the one above; nil where it cannot be
  /// opened.
  func namesInFolder() -> [FileName]? {
    guard let folder = withPath({ opendir($0) }) else { return nil }
    defer { closedir(folder) }
    var names: [FileName] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: entry.pointee.d_name) { name in
        let start = UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
        return Array(
          UnsafeBufferPointer(
            start: start, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)))
        )
      }
      if name != [46] && name != [46, 46] { names.append(FileName(name)) }
    }
    return names.sorted()
  }
}
