import CPUBackend
import Compilation
import TensorGraph
import Testing

#if arch(x86_64)
  /// Numbers below 2^-126, which a processor computes with a hundred times slower than with others.
  @Suite struct DenormalTests {
    @Test(arguments: [1, 2]) func `denormal operands and results are zero within a program`(
      threads: Int
    ) throws {
      let graph = Graph()
      // Enough elements for a second thread.
      let count = 20_000
      let (x, y) = (graph.input("x", [count]), graph.input("y", [count]))
      let (a, b) = (graph.input("a", [48, 64]), graph.input("b", [64, 32]))
      let source = ProgramSource(
        name: "all", graph: graph,
        outputs: [
          .init("result", x * x), .init("operand", y * graph.constant(1e30)),
          .init("product", a.matmul(b)),
          .init("normal", x * graph.constant(1e-15)),
        ])
      let machine = try CPUBackend(threads: threads).makeMachine(running: [source])
      let tiny = Float(1e-20), denormal = Float(1e-40)
      for (name, value) in [("x", tiny), ("y", denormal), ("a", tiny), ("b", tiny)] {
        machine.withInput(name, of: "all") { $0.update(repeating: value) }
      }
      machine.execute("all", seed: 1, step: 1)
      for name in ["result", "operand", "product"] {
        #expect(machine.output(name, of: "all").allSatisfy { $0 == 0 }, "\(name)")
      }
      #expect(machine.output("normal", of: "all").allSatisfy { $0 == tiny * 1e-15 })
      // Whoever runs a program computes as before.
      let smaller = machine.output("normal", of: "all").map { $0 * 1e-5 }
      #expect(smaller.allSatisfy { $0 > 0 && $0.isSubnormal })
    }
  }
#endif
