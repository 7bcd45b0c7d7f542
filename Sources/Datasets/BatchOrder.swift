import Randomness

/// Which examples make batch k: a function of (seed, k) and of nothing else.
///
/// Each epoch is a shuffle of all examples, cut into batches; what is left over at its end is
/// dropped, so that every batch is full. Of tasks, batches in a row are drawn from one, each example as likely as another
/// and perhaps again, and then from another, each task as likely.
package struct BatchOrder: Sendable {
  package let count: Int
  package let batch: Int
  package let seed: UInt64
  /// What each batch is drawn from; nil: from all examples.
  package let tasks: TaskSet?

  init(
    count: Int, batch: Int, seed: UInt64, tasks: TaskSet? = nil
  ) throws(DatasetError) {
    guard batch >= 1 else { throw .unusable("a batch has at least one example, not \(batch)") }
    guard count >= batch else { throw .tooFewExamples(count: count, batch: batch) }
    (self.count, self.batch, self.seed, self.tasks) = (count, batch, seed, tasks)
  }

  package var batchesPerEpoch: Int { count / batch }

  /// The order of all examples in an epoch: Fisher and Yates's shuffle, with the word of index i for
  /// the exchange at place i.
  package func permutation(ofEpoch epoch: Int) -> [Int32] {
    let numbers = Philox(
      seed: seed, stream: Stream.shuffle, step: UInt32(truncatingIfNeeded: epoch))
    var order = (0..<Int32(count)).map { $0 }
    var words = (UInt32(0), UInt32(0), UInt32(0), UInt32(0))
    for i in stride(from: count - 1, to: 0, by: -1) {
      let place = i & 3
      if place == 3 || i == count - 1 { words = numbers.block(UInt32(truncatingIfNeeded: i >> 2)) }
      let word =
        place < 2 ? (place == 0 ? words.0 : words.1) : (place == 2 ? words.2 : words.3)
      order.swapAt(i, Int((UInt64(word) * UInt64(i + 1)) >> 32))
    }
    return order
  }

  /// Whether the example at a place of an epoch is mirrored, when mirroring is asked for.
  func isMirrored(epoch: Int, place: Int) -> Bool {
    let numbers = Philox(seed: seed, stream: Stream.flip, step: UInt32(truncatingIfNeeded: epoch))
    return numbers.word(place) >> 31 == 1
  }

  /// The examples of batch k of tasks.
  func examples(ofBatch k: Int, among tasks: TaskSet) -> [Int32] {
    func place(_ word: UInt32, of count: Int) -> Int {
      Int((UInt64(word) * UInt64(count)) >> 32)
    }
    let turn = Philox(
      seed: seed, stream: Stream.task, step: UInt32(truncatingIfNeeded: k / tasks.batches))
    let members = tasks.members[place(turn.word(0), of: tasks.members.count)]
    let numbers = Philox(
      seed: seed, stream: Stream.taskExample, step: UInt32(truncatingIfNeeded: k))
    return (0..<batch).map { members[place(numbers.word($0), of: members.count)] }
  }

  /// The examples of batch k.
  package func examples(ofBatch k: Int) -> [Int] {
    if let tasks { return examples(ofBatch: k, among: tasks).map { Int($0) } }
    let (epoch, part) = k.quotientAndRemainder(dividingBy: batchesPerEpoch)
    return permutation(ofEpoch: epoch)[part * batch..<(part + 1) * batch].map { Int($0) }
  }
}
