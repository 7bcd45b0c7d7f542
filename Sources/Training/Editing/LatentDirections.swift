package import Compilation
import LinearAlgebra
package import Metrics
import Networks
package import Specification

/// Directions in the latents of a generator along which its samples change: found by what a classifier says of samples, or without one.
package struct LatentDirections {
  /// How directions are found.
  package enum Method: String, Sendable, CaseIterable {
    case mean, logistic, svm
    /// Components of what the first layer with weights gives, brought back to latents: Härkönen et al. 2020, arXiv:2004.02546.
    case pca
    /// Latents that the first layer with weights changes most by: Shen and Zhou 2021, arXiv:2007.06600.
    case sefa

    /// Those that ask a classifier.
    package var separation: LinearSeparation.Method? { LinearSeparation.Method(rawValue: rawValue) }
  }

  /// A direction of length 1.
  package struct Found: Sendable {
    package let name: String
    package let vector: [Float]
    /// The share of samples that it tells rightly: of the surest that it was not found by, and of all between them, of which side of
    /// the middle score they are.
    package var accuracy: Double?
    package var accuracyBetween: Double?
    /// The share of samples of which the attribute is said.
    package var share: Double?
  }

  /// Samples with what a classifier says of them.
  package struct Told: Sendable {
    /// `[count, latent]`.
    package let latents: FeatureMatrix
    /// `[count, attributes]`.
    package let scores: FeatureMatrix
    package let names: [String]

    package init(latents: FeatureMatrix, scores: FeatureMatrix, names: [String]) {
      (self.latents, self.scores, self.names) = (latents, scores, names)
    }
  }

  /// The share of samples at each end that a direction is found by, and of these for finding.
  private static let (extreme, training) = (0.1, 0.7)

  /// The direction of each attribute, by the samples of which the classifier is surest: a tenth of them at each end, of which three in
  /// ten are kept to test it.
  ///
  /// - Source: Shen et al. 2020, arXiv:1907.10786, section 4, whose tenth is a fiftieth of half a million samples.
  /// - Returns: nil for an attribute of which all samples have one score.
  package static func found(
    by told: Told, _ method: LinearSeparation.Method
  ) -> [(name: String, found: Found?)] {
    told.names.enumerated().map { place, name in
      let scores = (0..<told.scores.count).map {
        told.scores.values[$0 * told.scores.width + place]
      }
      let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
      let count = min(max(Int(Double(scores.count) * extreme), 10), scores.count / 2)
      guard count >= 10, let least = order.first, let largest = order.last,
        scores[least] < scores[largest]
      else { return (name, nil) }
      let middle = scores[order[order.count / 2]]
      let (low, high) = (Array(order.prefix(count)), Array(order.suffix(count)))
      let kept = Int(Double(count) * training)
      func rows(_ part: (_ some: [Int]) -> ArraySlice<Int>) -> (FeatureMatrix, [Bool]) {
        // Every third or so of both, so that the surest are on both sides.
        let (first, second) = (part(Self.mixed(high)), part(Self.mixed(low)))
        return (
          told.latents.rows(Array(first) + Array(second)),
          first.map { _ in true } + second.map { _ in false }
        )
      }
      let (train, test) = (rows { $0.prefix(kept) }, rows { $0.dropFirst(kept) })
      guard let separation = LinearSeparation(train.0, train.1, by: method) else {
        return (name, nil)
      }
      let between = Array(order.dropFirst(count).dropLast(count))
      return (
        name,
        Found(
          name: name, vector: separation.direction.map { Float($0) },
          accuracy: separation.accuracy(on: test.0, test.1),
          accuracyBetween: between.isEmpty
            ? nil
            : separation.accuracy(
              on: told.latents.rows(between), between.map { scores[$0] > middle }),
          share: Double(scores.count { $0 > 0 }) / Double(scores.count))
      )
    }
  }

  /// Another order, the same for as many: by thirds.
  private static func mixed(_ numbers: [Int]) -> [Int] {
    (0..<3).flatMap { part in numbers.indices.filter { $0 % 3 == part }.map { numbers[$0] } }
  }

  // MARK: Without a classifier

  /// Components found by no attribute.
  ///
  /// - Parameters:
  ///   - count: at most so many.
  ///   - samples: latents of which components are found.
  /// - Throws: `NetworksError`, `TrainingError`, or what the backend throws.
  package static func components(
    _ method: Method, of specification: RunSpecification, checkpoint: Checkpoint, count: Int,
    samples: Int, seed: UInt64, backend: any Backend, average: Bool
  ) throws -> [Found] {
    let layer = try FirstLayer(specification, checkpoint: checkpoint, average: average)
    let vectors: [[Double]]
    switch method {
    case .sefa:
      // What a step along a latent of length 1 changes: AᵀA, its rows' products, with A the weights.
      var products = SymmetricMatrix(size: layer.inputs)
      products.addProducts(ofColumns: layer.rows)
      vectors = products.eigenvectors.prefix(count).map(\.vector)
    default:
      // Of normal latents z, A z + b has the covariance A Aᵀ; a component u is brought back as Aᵀu, its least squares over
      // latents whose covariance is the identity.
      let latents = specification.architecture.latents(0..<samples, seed: seed)
      vectors = layer.components(of: latents, count: samples).prefix(count).map(\.self)
    }
    return vectors.enumerated().map { number, vector in
      Found(name: "\(method.rawValue)-\(number + 1)", vector: vector.map { Float($0) })
    }
  }
}

