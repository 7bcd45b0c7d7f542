import Digests
import Dispatch
import Foundation
import Synchronization

/// Prepared examples in some order: all of some stores, one after the other, or those that were chosen from them, maybe several
/// times.
final class ExamplePixels: Sendable {
  private let stores: [PixelStore]
  /// The number of each store's first example.
  private let starts: [Int]
  /// Their numbers in the stores; nil: all, in their order.
  private let rows: [Int32]?
  let count: Int
  /// Bytes of an example.
  let exampleSize: Int

  private init(_ stores: [PixelStore], rows: [Int32]?) {
    var (starts, all): ([Int], Int) = ([], 0)
    for store in stores {
      starts.append(all)
      all += store.count
    }
    (self.stores, self.starts, self.rows) = (stores, starts, rows)
    (count, exampleSize) = (rows?.count ?? all, stores[0].exampleSize)
  }

  convenience init(_ store: PixelStore, rows: [Int32]? = nil) { self.init([store], rows: rows) }

  /// The examples of several, each so many times; of one size.
  convenience init(joining parts: [ExamplePixels], times: [Int]) {
    var rows: [Int32] = []
    var start: Int32 = 0
    for (part, times) in zip(parts, times) {
      let own = part.rows ?? (0..<Int32(part.count)).map { $0 }
      for _ in 0..<times { rows += own.map { $0 + start } }
      start += Int32(part.stores.reduce(0) { $0 + $1.count })
    }
    self.init(parts.flatMap(\.stores), rows: rows)
  }

  /// Those at some places.
  func choosing(_ places: [Int32]) -> ExamplePixels {
    ExamplePixels(stores, rows: places.map { rows?[Int($0)] ?? $0 })
  }

  /// The bytes of an example, which live as long as its store.
  func example(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let number = rows.map { Int($0[index]) } ?? index
    guard stores.count > 1 else { return stores[0].example(number) }
    let store = (starts.firstIndex { $0 > number } ?? stores.count) - 1
    return stores[store].example(number - starts[store])
  }
}

extension ContentDigest {
  /// Of examples that were chosen: their pixels, each once in the order in which it first occurs, and where
  /// some occur again, which.
  ///
  /// - Parameters:
  ///   - store: nil: they are known by what makes them and not by their pixels.
  ///   - base: of what they were chosen from.
  /// - Returns: nil when `interrupted` said true.
  init?(
    choosing rows: [Int32], from store: PixelStore?, _ base: ContentDigest,
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
    if let store {
      guard
        let pixels = store.digest(
          ofExamples: chosen.count, { Int(chosen[$0]) }, interrupted: interrupted)
      else { return nil }
      sum.update(pixels)
    } else {
      sum.update("chosen 1\n\(base.examples)\n")
      chosen.map(\.littleEndian).withUnsafeBytes { sum.update($0) }
    }
    if chosen.count < rows.count {
      sum.update("\nrepeated 1\n")
      rows.map { (places[$0] ?? 0).littleEndian }.withUnsafeBytes { sum.update($0) }
    }
    self.init(examples: sum.finish(), labels: labels)
  }
}
