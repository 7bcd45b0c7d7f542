import CPUBackend
import Compilation
import Foundation
import Training

/// How many images a second a network makes features of, with weights that are no network's.
struct FeatureBenchmark {
  let network: PretrainedNetwork
  let batch: Int?
  let threads: Int?

  static func network(_ name: String) -> PretrainedNetwork? {
    FeatureNetwork(rawValue: name)?.pretrained
  }

  /// What each kernel takes for a batch.
  func profile(on backend: CPUBackend) throws -> ProgramProfile {
    try machine(on: backend).profile()
  }

  /// Prints a line of JSON.
  func time(on backend: CPUBackend, steps: Int?) throws {
    let machine = try machine(on: backend)
    let timing = Timing(steps: steps) { machine.execute { _ in } }
    let rates = [timing.median, timing.fastest].map {
      String(format: "%.2f", Double(machine.batch) / $0)
    }
    print(
      "{\"network\":\"\(network.name)\",\"batch\":\(machine.batch),\"imagesPerSecond\":\(rates[0]),"
        + "\"fastest\":\(rates[1]),\"kernels\":\"\(backend.description)\"}")
  }

  private func machine(on backend: CPUBackend) throws -> PretrainedMachine {
    let shapes = Dictionary(
      network.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { one, _ in one })
    let weights = NetworkWeights(name: "constants", digest: "", shapes: shapes) { tensor in
      let shape = shapes[tensor] ?? []
      // Numbers that neither grow nor vanish on their way.
      let value = shape.count > 1 ? 2 / Float(shape.dropFirst().reduce(1, *)) : 0.5
      return [Float](repeating: value, count: shape.reduce(1, *))
    }
    let machine = try PretrainedMachine(
      network, weights: weights, backend: backend,
      batch: batch ?? PretrainedMachine.usualBatch)
    machine.execute { for index in $0.indices { $0[index] = Float(index % 255) / 127.5 - 1 } }
    return machine
  }
}
