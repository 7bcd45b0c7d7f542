import CCrypto
package import Foundation

/// SHA-256 of bytes that arrive in parts (FIPS 180-4), by which contents are named and checked.
package struct SHA256: ~Copyable {
  private let context: OpaquePointer?
  private var isSound = true

  package init() {
    context = EVP_MD_CTX_new()
    isSound = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
  }

  deinit { EVP_MD_CTX_free(context) }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard isSound, let base = bytes.baseAddress else { return }
    isSound = EVP_DigestUpdate(context, base, bytes.count) == 1
  }

  /// Adds a text in UTF-8.
  package mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The digest as 64 lower-case hexadecimal digits; afterwards it begins anew.
  package mutating func finish() -> String {
    finishBytes().map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// The first eight bytes of the digest as a number, the first the highest; afterwards it begins anew.
  package mutating func finishNumber() -> UInt64 {
    finishBytes().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func finishBytes() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    // Only a libcrypto without SHA-256 fails, or a machine without memory.
    guard isSound, EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    isSound = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    return digest
  }

  /// The digest of a whole.
  package static func digest(of data: Data) -> String {
    var sum = SHA256()
    data.withUnsafeBytes { sum.update($0) }
    return sum.finish()
  }

  /// The digest of a file, read part by part; nil where it cannot be read.
  package static func digest(ofFile path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    var sum = SHA256()
    do {
      while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
        part.withUnsafeBytes { sum.update($0) }
      }
    } catch { return nil }
    return sum.finish()
  }

  /// The digest of a text in UTF-8.
  package static func digest(of text: String) -> String { digest(of: Data(text.utf8)) }
}
