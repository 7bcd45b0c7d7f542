import Foundation
package import Specification

/// Serves batches in order, made ahead on a thread of its own where it has one; makes no allocation per
/// batch.
///
/// Batch k is a function of (data set, batch size, seed, k): it does not matter where the loader
/// started, nor how many threads there are. To be used from one thread at a time.
///
/// `@unchecked Sendable`: what the two threads share is behind `condition`.
package final class BatchLoader: @unchecked Sendable {
  /// Examples in a batch.
  package let batch: Int
  package let exampleShape: ExampleShape
  /// Values in a batch: `batch` × those of an example.
  package let valuesPerBatch: Int
  /// What `fillLabels` writes; nil where nobody takes labels.
  package let labels: LabelVectors?
  private let augmenter: Augmenter?
  private let ahead: BatchesAhead

  init(
    _ dataset: Dataset, batch: Int, seed: UInt64, startingAt first: Int, isAhead: Bool,
    labels: LabelVectors?, augmentation: Augmentation, tasks: TaskSet?
  ) throws(DatasetError) {
    let values = try Self.values(of: dataset, batch: batch, startingAt: first, labels: labels)
    let maker = try BatchMaker(
      dataset, batch: batch, seed: seed, augmentation: augmentation, tasks: tasks)
    self.batch = batch
    exampleShape = dataset.exampleShape
    valuesPerBatch = values
    self.labels = labels
    augmenter = maker.augmenter
    ahead = BatchesAhead(maker, values: values, first: first, numbers: labels == nil ? 0 : batch)
    if isAhead { ahead.start() } else { ahead.stop() }
  }

  /// Values in a batch.
  ///
  /// - Throws: where it would be too large, or something else does not fit.
  private static func values(
    of dataset: Dataset, batch: Int, startingAt first: Int, labels: LabelVectors?
  ) throws(DatasetError) -> Int {
    if let labels, labels.count != dataset.count {
      throw .unusable("labels of \(labels.count) examples are not those of these data")
    }
    guard first >= 0 else { throw .unusable("batches are counted from 0, not \(first)") }
    let size = dataset.exampleShape.dimensions.reduce(1, *)
    let (values, overflow) = size.multipliedReportingOverflow(by: batch)
    guard !overflow, values <= 1 << 31 else {
      throw .unusable("a batch of \(batch) examples of \(size) values is too large")
    }
    return values
  }

  deinit { stop() }

  /// The number of the batch that `next` gives next.
  package var position: Int { ahead.position }

  /// Waits for the next batch, writes it as `[batch] + example` in −1…1 (points: as they are), and
  /// returns its number. The target has `valuesPerBatch` values or more.
  ///
  /// After `stop` it still gives the right batches, made on the caller's thread.
  @discardableResult
  package func next(into target: UnsafeMutableBufferPointer<Float>) -> Int {
    precondition(target.count >= valuesPerBatch, "a batch does not fit")
    guard let base = target.baseAddress else { return position }
    return ahead.take(base)
  }

  /// Writes the labels of the batch that `next` gave last, `[batch, width]`, mixed where its examples are.
  ///
  /// - Parameters:
  ///   - values: gets the labels; nil where nobody asks.
  ///   - known: gets 1 where a label is known, else 0; of labels that are mixed, how much of them is known.
  package func fillLabels(
    _ values: UnsafeMutableBufferPointer<Float>?, known: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    guard let labels else { return }
    let numbers = ahead.numbers
    labels.fill(values, known: known, of: numbers)
    guard !numbers.isEmpty, let share = augmenter?.mixedShare(ofBatch: ahead.position - 1) else {
      return
    }
    let count = numbers.count * labels.layout.width
    if let values, let known {
      Mixup.mix(
        labels: .init(rebasing: values[..<count]), known: .init(rebasing: known[..<count]),
        rows: numbers.count, share: share)
    } else if let alone = values ?? known {
      // Without a mask, what is not known is 0.
      Mixup.mix(.init(rebasing: alone[..<count]), rows: numbers.count, share: share)
    }
  }

  /// The examples of the batch that `next` gave last, by their numbers; none where nobody takes labels.
  package var examples: [Int32] { ahead.numbers }

  /// Ends the thread and waits for its end.
  package func stop() { ahead.stop() }
}

/// A few finished batches between the thread that makes them and the one that takes them.
private final class BatchesAhead: @unchecked Sendable {
  private static let depth = 3

