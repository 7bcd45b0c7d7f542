package import TensorGraph

/// Runs programs with the reference evaluator: slow and obvious, in double precision. Tests compare
/// every other backend with it.
package struct ReferenceBackend: Backend {
  package init() {}

  package var description: String { "reference evaluator, double precision" }
  package var threads: Int { 1 }
  package var passes: [GraphPass] { [] }

  package func makeMachine(
    running programs: [ProgramSource], options: MachineOptions
  ) throws -> any Machine {
    for program in programs { try program.verify() }
    try programs.verifyStates()
    return ReferenceMachine(programs)
  }
}

private final class ReferenceMachine: Machine {
  let kernels: [String: String] = [:]
  private let programs: [String: ProgramSource]
  private let shapes: [String: Shape]
  private var values: [String: [Float]]
  private var inputs: [String: [String: [Float]]] = [:]
  private var outputs: [String: [String: [Float]]] = [:]

  init(_ sources: [ProgramSource]) {
    var (programs, shapes) = ([String: ProgramSource](), [String: Shape]())
    for source in sources {
      programs[source.name] = source
      for node in source.graph.nodes {
        switch node.op {
        case .state(let name, let shape): shapes[name] = shape
        case .input(let name, let shape):
          inputs[source.name, default: [:]][name] = [Float](repeating: 0, count: shape.count)
        default: break
        }
      }
      for update in source.updates { shapes[update.name] = update.tensor.shape }
    }
    (self.programs, self.shapes) = (programs, shapes)
    values = shapes.mapValues { [Float](repeating: 0, count: $0.count) }
  }

  var states: [(name: String, shape: [Int])] {
    shapes.map { ($0.key, $0.value.dimensions) }.sorted { $0.name < $1.name }
  }

  func setState(_ name: String, _ values: [Float]) {
    precondition(values.count == shapes[name]?.count, "state \(name)")
    self.values[name] = values
  }

  func state(_ name: String) -> [Float] { values[name] ?? [] }

  func withInput(
    _ name: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    var buffer = inputs[program]?[name] ?? []
    precondition(!buffer.isEmpty, "input \(name) of \(program)")
    try buffer.withUnsafeMutableBufferPointer { try body($0) }
    inputs[program]?[name] = buffer
  }

  func profile(_ program: String, seed: UInt64, step: UInt32) -> ProgramProfile {
    let time = ContinuousClock().measure { execute(program, seed: seed, step: step) }
    let kernel = KernelTime(
      kernel: "reference", tensors: program, seconds: time / .seconds(1), operations: 0, bytes: 0)
    return ProgramProfile(kernels: [kernel], seconds: time / .seconds(1))
  }

  func execute(_ program: String, seed: UInt64, step: UInt32) {
    guard let source = programs[program] else { preconditionFailure("program \(program)") }
    let reference = Reference(
      inputs: (inputs[program] ?? [:]).mapValues { $0.map(Double.init) },
      states: values.mapValues { $0.map(Double.init) }, seed: seed, step: step)
    let wanted = source.outputs + source.updates
    do {
      let results = try reference.evaluate(wanted.map(\.tensor)).map { $0.map { Float($0) } }
      for (index, output) in source.outputs.enumerated() {
        outputs[program, default: [:]][output.name] = results[index]
      }
      for (index, update) in source.updates.enumerated() {
        values[update.name] = results[source.outputs.count + index]
      }
    } catch { preconditionFailure("\(error)") }
  }

  func output(_ name: String, of program: String) -> [Float] { outputs[program]?[name] ?? [] }

  var memory: Int { values.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size } }
}
