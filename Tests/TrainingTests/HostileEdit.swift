import Foundation
import Randomness
import Training

/// Values of a checkpoint exchanged for others that no run writes, in a file that is a safetensors file.
struct HostileEdit {
  let philox: Philox
  /// The next word that is taken.
  var at: Int

  private static let numbers = [
    "0", "1", "-1", "2", "3", "100", "1000000000", "1000000001", "2147483647", "2147483648",
    "4294967295", "4294967296", "9223372036854775806", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "18446744073709551615", "1e9", " 3", "", "NaN",
  ]
  private static let lists = [
    "{}", "[]", "null", "{\"a\":1}", "{\"\":\"\"}", "{\"sum, 9 threads\":\"library\"}",
    "{\"sum, 99999999999999999999 threads\":\"panels\"}", "{\"threads\":\"winograd4\"}",
    String(repeating: "[", count: 400), "{\"discriminator\":3}", "{\"discriminator\":-1}",
    "{\"discriminator\":9223372036854775807,\"generator\":4294967296}",
    "{\"discriminator\":1e300,\"generator\":0.5}", "{\"generator\":3,\"discriminator\":300}",
  ]

  private mutating func choice(of count: Int) -> Int {
    at += 1
    return Int(philox.word(at)) % count
  }

  /// The bytes of a file like this one, with one to three changes.
  mutating func file(of good: TensorFile) -> Data {
    var metadata = good.metadata
    var shapes = good.tensors
    var values: [String: [Float]] = [:]
    for tensor in shapes { values[tensor.name] = good.values(of: tensor.name) }
    for _ in 0...choice(of: 3) {
      switch choice(of: 6) {
      case 0, 1:
        let key = ["step", "batches", "position", "examples", "seed", "version"][choice(of: 6)]
        metadata[key] = Self.numbers[choice(of: Self.numbers.count)]
      case 2:
        let number = Self.numbers[choice(of: Self.numbers.count)]
        (metadata["step"], metadata["batches"]) = (number, number)
      case 3:
        let key = ["kernels", "updates", "draws"][choice(of: 3)]
        metadata[key] = Self.lists[choice(of: Self.lists.count)]
      case 4:
        let index = choice(of: shapes.count)
        let count = shapes[index].shape.reduce(1, *)
        shapes[index].shape =
          [[count], [1, count], [count, 1, 1], [0], [0, 1 << 40], []][
            choice(of: 6)]
      default:
        let index = choice(of: shapes.count)
        let new: Float = [.nan, .infinity, -0, .greatestFiniteMagnitude, .leastNonzeroMagnitude][
          choice(of: 5)]
        values[shapes[index].name]?[0] = new
      }
    }
    return Self.bytes(metadata, shapes, values)
  }

  private static func bytes(
    _ metadata: [String: String], _ shapes: [(name: String, shape: [Int])],
    _ values: [String: [Float]]
  ) -> Data {
    var (header, body): ([String: Any], Data) = (["__metadata__": metadata], Data())
    for (name, shape) in shapes {
      let count = shape.reduce(1, *)
      let start = body.count
      for value in (values[name] ?? []).prefix(count) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { body.append(contentsOf: $0) }
      }
      header[name] = [
        "dtype": "F32", "shape": shape, "data_offsets": [start, body.count],
      ]
    }
    let text = (try? JSONSerialization.data(withJSONObject: header)) ?? Data()
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text + body
  }
}
