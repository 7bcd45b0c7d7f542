import Digests
import Dispatch
import Foundation
import Synchronization

/// Prepared examples in some order: all of a store, or those that were chosen from it, maybe several times.
struct ExamplePixels: Sendable {
  let store: PixelStore
  /// Their numbers in the store; nil: all, in its order.
  let rows: [Int32]?

  init(_ store: PixelStore, rows: [Int32]? = nil) { (self.store, self.rows) = (store, rows) }

  var count: Int { rows?.count ?? store.count }
  /// Bytes of an example.
  var exampleSize: Int { store.exampleSize }

  /// The bytes of an example, which live as long as the store.
  func example(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    store.example(rows.map { Int($0[index]) } ?? index)
  }
}

extension ContentDigest {
  /// Of examples that were chosen: their pixels, each once in the order in which it first occurs, and where
  /// some occur again, which.
  ///
  /// - Parameters:
  ///   - base: of what they were chosen from.
  ///   - isGenerated: whether they are known by what makes them and not by their pixels.
  /// - Returns: nil when `interrupted` said true.
  init?(
    choosing rows: [Int32], from store: PixelStore, _ base: ContentDigest, isGenerated: Bool,
    labels: DatasetLabels?, interrupted: @Sendable () -> Bool
  ) {
    var places: [Int32: Int32] = [:]
    var distinct: [Int32] = []
    for row in rows where places[row] == nil {
      places[row] = Int32(distinct.count)
      distinct.append(row)
    }
    let chosen = distinct
    var sum = SHA256()
    if isGenerated {
      sum.update("chosen 1\n\(base.examples)\n")
      chosen.map(\.littleEndian).withUnsafeBytes { sum.update($0) }
    } else {
      guard
        let pixels = store.digest(
          ofExamples: chosen.count, { Int(chosen[$0]) }, interrupted: interrupted)
      else { return nil }
      sum.update(pixels)
    }
    if chosen.count < rows.count {
      sum.update("\nrepeated 1\n")
      rows.map { (places[$0] ?? 0).littleEndian }.withUnsafeBytes { sum.update($0) }
    }
    self.init(examples: sum.finish(), labels: labels)
  }
}
