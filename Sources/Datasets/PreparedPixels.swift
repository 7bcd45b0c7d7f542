import Foundation
import TerminalText

/// The prepared images of a source, from the cache or made now.
struct PreparedPixels {
  let store: PixelStore
  let skipped: [SkippedImage]
  let skippedSlots: [Int]
  let sizes: [ImageSize: Int]
  let traits: ImageTraits
  /// What the pixels add up to.
  let digest: String
  let notes: [String]

  init(_ decoding: Decoding, cacheDirectory: URL) throws(DatasetError) {
    let cache = PixelCache(
      folder: cacheDirectory,
      identity:
        "\(PixelCache.version) \(decoding.source.identity) \(decoding.preparation.identity)",
      exampleSize: decoding.preparation.size, slotCount: decoding.source.count)
    let opening = try cache.open(interrupted: decoding.interrupted)
    if let prepared = Self(opening) {
      self = prepared
      return
    }
    var notes: [String] = []
    if case .damaged = opening {
      notes.append("\(cache.file.path) had changed on the disk: its images were prepared anew")
    }
    // Somebody else may have been preparing the same images: then they are there after the wait.
    let lock = CacheLock(cache, interrupted: decoding.interrupted)
    if lock == nil && decoding.interrupted() { throw .interrupted }
    defer { withExtendedLifetime(lock) {} }
    if lock != nil, let prepared = Self(try cache.open(interrupted: decoding.interrupted)) {
      self = prepared
    } else if lock != nil, let prepared = try Self(decoding, CacheSink(cache), notes: notes) {
      self = prepared
    } else {
      let note =
        "prepared images are kept in memory: \(cacheDirectory.path) cannot take "
        + "\(Self.megabytes(cache.pixelsEnd ?? 0)) MB"
      let sink = MemorySink(exampleSize: cache.exampleSize, slotCount: cache.slotCount)
      guard let prepared = try Self(decoding, sink, notes: notes + [note]) else {
        throw .unusable("\(counted(decoding.source.count, "image")) are more than memory can hold")
      }
      self = prepared
    }
  }

  private init?(_ opening: PixelCache.Opening) {
    guard case .whole(let store, let trailer) = opening else { return nil }
    self.store = store
    skipped = trailer.skipped
    skippedSlots = trailer.skippedSlots
    sizes = trailer.imageSizes
    traits = trailer.traits
    digest = trailer.digest
    notes = []
  }

  private init?(
    _ decoding: Decoding, _ sink: (any PixelSink)?, notes: [String]
  ) throws(DatasetError) {
    guard let sink, let outcome = try decoding.run(into: sink),
      let (store, digest) = sink.finish(outcome)
    else { return nil }
    self.store = store
    self.digest = digest
    skipped = outcome.skipped.map(\.image)
    skippedSlots = outcome.skipped.map(\.slot)
    sizes = outcome.sizes
    traits = outcome.traits
    self.notes = notes
  }

  func keptSlots(of count: Int) -> [Int] {
    let left = Set(skippedSlots)
    return (0..<count).filter { !left.contains($0) }
  }

  private static func megabytes(_ bytes: Int) -> Int { max(1, bytes / 1_000_000) }
}
