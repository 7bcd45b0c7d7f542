import CPUBackend
import Compilation
import TensorGraph

/// Seconds that something takes, over repetitions.
struct Timing {
  let median: Double
  let fastest: Double

  /// - Parameter steps: nil: as many as a second holds, from 5 to 2,000.
  init(steps: Int? = nil, _ body: () -> Void) {
    let clock = ContinuousClock()
    func seconds() -> Double { clock.measure(body) / .seconds(1) }
    let first = seconds()
    let count = steps ?? max(5, min(2000, Int(1 / first)))
    let times = (0..<max(1, count)).map { _ in seconds() }.sorted()
    (median, fastest) = (times[times.count / 2], times[0])
  }
}

/// A large matrix product in single precision, as a measure of the machine.
enum MatrixProduct {
  /// GFLOP/s; 0 where it cannot be measured.
  static let rate: Double = {
    let size = 1536
    let graph = Graph()
    let product = graph.state("a", [size, size]).matmul(graph.state("b", [size, size]))
    let source = ProgramSource(
      name: "product", graph: graph, outputs: [], updates: [.init("c", product)])
    guard let machine = try? CPUBackend().makeMachine(running: [source]) else { return 0 }
    machine.execute("product", seed: 0, step: 0)
    let timing = Timing(steps: 15) { machine.execute("product", seed: 0, step: 0) }
    return Double(source.operations) / timing.fastest / 1e9
  }()
}
