import Images
import Specification

/// Makes any batch of a data set, on one thread at a time; keeps the order of the last epoch used.
struct BatchMaker {
  private let dataset: Dataset
  private let order: BatchOrder?
  private let batch: Int
  private let seed: UInt64
  /// What changes examples before they are served; nil of points.
  let augmenter: Augmenter?
  private var epoch = -1
  private var permutation: [Int32] = []

  init(
    _ dataset: Dataset, batch: Int, seed: UInt64, augmentation: Augmentation, tasks: TaskSet?
  ) throws(DatasetError) {
    guard batch >= 1 else { throw .unusable("a batch has at least one example, not \(batch)") }
    switch dataset.exampleShape {
    case .image(let image): augmenter = Augmenter(augmentation, of: image, seed: seed)
    case .point:
      guard augmentation.isEmpty else { throw .unusable("points are no images to be augmented") }
      augmenter = nil
    }
    if let count = dataset.count {
      order = try BatchOrder(count: count, batch: batch, seed: seed, tasks: tasks)
    } else {
      order = nil
    }
    (self.dataset, self.batch, self.seed) = (dataset, batch, seed)
  }

  /// Writes the values of batch k, `[batch] + example`, to the target.
  ///
  /// - Parameter numbers: gets the numbers of its examples where somebody asks for them; of points nothing.
  mutating func make(
    _ k: Int, _ target: UnsafeMutablePointer<Float>, numbers: UnsafeMutablePointer<Int32>? = nil
  ) {
    switch dataset.content {
    case .points(let mixture):
      mixture.fill(target, count: batch, seed: seed, step: UInt32(truncatingIfNeeded: k))
    case .pixels(let pixels):
      guard let order else { return }
      make(k, order, pixels, target, numbers)
    }
  }

  private mutating func make(
    _ k: Int, _ order: BatchOrder, _ pixels: ExamplePixels, _ target: UnsafeMutablePointer<Float>,
    _ numbers: UnsafeMutablePointer<Int32>?
  ) {
    let (epoch, part) = k.quotientAndRemainder(dividingBy: order.batchesPerEpoch)
    let drawn = order.tasks.map { order.examples(ofBatch: k, among: $0) }
    if drawn == nil, epoch != self.epoch {
      permutation = order.permutation(ofEpoch: epoch)
      self.epoch = epoch
    }
    for i in 0..<batch {
      let place = part * batch + i
      let example = drawn?[i] ?? permutation[place]
      SignedUnits.fill(target + i * pixels.exampleSize, from: pixels.example(Int(example)))
      numbers?[i] = example
    }
    let mirrors = dataset.specification.preprocessing?.flip ?? false
    augmenter?.augment(
      UnsafeMutableBufferPointer(start: target, count: batch * pixels.exampleSize), count: batch,
      step: k
    ) { mirrors && order.isMirrored(epoch: epoch, place: part * batch + $0) }
  }
}
