import LinearAlgebra
package import MetricDescriptions
import Randomness

/// The sliced Wasserstein distance between patches of two sets of images, scale by scale.
///
/// Karras et al. 2018, arXiv:1710.10196, section 5: of each image and level of its Laplacian pyramid 128 patches of 7x7,
/// normalised by channel for each set; means of the distances of sorted projections onto random directions, times 1,000.
/// What is coarse tells of kinds and layout, what is fine of sharpness and noise.
package struct SlicedWasserstein: Sendable {
  package static let metrics = [mean]

  package static let mean = MetricDescription(
    "swd", label: "SWD", family: "sliced Wasserstein", direction: .lowest,
    meaning:
      "the sliced Wasserstein distance of patches of samples from those of examples; times 1,000, a mean "
      + "over scales; smaller for more images")

  package static let usualPatches = 128
  static let side = 7
  /// The shortest side of an image that has a patch.
  package static let leastSide = side
  /// Directions of a repetition, and repetitions.
  package static let usualDirections = 512

  /// Patches of a set of images, by level.
  package struct Patches: Sendable {
    /// `[patches, channels · 7 · 7]` of each level, finest first.
    private(set) var levels: [[Float]] = []
    private let perImage: Int
    private let numbers: Philox
    private var images = 0
    private(set) var channels = 0

    package init(perImage: Int = usualPatches, seed: UInt64) {
      self.perImage = perImage
      numbers = Philox(seed: seed, stream: Randomness.Stream.lowWord(of: "patches"))
    }

    /// - Parameter image: of the same shape as those before, no side below 7.
    package mutating func add(_ image: ImagePlanes) {
      let pyramid = LaplacianPyramid(image).levels
      if levels.isEmpty { levels = pyramid.map { _ in [] } }
      channels = image.channels
      for (level, planes) in pyramid.enumerated() {
        for patch in 0..<perImage {
          let index = ((images * pyramid.count + level) * perImage + patch) * 2
          let free = (planes.height - side + 1, planes.width - side + 1)
          add(planes, at: level, top: draw(index, free.0), left: draw(index + 1, free.1))
        }
      }
      images += 1
    }

    private func draw(_ index: Int, _ count: Int) -> Int {
      let part = Philox(
        seed: numbers.seed, stream: numbers.stream, step: UInt32(truncatingIfNeeded: index >> 30))
      return Int((UInt64(part.word(index & 0x3FFF_FFFF)) * UInt64(max(count, 1))) >> 32)
    }

    private mutating func add(_ planes: ImagePlanes, at level: Int, top: Int, left: Int) {
      for channel in 0..<planes.channels {
        for y in top..<top + side {
          let row = (channel * planes.height + y) * planes.width + left
          levels[level] += planes.values[row..<row + side].lazy.map { Float($0) }
        }
      }
    }
  }

  /// Of each scale, finest first, and times 1,000.
  package let scales: [Double]

  /// - Parameter examples: of images of the same shape; where there are more of one side, its first ones count.
  /// - Returns: nil of other shapes, or of none.
  package init?(
    of samples: Patches, among examples: Patches, directions: Int = usualDirections, seed: UInt64
  ) {
    guard !samples.levels.isEmpty, samples.levels.count == examples.levels.count,
      samples.channels == examples.channels
    else { return nil }
    let width = samples.channels * Self.side * Self.side
    let numbers = Philox(seed: seed, stream: Randomness.Stream.lowWord(of: "directions"))
    let drawn = FeatureMatrix(
      (0..<directions * width).map { numbers.normal($0) }, count: directions)
    scales = zip(samples.levels, examples.levels).map { samples, examples in
      let count = min(samples.count, examples.count) / width
      let sides = [samples, examples].map {
        Self.normalised(FeatureMatrix(Array($0.prefix(count * width)), count: count), width)
      }
      return 1000 * Self.distance(sides[0], sides[1], along: drawn)
    }
  }

  package var reading: MetricReading {
    MetricReading(Self.mean, scales.reduce(0, +) / Double(max(scales.count, 1)))
  }

  /// Patches with mean 0 and deviation 1 in each channel of the set.
  package static func normalised(_ patches: FeatureMatrix, _ width: Int) -> FeatureMatrix {
    let area = side * side
    var values = patches.values
    for channel in 0..<width / area {
      let columns = channel * area..<(channel + 1) * area
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<patches.count {
        for column in columns { sum += Double(values[row * width + column]) }
      }
      let count = Double(patches.count * area)
      let mean = sum / count
      for row in 0..<patches.count {
        for column in columns {
          let difference = Double(values[row * width + column]) - mean
          squares += difference * difference
        }
      }
      // Of a channel that is the same everywhere nothing is left.
      let deviation = (squares / count).squareRoot()
      for row in 0..<patches.count {
        for column in columns {
          let place = row * width + column
          values[place] = deviation > 0 ? Float((Double(values[place]) - mean) / deviation) : 0
        }
      }
    }
    return FeatureMatrix(values, count: patches.count)
  }

  /// The mean distance of sorted projections onto directions, which are made unit vectors.
  package static func distance(
    _ one: FeatureMatrix, _ other: FeatureMatrix, along directions: FeatureMatrix
  ) -> Double {
    let width = directions.width
    guard directions.count > 0, one.count == other.count, one.count > 0 else { return .nan }
    var total = 0.0
    for start in stride(from: 0, to: directions.count, by: Self.together) {
      let part = directions.rows(start..<start + Self.together)
      let lengths = (0..<part.count).map { row in
        part.values[row * width..<(row + 1) * width]
          .reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
      var (first, second) = (projections(of: one, onto: part), projections(of: other, onto: part))
      for (direction, length) in lengths.enumerated() where length > 0 {
        let own = direction * one.count..<(direction + 1) * one.count
        total += difference(&first, &second, at: own) / (length * Double(one.count))
      }
    }
    return total / Double(directions.count)
  }

  /// The sum of the differences of two sets of numbers, each sorted.
  private static func difference(
    _ one: inout [Float], _ other: inout [Float], at places: Range<Int>
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: places.count) { room in
      one.withUnsafeMutableBufferPointer { one in
        other.withUnsafeMutableBufferPointer { other in
          let one = UnsafeMutableBufferPointer(rebasing: one[places])
          let other = UnsafeMutableBufferPointer(rebasing: other[places])
          sort(one, using: room)
          sort(other, using: room)
          var sum = 0.0
          for place in one.indices { sum += Double(abs(one[place] - other[place])) }
          return sum
        }
      }
    }
  }

  /// Directions whose projections are held at once.
  private static let together = 16

  /// `[directions, rows]`.
  private static func projections(
    of rows: FeatureMatrix, onto directions: FeatureMatrix
  ) -> [Float] {
    let width = directions.width
    return [Float](unsafeUninitializedCapacity: rows.count * directions.count) { target, filled in
      directions.values.withUnsafeBufferPointer { directions in
        rows.values.withUnsafeBufferPointer { rows in
          multiply(directions, rows, width: width, into: target)
        }
      }
      filled = rows.count * directions.count
    }
  }
}
