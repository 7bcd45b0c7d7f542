import Digests
import Foundation

/// A file of prepared examples: a header of one page, the pixels of every slot, and a trailer that
/// says in JSON what the file was made from and what was skipped.
///
/// It is written under another name and renamed when complete, so that a file with the right name is
/// whole unless something else changed it; its length and every byte of it are checked all the same.
struct PixelCache: Sendable {
  let folder: URL
  /// Source and preprocessing, in words; the file is used only for the very same.
  let identity: String
  let exampleSize: Int
  let slotCount: Int

  /// Grows whenever prepared pixels would come out differently.
  static let version: UInt32 = 3
  static let headerSize = 4096
  static let magic = Array("GANSHPIX".utf8)

  struct Trailer: Codable {
    var identity: String
    var skippedSlots: [Int]
    var skipped: [SkippedImage]
    /// Width, height and number of the images of each size.
    var sizes: [[Int]]
    var traits: ImageTraits
    /// What the pixels add up to.
    var digest: String

    /// The sizes, but for what says nothing.
    var imageSizes: [ImageSize: Int] {
      var result: [ImageSize: Int] = [:]
      for entry in sizes where entry.count == 3 {
        result[ImageSize(width: entry[0], height: entry[1])] = entry[2]
      }
      return result
    }
  }

  /// Half of a digest names a file well enough: the identity is compared in full.
  private var stem: String { String(SHA256.digest(of: identity).prefix(32)) }

  var file: URL { folder.appendingPathComponent("\(stem).pixels") }
  var lockFile: URL { folder.appendingPathComponent("\(stem).lock") }
  var unfinishedPrefix: String { "\(stem).unfinished-" }

  /// Bytes of header and pixels together; nil when there are more than a file can have.
  var pixelsEnd: Int? {
    let (pixels, overflow) = exampleSize.multipliedReportingOverflow(by: slotCount)
    let (end, more) = pixels.addingReportingOverflow(Self.headerSize)
    return overflow || more ? nil : end
  }

  /// The header of a file with a trailer: 64-bit words after the magic, and the digest of both.
  func header(trailer: Data) -> [UInt8] {
    var bytes = Self.magic
    let words: [UInt64] = [
      UInt64(Self.version), UInt64(exampleSize), UInt64(slotCount), UInt64(Self.headerSize),
      UInt64(pixelsEnd ?? 0), UInt64(trailer.count),
    ]
    for word in words { bytes += Self.bytes(word) }
    bytes += SHA256.digest(of: Data(bytes) + trailer).utf8
    return bytes + Array(repeating: 0, count: Self.headerSize - bytes.count)
  }

  private static func bytes(_ word: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
  }

  enum Opening {
    case absent
    /// Something has changed it since it was written.
    case damaged
    case whole(PixelStore, Trailer)
  }

  /// Opens the file if it is there, whole, and made from the same images in the same way.
  ///
  /// All of it is read: what training is to read is then in memory, and a byte that has changed on the
  /// disk is no part of an experiment.
  func open(interrupted: @Sendable () -> Bool) throws(DatasetError) -> Opening {
    // A pipe in its place would be waited for.
    guard let pixelsEnd else { return .absent }
    let descriptor = Foundation.open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return .absent }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    defer { try? handle.close() }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return .absent }
    guard let length = try? handle.seekToEnd(), let total = Int(exactly: length),
      total > pixelsEnd, total - pixelsEnd < 1 << 28,
      (try? handle.seek(toOffset: UInt64(pixelsEnd))) != nil,
      let trailer = try? handle.read(upToCount: total - pixelsEnd),
      (try? handle.seek(toOffset: 0)) != nil,
      let head = try? handle.read(upToCount: Self.headerSize),
      Array(head) == header(trailer: trailer),
      let content = try? JSONDecoder().decode(Trailer.self, from: trailer),
      content.identity == identity,
      content.skippedSlots.allSatisfy({ $0 >= 0 && $0 < slotCount })
    else { return .damaged }
    guard let store = map(handle.fileDescriptor, total, content.skippedSlots) else {
      return .absent
    }
    guard let digest = store.digest(interrupted: interrupted) else { throw .interrupted }
    return digest == content.digest ? .whole(store, content) : .damaged
  }

  /// Maps a complete file.
  func map(_ descriptor: Int32, _ length: Int, _ skippedSlots: [Int]) -> PixelStore? {
    guard let mapping = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0),
      mapping != MAP_FAILED
    else { return nil }
    return PixelStore(
      mapping: mapping, mappedLength: length, offset: Self.headerSize,
      exampleSize: exampleSize, slotCount: slotCount, skipped: skippedSlots)
  }
}

