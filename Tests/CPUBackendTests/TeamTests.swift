import CPUBackend
import Compilation
import Foundation
import TensorGraph
import Testing

/// Threads that compute together.
@Suite struct TeamTests {
  /// Sums, products and a convolution's gradients: in parts of gansh's and of oneDNN's.
  private func machine(threads: Int) throws -> any Machine {
    let graph = Graph()
    let geometry = ConvolutionGeometry(strides: [2, 2], paddingLow: [1, 1], paddingHigh: [1, 1])
    let (x, w) = (graph.input("x", [8, 16, 16, 16]), graph.state("w", [32, 16, 4, 4]))
    let y = x.convolution(w, geometry)
    let (a, b) = (graph.input("a", [96, 300]), graph.state("b", [300, 200]))
    let product = a.matmul(b)
    let gradients = graph.gradients(of: (y * y).sum(), withRespectTo: [w])
    let source = ProgramSource(
      name: "all", graph: graph,
      outputs: [
        .init("y", y), .init("sum", (x * x).sum()), .init("product", product),
        .init("gradient", gradients[0]),
      ])
    let machine = try CPUBackend(threads: threads).makeMachine(running: [source])
    func values(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 251) / 251 - 0.3 } }
    machine.setState("w", values(32 * 16 * 16))
    machine.setState("b", values(300 * 200))
    for (name, count) in [("x", 8 * 16 * 256), ("a", 96 * 300)] {
      machine.withInput(name, of: "all") { _ = $0.update(fromContentsOf: values(count)) }
    }
    return machine
  }

  private func results(_ machine: any Machine) -> [[Float]] {
    machine.execute("all", seed: 1, step: 1)
    return ["y", "sum", "product", "gradient"].map { machine.output($0, of: "all") }
  }

  @Test func `machines of one thread keep their numbers of threads and their bits`() throws {
    let machines = try [1, 2, 3, 7].map(machine)
    let first = machines.map(results)
    for turn in 0..<200 {
      let index = turn * 7 % machines.count
      // Long enough for the team to fall asleep, now and then.
      if turn % 20 == 0 { usleep(2000) }
      #expect(results(machines[index]) == first[index])
    }
  }

  @Test func `several threads compute at once, each with a team of its own`() async throws {
    let expected = results(try machine(threads: 3))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let own = try machine(threads: 3)
          return (0..<30).allSatisfy { _ in results(own) == expected }
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
