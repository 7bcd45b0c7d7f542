import CRandomness

/// Counter-based random numbers: Philox4x32-10 of Salmon et al. 2011 ("Parallel random numbers: as
/// easy as 1, 2, 3").
///
/// A value is a function of (seed, stream, step, index) and of nothing else, so that resuming,
/// branching and the number of threads do not change it. The key is the seed (low word, high word);
/// the counter is (block, high word of the stream, low word of the stream, step), where block = index / 4;
/// the index modulo 4 picks one of the four words that a block gives.
package struct Philox: Sendable, Hashable {
  package let seed: UInt64
  /// What the numbers are for; see `Stream`.
  package let stream: UInt64
  package let step: UInt32

  package init(seed: UInt64, stream: UInt64, step: UInt32 = 0) {
    self.seed = seed
    self.stream = stream
    self.step = step
  }

  /// The four words of a block.
  @inlinable
  package func block(_ block: UInt32) -> (UInt32, UInt32, UInt32, UInt32) {
    var (k0, k1) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    var (c0, c1, c2, c3) = (
      block, UInt32(truncatingIfNeeded: stream >> 32), UInt32(truncatingIfNeeded: stream), step
    )
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(c0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c2)
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }

  /// The word at an index.
  package func word(_ index: Int) -> UInt32 {
    let (a, b, c, d) = block(UInt32(truncatingIfNeeded: index >> 2))
    switch index & 3 {
    case 0: return a
    case 1: return b
    case 2: return c
    default: return d
    }
  }

  /// Uniform in (0, 1): (⌊word / 2⁹⌋ + ½) · 2⁻²³, exact in single precision.
  package func uniform(_ index: Int) -> Float { Self.uniform(word(index)) }

  @inlinable
  package static func uniform(_ word: UInt32) -> Float {
    (Float(word >> 9) + 0.5) * 0x1p-23
  }

  /// Standard normal by Box and Muller 1958, on the pair of words (2i, 2i + 1): the even index is
  /// √(-2 ln u)·cos 2πv, the odd one √(-2 ln u)·sin 2πv.
  package func normal(_ index: Int) -> Float {
    let even = index & ~1
    let u = Double(Self.uniform(word(even)))
    let v = Double(Self.uniform(word(even + 1)))
    let radius = (-2 * u.logarithm).squareRoot()
    return Float(radius * (index == even ? (2 * .pi * v).cosine : (2 * .pi * v).sine))
  }

  /// As `normal` for successive indices, many times as fast: in single precision, within 2e-6, with the same bits on every
  /// processor.
  ///
  /// - Parameter first: of them, a multiple of 4.
  package func fillNormals(_ target: UnsafeMutableBufferPointer<Float>, from first: Int = 0) {
    precondition(first % 4 == 0, "blocks begin at multiples of 4")
    guard let place = target.baseAddress else { return }
    gansh_fill_normals(
      place, target.count, UInt32(truncatingIfNeeded: first >> 2), seed, stream, step)
  }
}
