import Dispatch
import Foundation
import Images
import Synchronization

/// Prepares every image of a source, on several threads.
struct Decoding: Sendable {
  let source: any ImageSource
  let preparation: Preparation
  /// nil: one per core.
  let threads: Int?
  let progress: (@Sendable (Int, Int) -> Void)?
  let interrupted: @Sendable () -> Bool

  /// Images a thread takes at a time.
  private static let stride = 16

  private struct State {
    var next = 0
    var done = 0
    var reported = 0
    var outcome = DecodingOutcome()
    var failure: DatasetError?
    var sinkFailed = false
    var stopped = false
  }

  /// Fills the sink. Returns nil when the sink could not keep what it was given.
  func run(into sink: any PixelSink) throws(DatasetError) -> DecodingOutcome? {
    let state = Mutex(State())
    let threads = max(
      1, min(threads ?? ProcessInfo.processInfo.activeProcessorCount, source.count))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in work(state, sink) }
    let final = state.withLock { $0 }
    if let failure = final.failure { throw failure }
    if final.stopped { throw .interrupted }
    if final.sinkFailed { return nil }
    var outcome = final.outcome
    outcome.skipped.sort { $0.slot < $1.slot }
    if outcome.skipped.count == source.count, let first = outcome.skipped.first {
      throw .allUnreadable(count: source.count, first: first.image)
    }
    return outcome
  }

  private func work(_ state: borrowing Mutex<State>, _ sink: any PixelSink) {
    var reader: any ImageReader
    do { reader = try source.makeReader(over: preparation.background) } catch {
      state.withLock { $0.failure = error }
      return
    }
    var scratch = [UInt8](repeating: 0, count: preparation.size)
    while let range = take(state) {
      var sizes: [ImageSize: Int] = [:]
      var traits = ImageTraits()
      for slot in range {
        do {
          let found = try reader.image(at: slot)
          let image = found.image
          let kept = scratch.withUnsafeMutableBufferPointer { bytes in
            let example = preparation.write(image, to: bytes)
            traits.count(found, as: example)
            return sink.write(UnsafeBufferPointer(bytes), slot: slot)
          }
          sizes[ImageSize(width: image.width, height: image.height), default: 0] += 1
          if !kept { state.withLock { $0.sinkFailed = true } }
        } catch {
          let skipped = SkippedImage(name: source.name(of: slot), reason: error.reason)
          state.withLock {
            $0.outcome.skipped.append((slot, skipped))
            $0.outcome.passing = $0.outcome.passing || error.passing
          }
        }
      }
      report(state, range.count, sizes, traits)
    }
  }

  private func take(_ state: borrowing Mutex<State>) -> Range<Int>? {
    if interrupted() { state.withLock { $0.stopped = true } }
    return state.withLock { state in
      if state.stopped || state.sinkFailed || state.failure != nil { return nil }
      let start = state.next
      if start >= source.count { return nil }
      state.next = min(start + Self.stride, source.count)
      return start..<state.next
    }
  }

  /// Tells the caller now and then, in order and never from two threads at once.
  private func report(
    _ state: borrowing Mutex<State>, _ count: Int, _ sizes: [ImageSize: Int], _ traits: ImageTraits
  ) {
    state.withLock { state in
      state.outcome.traits.add(traits)
      state.done += count
      state.outcome.sizes.merge(sizes, uniquingKeysWith: +)
      guard let progress else { return }
      let step = max(64, source.count / 500)
      if state.done - state.reported >= step || state.done == source.count {
        state.reported = state.done
        progress(state.done, source.count)
      }
    }
  }
}
