import Digests
import Foundation
import Testing

@Suite struct SHA256Tests {
  /// Examples of FIPS 180-4 and of NIST's page on secure hashing.
  static let examples = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test(arguments: examples)
  func `digests are those of the standard`(_ text: String, _ digest: String) {
    #expect(SHA256.digest(of: text) == digest)
  }

  @Test func `parts give the digest of the whole`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = SHA256.digest(of: Data(bytes))
    for length in [1, 3, 63, 64, 65, 999] {
      var sum = SHA256()
      for start in stride(from: 0, to: bytes.count, by: length) {
        bytes[start..<min(start + length, bytes.count)].withUnsafeBytes { sum.update($0) }
      }
      #expect(sum.finish() == whole, "parts of \(length) bytes")
    }
  }

  @Test func `a file has the digest of its bytes, however long it is`() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-digest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    for count in [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000] {
      let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      try bytes.write(to: file)
      #expect(SHA256.digest(ofFile: file.path) == SHA256.digest(of: bytes))
    }
    #expect(SHA256.digest(ofFile: file.path + ".none") == nil)
  }
}
