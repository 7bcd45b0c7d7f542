import Specification

/// Weights and images by the formula of `Tests/Fixtures/features/make_fixtures.py`, so that no file of them is needed.
enum FormulaWeights {
  /// In -1..<1.
  private static let numbers: [Float] = (0..<UInt32(1 << 16)).map {
    Float(mixed($0 &* 0x9E37_79B9 &+ 1) >> 8) / Float(1 << 23) - 1
  }

  private static func mixed(_ value: UInt32) -> UInt32 {
    var x = value
    x ^= x >> 16
    x &*= 0x85EB_CA6B
    x ^= x >> 13
    x &*= 0xC2B2_AE35
    return x ^ (x >> 16)
  }

  private static func hashed(_ text: String) -> UInt32 {
    text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  /// The values of a tensor.
  static func values(_ name: String, _ shape: [Int]) -> [Float] {
    let count = shape.reduce(1, *)
    let rows = shape.count > 1 ? shape[0] : 1
    let length = count / rows
    let kind = name.split(separator: ".").last ?? ""
    let isMatrix = shape.count > 1
    // Scaled once, so that rows are copies.
    let scaled: [Float]
    switch kind {
    case "running_var": scaled = numbers.map { 1 + 0.3 * $0 }
    case "weight" where !isMatrix: scaled = numbers.map { 1 + 0.2 * $0 }
    case "weight":
      let factor = Float((6 / Double(length)).squareRoot())
      scaled = numbers.map { factor * $0 }
    default: scaled = numbers.map { 0.1 * $0 }
    }
    return [Float](unsafeUninitializedCapacity: count) { target, filled in
      scaled.withUnsafeBufferPointer { scaled in
        guard let source = scaled.baseAddress, let base = target.baseAddress else { return }
        for row in 0..<rows {
          var first = Int(mixed(UInt32(row) &* 0x9E37_79B9 &+ hashed(name))) & 0xffff
          var done = 0
          while done < length {
            let part = min(length - done, scaled.count - first)
            (base + row * length + done).update(from: source + first, count: part)
            done += part
            first = 0
          }
        }
      }
      filled = count
    }
  }

  /// An image in -1…1, `[channels, height, width]`.
  static func image(_ number: Int, _ shape: ImageShape) -> [Float] {
    var values: [Float] = []
    for c in 0..<shape.channels {
      for y in 0..<shape.height {
        for x in 0..<shape.width {
          let pixel = (x * 3 + y * 5 + c * 60 + (x * y + number) % 17 * 6 + number * 37) % 256
          values.append(Float(pixel) / 127.5 - 1)
        }
      }
    }
    return values
  }
}
