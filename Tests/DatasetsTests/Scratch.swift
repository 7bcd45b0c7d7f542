import Foundation
import Images
import Specification

/// A folder of its own for one test, removed at its end.
final class Scratch: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path }
  var cache: URL { url.appendingPathComponent("cache") }

  @discardableResult
  func write(_ data: Data, _ name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    try write(Data(text.utf8), name)
  }

  func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}

/// Small pictures that differ by number.
enum Sample {
  static func image(_ number: Int, width: Int = 12, height: Int = 12) -> PixelImage {
    let pixels = (0..<width * height * 3).map {
      UInt8(truncatingIfNeeded: $0 &* 7 &+ number &* 31 &+ ($0 / 5) &* number)
    }
    return PixelImage(width: width, height: height, channels: 3, pixels: pixels)
  }

  static func png(_ number: Int, width: Int = 12, height: Int = 12) throws -> Data {
    try image(number, width: width, height: height).pngData()
  }

  static func preprocessing(
    _ side: Int = 8, channels: Int = 3, crop: Crop = .centre, flip: Bool = false
  ) -> Preprocessing {
    Preprocessing(
      height: side, width: side, channels: channels, crop: crop, filter: .bilinear, flip: flip)
  }
}

/// Zip files with entries that are stored as they are.
enum StoredZip {
  static func make(_ entries: [(name: String, data: Data)]) -> Data {
    var body = Data()
    var directory = Data()
    for (name, data) in entries {
      var fields = Data()
      fields.append(words: [20, 0, 0, 0, 0x5A21])
      fields.append(longs: [checksum(data), UInt32(data.count), UInt32(data.count)])
      fields.append(words: [UInt16(name.utf8.count), 0])
      directory += Data([0x50, 0x4B, 1, 2, 20, 0]) + fields
      directory.append(words: [0, 0, 0])
      directory.append(longs: [0, UInt32(body.count)])
      directory += Data(name.utf8)
      body += Data([0x50, 0x4B, 3, 4]) + fields + Data(name.utf8) + data
    }
    var end = Data([0x50, 0x4B, 5, 6])
    end.append(words: [0, 0, UInt16(entries.count), UInt16(entries.count)])
    end.append(longs: [UInt32(directory.count), UInt32(body.count)])
    end.append(words: [0])
    return body + directory + end
  }

  /// CRC-32, bit by bit.
  static func checksum(_ data: Data) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}

extension Data {
  mutating func append(words: [UInt16]) {
    for word in words { append(contentsOf: [UInt8(word & 0xFF), UInt8(word >> 8)]) }
  }

  mutating func append(longs: [UInt32]) {
    for long in longs {
      append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: long >> (8 * UInt32($0))) })
    }
  }
}
