import Foundation

/// The prepared examples as bytes `[slot, channels, height, width]`: a cache file mapped read-only, or
/// memory where no file can be had.
///
/// `@unchecked Sendable`: the bytes are written before the store is shared and never after.
final class PixelStore: @unchecked Sendable {
  private let mapping: UnsafeMutableRawPointer
  private let mappedLength: Int
  private let pixels: UnsafePointer<UInt8>
  /// Slot of each example, when some slots were skipped.
  private let slots: [Int32]?
  /// Bytes of an example.
  let exampleSize: Int
  let count: Int

  /// Takes over a mapping; `offset` is where its pixels begin, `skipped` the slots without pixels.
  init(
    mapping: UnsafeMutableRawPointer, mappedLength: Int, offset: Int, exampleSize: Int,
    slotCount: Int, skipped: [Int]
  ) {
    self.mapping = mapping
    self.mappedLength = mappedLength
    pixels = UnsafePointer((mapping + offset).assumingMemoryBound(to: UInt8.self))
    self.exampleSize = exampleSize
    if skipped.isEmpty {
      slots = nil
      count = slotCount
    } else {
      let left = Set(skipped)
      let kept = (0..<slotCount).filter { !left.contains($0) }.map { Int32($0) }
      slots = kept
      count = kept.count
    }
  }

  deinit { munmap(mapping, mappedLength) }

  /// The bytes of an example, which live as long as the store.
  func example(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index >= 0 && index < count, "no such example")
    let slot = slots.map { Int($0[index]) } ?? index
    return UnsafeBufferPointer(start: pixels + slot * exampleSize, count: exampleSize)
  }
}

/// Where decoded examples are written, from several threads, each slot once.
protocol PixelSink: Sendable {
  /// Whether the bytes could be kept.
  func write(_ pixels: UnsafeBufferPointer<UInt8>, slot: Int) -> Bool
  /// The store and its digest, once every slot that is not skipped was written; nil when it could not be kept.
  func finish(_ outcome: DecodingOutcome) -> (store: PixelStore, digest: String)?
}

/// What decoding left out.
struct DecodingOutcome: Sendable {
  /// Slots in order, with why each was skipped.
  var skipped: [(slot: Int, image: SkippedImage)] = []
  /// How many images were read of each size.
  var sizes: [ImageSize: Int] = [:]
  var traits = ImageTraits()
  /// Whether some image may be readable another time, so that the result is not kept.
  var passing = false
}

/// Decoded examples in memory, for when no cache file can be written.
///
/// `@unchecked Sendable`: threads write disjoint slots.
final class MemorySink: PixelSink, @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let length: Int
  private let exampleSize: Int
  private let slotCount: Int

  init?(exampleSize: Int, slotCount: Int) {
    let (length, overflow) = exampleSize.multipliedReportingOverflow(by: slotCount)
    guard !overflow, length > 0,
      let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      base != MAP_FAILED
    else { return nil }
    (self.base, self.length) = (base, length)
    (self.exampleSize, self.slotCount) = (exampleSize, slotCount)
  }

  private var handedOver = false

  deinit { if !handedOver { munmap(base, length) } }

  func write(_ pixels: UnsafeBufferPointer<UInt8>, slot: Int) -> Bool {
    guard let source = pixels.baseAddress, pixels.count == exampleSize, slot < slotCount else {
      return false
    }
    memcpy(base + slot * exampleSize, source, exampleSize)
    return true
  }

  func finish(_ outcome: DecodingOutcome) -> (store: PixelStore, digest: String)? {
    handedOver = true
    let store = PixelStore(
      mapping: base, mappedLength: length, offset: 0, exampleSize: exampleSize,
      slotCount: slotCount, skipped: outcome.skipped.map(\.slot))
    return store.digest().map { (store, $0) }
  }
}
