import Foundation
import Images

/// Files of `Tests/Fixtures`, read from the sources.
enum Fixture {
  static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try JSONDecoder().decode(
      type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// `resize.json`, made by `resize.py` with Pillow.
  struct Resizing: Decodable {
    struct Source: Decodable {
      var width: Int
      var height: Int
      var channels: Int
      var pixels: Data
    }
    struct Case: Decodable {
      var image: String
      var width: Int
      var height: Int
      var filter: String
      var pixels: Data
    }
    var images: [String: Source]
    var grey: [String: Data]
    var cases: [Case]

    func image(_ name: String) throws -> PixelImage {
      guard let source = images[name] else { throw Missing(name: name) }
      return PixelImage(
        width: source.width, height: source.height, channels: source.channels,
        pixels: Array(source.pixels))
    }
  }

  /// `decode.json`, made by `decode.py` with Pillow.
  struct Decoding: Decodable {
    struct Case: Decodable {
      var name: String
      var width: Int
      var height: Int
      var file: Data
      /// RGB.
      var pixels: Data
    }
    var cases: [Case]

    func file(_ name: String) throws -> Data {
      guard let found = cases.first(where: { $0.name == name }) else { throw Missing(name: name) }
      return found.file
    }
  }

  struct Missing: Error { var name: String }
}
