package import Foundation

/// Files under `Tests/Fixtures`, found from this source file.
package enum Fixture {
  package static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: below `Tests/Fixtures`, like `training/mlp-8x8x3.json`.
  package static func data(_ path: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(path))
  }

  /// A JSON file as a value.
  package static func json<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: data(path))
  }

  /// The tensors of a safetensors file.
  package static func tensors(_ path: String) throws -> TensorFile {
    try TensorFile(data(path), name: path)
  }

  /// The tensors of a safetensors file that lies elsewhere.
  package static func tensors(atPath path: String) throws -> TensorFile {
    try TensorFile(Data(contentsOf: URL(filePath: path)), name: path)
  }
}

/// A fixture that is not what its reader expects.
package struct FixtureError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
