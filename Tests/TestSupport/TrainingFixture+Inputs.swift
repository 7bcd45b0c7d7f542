import Foundation
import Randomness
package import Specification

extension TrainingFixture {
  /// Initial values of a parameter, row-major: centre + deviation × normal.
  ///
  /// - Parameters:
  ///   - number: its place in `parameters`.
  ///   - centre: if not said, 1 for the weight of a batch normalisation and else 0.
  ///   - deviation: if not said, the fixture's.
  package func initialValues(
    ofParameter number: Int, around centre: Double? = nil, deviation: Double? = nil
  ) -> [Float] {
    let parameter = parameters[number]
    let centre = centre ?? (parameter.name.hasSuffix("batchnorm.weight") ? 1 : 0)
    let deviation = deviation ?? self.deviation
    let philox = Philox(seed: seed, stream: streams.weights + UInt64(number))
    return normals(philox, parameter.shape.reduce(1, *)) { Float(centre + deviation * Double($0)) }
  }

  /// The real examples of a step, `[N, C, H, W]`.
  package func realBatch(step: Int, exampleCount: Int) -> [Float] {
    let philox = Philox(seed: seed, stream: streams.real, step: UInt32(step))
    return normals(philox, batch * exampleCount) { Float(tanh(Double($0))) }
  }

  /// The latents of a step, `[N, latent]`.
  package func latents(step: Int, count: Int) -> [Float] {
    normals(Philox(seed: seed, stream: streams.latent, step: UInt32(step)), batch * count) { $0 }
  }

  /// The latents of the images called `sample`.
  package func sampleLatents(count: Int) -> [Float] {
    let philox = Philox(seed: seed, stream: streams.sample, step: UInt32(steps.count))
    return normals(philox, batch * count) { $0 }
  }

  /// Label vectors by what they are of; the number is the stream.
  package enum Labels: UInt64, Sendable {
    case ofReal = 40, ofFakes, ofSample, known
  }

  /// `[N, count]`: a 1 in the place of a class, or 0 and 1; `known`: where the labels of real examples are.
  package func labels(_ labels: Labels, step: Int, _ shape: LabelShape) -> [Float] {
    let philox = Philox(seed: seed, stream: labels.rawValue, step: UInt32(step))
    switch shape {
    case .attributes, .numbers:
      let share: Float = labels == .known ? 0.75 : 0.5
      return (0..<batch * shape.count).map { philox.uniform($0) < share ? 1 : 0 }
    case .classes(let count):
      return (0..<batch).flatMap { example -> [Float] in
        let uniform = philox.uniform(example)
        return (0..<count).map { place in
          labels == .known
            ? (uniform < 0.75 ? 1 : 0) : (Int(uniform * Float(count)) == place ? 1 : 0)
        }
      }
    }
  }

  /// Values of `normal(0 ..< count)`, a block of four at a time.
  private func normals(_ philox: Philox, _ count: Int, _ value: (Float) -> Float) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count + 3)
    for block in 0..<UInt32((count + 3) / 4) {
      let words = philox.block(block)
      for (first, second) in [(words.0, words.1), (words.2, words.3)] {
        let radius = (-2 * log(Double(Philox.uniform(first)))).squareRoot()
        let angle = 2 * .pi * Double(Philox.uniform(second))
        values.append(value(Float(radius * cos(angle))))
        values.append(value(Float(radius * sin(angle))))
      }
    }
    values.removeLast(values.count - count)
    return values
  }
}
