import ArgumentParser
import Compilation
import CPUBackend
import Networks
import Specification

/// What is timed: a training step of a network pair, or the making of images.
struct Workload: Sendable {
  let name: String
  let batch: Int
  private let network: Network
  private let penalty: PenaltySpecification?
  private var precision: Precision
  private let isSampling: Bool

  private enum Network { case toy, mlp, conv, dcgan(Int) }

  private init(
    _ name: String, _ network: Network, batch: Int, precision: Precision = .single,
    penalty: PenaltySpecification? = nil, isSampling: Bool = false
  ) {
    (self.name, self.network, self.batch) = (name, network, batch)
    (self.precision, self.penalty, self.isSampling) = (precision, penalty, isSampling)
  }

  /// The presets at 64x64x3 and points of a ring; `dcgan` at two sizes, three batches and both
  /// precisions; with a gradient penalty; and images from latents.
  static let all: [Workload] = {
    var all = [Workload("toy", .toy, batch: 512)]
    func add(_ name: String, _ network: Network, batch: Int) {
      for precision in Precision.allCases {
        let suffix = precision == .bfloat16 ? "-bf16" : ""
        all.append(Workload(name + suffix, network, batch: batch, precision: precision))
      }
    }
    add("mlp", .mlp, batch: 64)
    add("conv", .conv, batch: 64)
    for size in [32, 64] {
      for batch in [16, 64, 128] { add("dcgan\(size)-\(batch)", .dcgan(size), batch: batch) }
    }
    all.append(
      Workload(
        "dcgan64-64-gp", .dcgan(64), batch: 64,
        penalty: PenaltySpecification("gp", weight: 10)))
    all.append(Workload("sampling", .dcgan(64), batch: 64, isSampling: true))
    return all
  }()

  /// A `dcgan` of another size, for tables of how time grows.
  static func dcgan(size: Int, width: Int, batch: Int) -> Workload {
    var workload = Workload("dcgan\(size)-width\(width)-\(batch)", .dcgan(size), batch: batch)
    workload.width = width
    return workload
  }

  /// The same in a precision.
  func permitting(_ precision: Precision) -> Workload {
    var workload = self
    workload.precision = precision
    return workload
  }

  private var width: Int?

  private func architecture() throws -> ArchitectureSpecification {
    let preset =
      switch network {
      case .toy: "mlp points=2"
      case .mlp: "mlp image=64x64x3"
      case .conv: "conv image=64x64x3"
      case .dcgan(let size): "dcgan image=\(size)x\(size)x3 width=\(width ?? 64)"
      }
    return try ArchitectureSpecification(like: preset)
  }

  /// Compiles it, with weights and a batch in place.
  func prepared(on backend: CPUBackend) throws -> PreparedWorkload {
    let architecture = try architecture()
    var recipe = RecipeSpecification.standard(for: architecture)
    (recipe.batch, recipe.precision) = (batch, precision)
    recipe.penalties = penalty.map { [$0] } ?? []
    let plan = try Plan(architecture: architecture, recipe: recipe)
    let execution = plan.executions(after: TrainingCounters(of: plan), dials: recipe).last
    let program =
      isSampling
      ? try plan.evaluation(.samples, average: false)?.program(count: batch)
      : try plan.training().first { $0.name == execution?.program }
    guard let program, let execution else { throw ValidationError("\(name) has no program") }
    let source = ProgramSource(
      name: program.name, graph: program.graph,
      outputs: program.outputs.map { .init($0.name, $0.tensor) },
      updates: program.updates.map { .init($0.name, $0.tensor) })
    let machine = try backend.makeMachine(
      running: [source], options: MachineOptions(bfloat16: precision == .bfloat16))
    let known = Set(machine.states.map(\.name))
    plan.initialStates(seed: 1) { name, values in
      if known.contains(name) { machine.setState(name, values) }
    }
    machine.withInput(isSampling ? Plan.latents : BatchColumn.image.input, of: source.name) {
      for index in $0.indices { $0[index] = Float(index % 255) / 127.5 - 1 }
    }
    if !isSampling {
      let dials = plan.inputs(of: execution, dials: recipe, after: [:])
      for dial in dials {
        machine.setInput(dial.name, of: source.name, to: dial.value)
      }
    }
    return PreparedWorkload(workload: self, source: source, machine: machine)
  }
}

/// A compiled workload.
final class PreparedWorkload {
  let workload: Workload
  private let source: ProgramSource
  private let machine: any Machine
  private var step: UInt32 = 0

  init(workload: Workload, source: ProgramSource, machine: any Machine) {
    (self.workload, self.source, self.machine) = (workload, source, machine)
  }

  /// Floating-point operations of a step, done directly.
  var operations: Int { source.operations }

  func advance() {
    step += 1
    machine.execute(source.name, seed: 1, step: step)
  }

  func profile() -> ProgramProfile {
    step += 1
    return machine.profile(source.name, seed: 1, step: step)
  }
}
