import Metrics
package import Specification

/// Features of images by a network whose weights are read from a file.
package final class PretrainedFeatures: FeatureExtractor {
  package let image: ImageShape
  package let resizing: String
  package var name: String { machine.network.name }
  package var digest: String { machine.digest }
  package var width: Int { machine.width }

  private let machine: PretrainedMachine
  private let preparation: ImagePreparation

  package init(
    _ machine: PretrainedMachine, of image: ImageShape, resizing: ImageResizing = .tf1
  ) {
    let network = machine.network
    let scale = network.scale(resizing)
    preparation = ImagePreparation(
      of: image, to: network.side, resizing, offsets: scale.offsets, factors: scale.factors)
    (self.machine, self.image) = (machine, image)
    self.resizing = "\(resizing.rawValue) to \(network.side)x\(network.side)"
  }

  package func outputs(of images: [Float], count: Int) -> FeatureOutputs {
    let count = whole(images, count: count)
    var (features, logits) = ([Float](), [Float]())
    for start in stride(from: 0, to: count, by: machine.batch) {
      let wanted = min(machine.batch, count - start)
      machine.execute { prepare(images, start..<start + wanted, in: $0) }
      features += rows(PretrainedNetwork.features, of: wanted)
      if machine.hasLogits { logits += rows(PretrainedNetwork.logits, of: wanted) }
    }
    return FeatureOutputs(
      features: FeatureMatrix(features, count: count),
      logits: machine.hasLogits ? FeatureMatrix(logits, count: count) : nil)
  }

  package func distances(from ones: [Float], to others: [Float], count: Int) -> [Double]? {
    guard machine.tellsDistances else { return nil }
    let pairs = max(1, machine.batch / 2)
    var distances: [Double] = []
    for start in stride(from: 0, to: count, by: pairs) {
      let numbers = start..<min(start + pairs, count)
      distances += machine.distances { input in
        prepare(ones, numbers, in: input)
        prepare(
          others, numbers,
          in: UnsafeMutableBufferPointer(rebasing: input[(pairs * preparation.count)...]))
      }.prefix(numbers.count).map(Double.init)
    }
    return distances
  }

  /// The rows of the first images.
  private func rows(_ name: String, of count: Int) -> ArraySlice<Float> {
    let values = machine.output(name)
    return values.prefix(count * (values.count / machine.batch))
  }

  private func prepare(
    _ images: [Float], _ numbers: Range<Int>, in input: UnsafeMutableBufferPointer<Float>
  ) {
    let (size, ready) = (image.valueCount, preparation.count)
    images.withUnsafeBufferPointer { images in
      for (place, number) in numbers.enumerated() {
        preparation.fill(
          UnsafeMutableBufferPointer(rebasing: input[place * ready..<(place + 1) * ready]),
          from: UnsafeBufferPointer(rebasing: images[number * size..<(number + 1) * size]))
      }
    }
  }
}
