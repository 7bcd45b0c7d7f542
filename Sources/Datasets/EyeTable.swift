import Digests
import Foundation
import Images
import TerminalText

/// Where the eyes are in photographs, by the names of their files.
///
/// Read as CelebA publishes it (`list_landmarks_align_celeba.txt`: a count, a line of names, rows between blanks), or as a
/// table of separated values; other landmarks beside the eyes are passed over.
struct EyeTable: Sendable {
  private var faces: [String: FaceAlignment] = [:]
  /// Of its bytes: images that it aligns are others with another table.
  let digest: String

  private static let columns = ["lefteye_x", "lefteye_y", "righteye_x", "righteye_y"]
  private static let expected =
    "a table of landmarks with the columns \(columns.joined(separator: ", "))"

  /// - Parameter path: as it was typed.
  init(path: String) throws(DatasetError) {
    let place = expandedPath(path)
    guard let stamp = FileStamp(place), stamp.isFile else {
      throw .missing(path: path, expected: Self.expected)
    }
    guard let bytes = contents(ofFile: place) else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    var sum = SHA256()
    bytes.withUnsafeBytes { sum.update($0) }
    digest = sum.finish()
    let table = try Self.rows(bytes, path: path)
    let names = table.columns.map { $0.lowercased() }
    let places = Self.columns.compactMap { names.firstIndex(of: $0) }
    guard places.count == Self.columns.count,
      let name = names.indices.first(where: { !places.contains($0) })
    else {
      throw .malformed(
        path: path, line: 1,
        reason: "expected a column of file names and \(Self.columns.joined(separator: ", "))")
    }
    for row in table.rows {
      let fields = places.map { row.fields[$0].trimmingCharacters(in: .whitespaces) }
      // Of an image in which none were found.
      if fields.allSatisfy(\.isEmpty) { continue }
      let numbers = fields.map { Double($0) }
      guard let leftX = numbers[0], let leftY = numbers[1], let rightX = numbers[2],
        let rightY = numbers[3],
        let face = FaceAlignment(left: SIMD2(leftX, leftY), right: SIMD2(rightX, rightY))
      else {
        throw .malformed(
          path: path, line: row.line,
          reason: "expected the places of two eyes apart from each other, in pixels")
      }
      faces[Self.key(row.fields[name])] = face
    }
  }

  /// Where the eyes are in an image; nil where the table does not say.
  ///
  /// - Parameter name: its path; a table may name the file alone.
  func face(of name: String) -> FaceAlignment? {
    faces[name] ?? name.split(separator: "/").last.flatMap { faces[String($0)] }
  }

  private static func key(_ field: String) -> String {
    let text = field.trimmingCharacters(in: .whitespaces)
    return text.hasPrefix("./") ? String(text.dropFirst(2)) : text
  }

  private static func rows(
    _ bytes: [UInt8], path: String
  ) throws(DatasetError) -> (columns: [String], rows: [(line: Int, fields: [String])]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    // The published file begins with a count, and its second line names no column for the files.
    guard let first = lines.first, Int(first.trimmingCharacters(in: .whitespaces)) != nil,
      lines.count > 1
    else {
      let table = try SeparatedValues(bytes, path: path)
      return (table.columns, table.rows.map { ($0.line, $0.fields) })
    }
    let columns = lines[1].split(separator: " ").map(String.init)
    var rows: [(line: Int, fields: [String])] = []
    for (number, line) in lines.enumerated().dropFirst(2) where !line.allSatisfy(\.isWhitespace) {
      let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard fields.count == columns.count + 1 else {
        throw .malformed(
          path: path, line: number + 1,
          reason: "has \(counted(fields.count, "field")), expected \(columns.count + 1)")
      }
      rows.append((number + 1, fields))
    }
    return (["file"] + columns, rows)
  }
}

/// Reads images with the eyes of each face where CelebA's are.
struct AligningReader: ImageReader {
  var reader: any ImageReader
  let eyes: EyeTable
  let names: @Sendable (Int) -> String

  mutating func image(at index: Int) throws(ReadError) -> DecodedImage {
    guard let face = eyes.face(of: names(index)) else {
      throw ReadError(reason: "has no eyes in the table of landmarks", passing: false)
    }
    let photograph = try reader.image(at: index)
    guard face.isInside(photograph.image) else {
      throw ReadError(
        reason: "has its eyes, as the table of landmarks says, outside of its "
          + "\(photograph.image.width)x\(photograph.image.height) pixels", passing: false)
    }
    return photograph.with { face.aligned($0) }
  }
}
