import Foundation

/// The number that the linker gives each build of the program (`NT_GNU_BUILD_ID`), read from its file.
enum BuildIdentifier {
  /// Its first eight digits; nil where the file has none.
  static let short: String? = {
    guard let file = FileHandle(forReadingAtPath: "/proc/self/exe") else { return nil }
    defer { try? file.close() }
    // The notes lie behind the headers, at the beginning.
    return (try? file.read(upToCount: 1 << 16)).flatMap { identifier(in: $0) }
  }()

  /// - Parameter file: the beginning of a file of 64-bit ELF, little-endian.
  static func identifier(in file: Data) -> String? {
    let bytes = [UInt8](file)
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset + count <= bytes.count else { return nil }
      return Int(
        exactly: bytes[offset..<offset + count].reversed().reduce(UInt64(0)) {
          $0 << 8 | UInt64($1)
        })
    }
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), let table = number(32, 8),
      let size = number(54, 2), let count = number(56, 2)
    else { return nil }
    for header in 0..<count {
      let (start, overflows) = table.addingReportingOverflow(header * size)
      // Segments of notes.
      guard !overflows, number(start, 4) == 4, let begin = number(start + 8, 8),
        let length = number(start + 32, 8), begin < bytes.count, length < bytes.count
      else { continue }
      var note = begin
      while note + 12 <= min(begin + length, bytes.count), let name = number(note, 4),
        let content = number(note + 4, 4), name < bytes.count, content < bytes.count
      {
        let place = note + 12 + (name + 3) / 4 * 4
        let isBuild = number(note + 8, 4) == 3
        if isBuild, content >= 4, place + 4 <= bytes.count {
          return bytes[place..<place + 4].map {
            String($0 / 16, radix: 16) + String($0 % 16, radix: 16)
          }
          .joined()
        }
        note = place + (content + 3) / 4 * 4
      }
    }
    return nil
  }
}