  private let condition = NSCondition()
  private var maker: BatchMaker
  private let values: Int
  private let buffers: [UnsafeMutablePointer<Float>]
  /// The numbers of the examples in each buffer; none where nobody asks for them.
  private let numbersAhead: [UnsafeMutableBufferPointer<Int32>]
  /// Those of the batch that was taken last, once one was.
  private var lastNumbers: [Int32]
  private var hasTaken = false
  /// Numbers of the next batch to take and of the next to make.
  private var taken: Int
  private var made: Int
  private var stopping = false
  private var isRunning = false
  private var finished = false
  private var hasBegun = false

  /// - Parameter count: of the numbers that are kept of each batch; 0: none.
  init(_ maker: BatchMaker, values: Int, first: Int, numbers count: Int) {
    self.maker = maker
    self.values = values
    (taken, made) = (first, first)
    buffers = (0..<Self.depth).map { _ in .allocate(capacity: values) }
    lastNumbers = [Int32](repeating: 0, count: count)
    numbersAhead =
      count == 0
      ? []
      : (0..<Self.depth).map { _ in
        let buffer = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
        buffer.initialize(repeating: 0)
        return buffer
      }
  }

  deinit {
    for buffer in buffers { buffer.deallocate() }
    for buffer in numbersAhead { buffer.deallocate() }
  }

  /// The examples of the batch that was taken last; none before that, and where nobody asks for them.
  var numbers: [Int32] { hasTaken ? lastNumbers : [] }

  var position: Int { condition.withLock { taken } }

  func start() {
    condition.withLock { isRunning = true }
    let thread = Thread { self.run() }
    thread.name = "batches"
    thread.start()
  }

  /// Makes batches until told to stop. The maker and the buffer being filled are this thread's alone
  /// until `finished`; buffers between `taken` and `made` belong to the taker.
  private func run() {
    condition.lock()
    if finished { return condition.unlock() }
    hasBegun = true
    while true {
      while !stopping && made - taken >= Self.depth { condition.wait() }
      if stopping { break }
      let number = made
      condition.unlock()
      let place = number % Self.depth
      maker.make(
        number, buffers[place],
        numbers: numbersAhead.isEmpty ? nil : numbersAhead[place].baseAddress)
      condition.lock()
      made += 1
      condition.broadcast()
    }
    finished = true
    condition.broadcast()
    condition.unlock()
  }

  func take(_ target: UnsafeMutablePointer<Float>) -> Int {
    condition.lock()
    defer { condition.unlock() }
    while made == taken && !finished { waitForThread() }
    let number = taken
    if made == taken {
      if numbersAhead.isEmpty {
        maker.make(number, target)
      } else {
        lastNumbers.withUnsafeMutableBufferPointer {
          maker.make(number, target, numbers: $0.baseAddress)
        }
      }
      made += 1
    } else {
      let buffer = buffers[number % Self.depth]
      condition.unlock()
      target.update(from: buffer, count: values)
      if !numbersAhead.isEmpty {
        let numbers = numbersAhead[number % Self.depth]
        lastNumbers.withUnsafeMutableBufferPointer { _ = $0.update(from: numbers) }
      }
      condition.lock()
    }
    taken += 1
    hasTaken = true
    condition.broadcast()
    return number
  }

  /// A thread that the system has no memory for never begins, and nobody is told: then batches are made where they
  /// are taken.
  private func waitForThread() {
    guard !hasBegun else { return condition.wait() }
    if !condition.wait(until: Date(timeIntervalSinceNow: 5)), !hasBegun { finished = true }
  }

  func stop() {
    condition.lock()
    stopping = true
    condition.broadcast()
    while isRunning && hasBegun && !finished { condition.wait() }
    finished = true
    condition.unlock()
  }
}

extension Dataset {
  /// A loader of batches from number `startingAt` on; for images, epoch k / (count / batch).
  ///
  /// - Parameters:
  ///   - isAhead: whether batches are made ahead on a thread of their own, or when they are taken.
  ///   - labels: what goes with each batch; nil: the examples alone.
  ///   - augmentation: what is done to the examples.
  ///   - tasks: what each batch is drawn from; nil: from all examples, each once in an epoch.
  /// - Throws: `.tooFewExamples` when an epoch would not fill one batch.
  package func makeLoader(
    batch: Int, seed: UInt64, startingAt first: Int = 0, isAhead: Bool = true,
    labels: LabelVectors? = nil, augmentation: Augmentation = .none, tasks: TaskSet? = nil
  ) throws(DatasetError) -> BatchLoader {
    try BatchLoader(
      self, batch: batch, seed: seed, startingAt: first, isAhead: isAhead, labels: labels,
      augmentation: augmentation, tasks: tasks)
  }

  /// Which examples make each batch of such a loader; nil for points.
  package func batchOrder(batch: Int, seed: UInt64) throws(DatasetError) -> BatchOrder? {
    guard let count else { return nil }
    return try BatchOrder(count: count, batch: batch, seed: seed)
  }
}
