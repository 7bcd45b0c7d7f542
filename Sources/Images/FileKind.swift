package import Foundation

/// What a file is that is no image that can be read, by how it begins.
package struct FileKind: Sendable, Hashable {
  /// As it stands in a sentence: `HEIC`, `a zip archive`.
  package let phrase: String
  package let family: Family

  package enum Family: Sendable, Hashable {
    /// A picture, of a format that is not read.
    case picture
    /// Files in a file.
    case archive
    case video
    /// What stands in a repository for a file that was not fetched.
    case placeholder
    case text
    case other
  }

  /// What a person can do about it; nil where nothing is amiss.
  package var advice: String? { advice(for: 1) }

  /// The same about a number of such files.
  package func advice(for count: Int) -> String? {
    let object = count == 1 ? "it" : "them"
    return switch family {
    case .picture: "convert \(object) to JPEG or PNG"
    case .archive: "unpack \(object)"
    case .video: "take pictures out of \(object), as with ffmpeg"
    case .placeholder: "`git lfs pull` fetches what \(count == 1 ? "it stands" : "they stand") for"
    case .text, .other: nil
    }
  }

  /// Whether it is a zip file.
  package var isZip: Bool { phrase == "a zip archive" }

  /// The most bytes at the beginning of a file that are looked at.
  package static let signatureLength = 512

  /// The kind of a file that begins with these bytes; nil for what is not known.
  package init?(beginning bytes: some ContiguousBytes) {
    guard let found = bytes.withUnsafeBytes({ Self.find(Array($0.prefix(Self.signatureLength))) })
    else { return nil }
    self = found
  }

  /// Whether it is a text of no particular kind.
  var isPlainText: Bool { phrase == "a text" }

  private init(_ phrase: String, _ family: Family) {
    (self.phrase, self.family) = (phrase, family)
  }

  /// As it stands after a number: `HEIC`, `zip archive`, and of several `zip archives`.
  package var noun: (one: String, many: String) {
    guard let article = ["a ", "an "].first(where: phrase.hasPrefix) else {
      return (phrase, phrase)
    }
    let one = String(phrase.dropFirst(article.count))
    return (one, one + "s")
  }

  /// Bytes at a place, and what they mean.
  private struct Signature {
    let place: Int
    let bytes: [UInt8]
    let kind: FileKind

    init(_ bytes: [UInt8], at place: Int = 0, _ phrase: String, _ family: Family) {
      (self.bytes, self.place, kind) = (bytes, place, FileKind(phrase, family))
    }

    init(_ text: String, at place: Int = 0, _ phrase: String, _ family: Family) {
      self.init(Array(text.utf8), at: place, phrase, family)
    }
  }

  private static let signatures = [
    Signature("ftypheic", at: 4, "HEIC", .picture), Signature("ftypheix", at: 4, "HEIC", .picture),
    Signature("ftyphevc", at: 4, "HEIC", .picture), Signature("ftyphevx", at: 4, "HEIC", .picture),
    Signature("ftypheim", at: 4, "HEIC", .picture), Signature("ftypheis", at: 4, "HEIC", .picture),
    Signature("ftypmif1", at: 4, "HEIF", .picture), Signature("ftypmsf1", at: 4, "HEIF", .picture),
    Signature("ftypavif", at: 4, "AVIF", .picture), Signature("ftypavis", at: 4, "AVIF", .picture),
    Signature("ftypcrx ", at: 4, "a camera's raw file", .picture),
    Signature("ftyp", at: 4, "a video", .video), Signature("moov", at: 4, "a video", .video),
    Signature([0x1A, 0x45, 0xDF, 0xA3], "a video", .video),
    Signature("AVI ", at: 8, "a video", .video),
    Signature([0, 0, 1, 0xBA], "a video", .video), Signature([0, 0, 1, 0xB3], "a video", .video),
    Signature([0xFF, 0x0A], "JPEG XL", .picture),
    Signature([0, 0, 0, 12] + Array("JXL ".utf8), "JPEG XL", .picture),
    Signature([0, 0, 0, 12] + Array("jP  ".utf8), "JPEG 2000", .picture),
    Signature([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000", .picture),
    Signature([0, 0, 1, 0], "an icon", .picture), Signature("8BPS", "a Photoshop file", .picture),
    Signature("gimp xcf", "a GIMP file", .picture), Signature("DDS ", "DDS", .picture),
    Signature([0x76, 0x2F, 0x31, 0x01], "OpenEXR", .picture),
    Signature("#?RADIANCE", "a Radiance picture", .picture), Signature("PF\n", "PFM", .picture),
    Signature("Pf\n", "PFM", .picture), Signature("P7 332", "an xv thumbnail", .picture),
    Signature("FUJIFILMCCD-RAW", "a camera's raw file", .picture),
    Signature("IIRO", "a camera's raw file", .picture),
    Signature("IIU\0", "a camera's raw file", .picture), Signature("<svg", "SVG", .picture),
    Signature("%PDF", "PDF", .picture), Signature("%!PS", "PostScript", .picture),
    Signature("PK\u{3}\u{4}", "a zip archive", .archive),
    Signature("PK\u{5}\u{6}", "a zip archive", .archive),
    Signature([0x1F, 0x8B], "a gzip file", .archive), Signature("BZh", "a bzip2 file", .archive),
    Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file", .archive),
    Signature([0x28, 0xB5, 0x2F, 0xFD], "a zstd file", .archive),
    Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", .archive),
    Signature("Rar!", "a rar archive", .archive),
    Signature("ustar", at: 257, "a tar archive", .archive),
    Signature([0x93] + Array("NUMPY".utf8), "a NumPy array", .archive),
    Signature([0x89] + Array("HDF".utf8), "an HDF5 file", .archive),
    Signature("SQLite format 3", "a SQLite database", .other),
    Signature(
      "version https://git-lfs", "a Git LFS placeholder", .placeholder),
  ]

  private static func find(_ bytes: [UInt8]) -> FileKind? {
    for signature in signatures where bytes.count >= signature.place + signature.bytes.count {
      let part = bytes[signature.place..<signature.place + signature.bytes.count]
      if part.elementsEqual(signature.bytes) { return signature.kind }
    }
    guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
      return FileKind("a web page", .text)
    }
    if start.hasPrefix("<"), text.contains("<svg") { return FileKind("SVG", .picture) }
    let isText = bytes.allSatisfy { $0 >= 32 || (9...13).contains($0) }
    return isText ? FileKind("a text", .text) : nil
  }
}
