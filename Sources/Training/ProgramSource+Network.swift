package import Compilation
package import Networks
import TensorGraph

extension ProgramSource {
  /// A network's program, for a backend.
  package init(_ program: NetworkProgram) {
    self.init(
      name: program.name, graph: program.graph,
      outputs: program.outputs.map { Named($0.name, $0.tensor) },
      updates: program.updates.map { Named($0.name, $0.tensor) })
  }
}