/// Decoded examples on their way into a cache file.
///
/// `@unchecked Sendable`: `pwrite` takes the place to write at, and slots are disjoint.
final class CacheSink: PixelSink, @unchecked Sendable {
  private let cache: PixelCache
  private let descriptor: Int32
  private let unfinished: URL
  private let pixelsEnd: Int

  /// Reserves the whole file on the disk, so that a full disk is met here and not half way.
  init?(_ cache: PixelCache) {
    guard let pixelsEnd = cache.pixelsEnd else { return nil }
    let name = cache.unfinishedPrefix + String(getpid())
    unfinished = cache.folder.appendingPathComponent(name)
    descriptor = Foundation.open(unfinished.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    self.cache = cache
    self.pixelsEnd = pixelsEnd
    guard descriptor >= 0 else { return nil }
    guard posix_fallocate(descriptor, 0, off_t(pixelsEnd)) == 0 else {
      unlink(unfinished.path)
      return nil
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    // Gone already when it was finished and renamed.
    unlink(unfinished.path)
  }

  func write(_ pixels: UnsafeBufferPointer<UInt8>, slot: Int) -> Bool {
    guard pixels.count == cache.exampleSize, slot < cache.slotCount else { return false }
    return write(UnsafeRawBufferPointer(pixels), at: PixelCache.headerSize + slot * pixels.count)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
    guard let base = bytes.baseAddress else { return bytes.isEmpty }
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, base + done, bytes.count - done, off_t(position + done))
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  func finish(_ outcome: DecodingOutcome) -> (store: PixelStore, digest: String)? {
    let slots = outcome.skipped.map(\.slot)
    guard let store = cache.map(descriptor, pixelsEnd, slots), let digest = store.digest() else {
      return nil
    }
    let trailer = PixelCache.Trailer(
      identity: cache.identity, skippedSlots: slots, skipped: outcome.skipped.map(\.image),
      sizes: outcome.sizes.map { [$0.key.width, $0.key.height, $0.value] }
        .sorted { $0.lexicographicallyPrecedes($1) }, traits: outcome.traits, digest: digest)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(trailer) else { return nil }
    let header = cache.header(trailer: data)
    let written =
      data.withUnsafeBytes { write($0, at: pixelsEnd) }
      && header.withUnsafeBytes { write($0, at: 0) }
    guard written else { return nil }
    if !outcome.passing, rename(unfinished.path, cache.file.path) == 0 {
      cache.removeOldEditions()
    }
    return (store, digest)
  }
}

/// Held while one process prepares a data set, so that others wait and then find it ready.
final class CacheLock {
  private let descriptor: Int32

  /// Waits for the lock; nil when the folder cannot be written. `interrupted` ends the waiting.
  init?(_ cache: PixelCache, interrupted: () -> Bool) {
    try? FileManager.default.createDirectory(
      at: cache.folder, withIntermediateDirectories: true)
    descriptor = Foundation.open(cache.lockFile.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, !interrupted() else { return nil }
      usleep(50_000)
    }
    removeUnfinished(cache)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// What processes that were killed have left; nobody else writes while the lock is held.
  private func removeUnfinished(_ cache: PixelCache) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cache.folder.path)) ?? []
    for name in names where name.hasPrefix(cache.unfinishedPrefix) {
      unlink(cache.folder.appendingPathComponent(name).path)
    }
  }
}
