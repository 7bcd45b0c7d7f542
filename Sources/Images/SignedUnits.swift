import CImageCodec

/// Pixels as the numbers that networks see.
package enum SignedUnits {
  /// Writes pixel / 127.5 − 1 for each pixel; `target` has at least as many values.
  package static func fill(
    _ target: UnsafeMutablePointer<Float>, from pixels: UnsafeBufferPointer<UInt8>
  ) {
    guard let source = pixels.baseAddress else { return }
    gansh_bytes_to_signed_units(source, pixels.count, target)
  }
}