/// The first layer with weights of a generator, as a matrix of its latents.
private struct FirstLayer {
  /// Latents.
  let inputs: Int
  /// `[outputs, inputs]`.
  let rows: [Double]

  init(
    _ specification: RunSpecification, checkpoint: Checkpoint, average: Bool
  ) throws {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    let latent = specification.architecture.latent
    let makers = ["mapping", "generator"].compactMap { plan.network($0) }
    guard
      let weight = makers.first?.parameters.first(where: { parameter in
        switch parameter.role {
        case .weight, .unitWeight: true
        default: false
        }
      })
    else { throw TrainingError.noSamples }
    let keeps = average && specification.recipe.keepsAverage
    let name = keeps ? Average.name(of: weight.name) : weight.name
    guard let values = checkpoint.tensors.values(of: name) else {
      throw TrainingError.foreign(file: checkpoint.tensors.name, "it has no \(name)")
    }
    // Dense: `[units, inputs]`; transposed convolution: `[inputs, channels, height, width]`. Inputs beyond the latents are labels.
    let isDense = weight.shape.count == 2
    let width = isDense ? weight.shape[1] : weight.shape[0]
    guard width >= latent else {
      throw TrainingError.foreign(
        file: checkpoint.tensors.name, "the first layer of its generator does not read all latents")
    }
    let outputs = values.count / width
    inputs = latent
    rows = (0..<outputs).flatMap { output in
      (0..<latent).map { input in
        Double(isDense ? values[output * width + input] : values[input * outputs + output])
      }
    }
  }

  /// Latents of the components of what the layer gives, the largest first.
  func components(of latents: [Float], count: Int) -> [[Double]] {
    let outputs = rows.count / inputs
    // The covariance of the outputs is A C Aᵀ, with C that of the latents; its components brought back by least squares are those of
    // C AᵀA, and with few latents and many outputs this is the smaller problem.
    var covariance = SymmetricMatrix(size: inputs)
    var means = [Double](repeating: 0, count: inputs)
    for row in 0..<count {
      for place in 0..<inputs {
        means[place] += Double(latents[row * inputs + place]) / Double(count)
      }
    }
    covariance.addProducts(
      ofColumns: (0..<count * inputs).map { Double(latents[$0]) - means[$0 % inputs] },
      factor: 1 / Double(max(1, count - 1)))
    guard outputs > 0, let root = covariance.squareFactor else { return [] }
    // With C = L Lᵀ: eigenvectors v of Lᵀ AᵀA L are latents L v.
    var scaled = [Double](repeating: 0, count: outputs * root.rank)
    for output in 0..<outputs {
      for column in 0..<root.rank {
        var sum = 0.0
        for place in 0..<inputs {
          sum += rows[output * inputs + place] * root.values[place * root.rank + column]
        }
        scaled[output * root.rank + column] = sum
      }
    }
    var products = SymmetricMatrix(size: root.rank)
    products.addProducts(ofColumns: scaled)
    return products.eigenvectors.map { _, vector in
      let latent = (0..<inputs).map { place in
        (0..<root.rank).reduce(0.0) { $0 + root.values[place * root.rank + $1] * vector[$1] }
      }
      let length = latent.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return latent.map { $0 / max(length, 1e-30) }
    }
  }
}
