import ArgumentParser
import CPUBackend
import Compilation
import Foundation
import Networks
import Specification

/// Times one training step of a network pair.
@main
struct StepBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gansh-bench",
    abstract: "Time training steps: a JSON line for each network.")

  @Argument(help: "toy, mlp, conv or dcgan; all of them if none is named.")
  var networks: [Network] = []

  @Option(help: "Examples in a batch; 512 for toy and 64 for the others if not given.")
  var batch: Int?

  @Option(help: "Steps to time, after three that are not.")
  var steps = 10

  @Option(help: "library, winograd2, winograd4 or imageEnd wherever it exists; else the fastest.")
  var kernels: ConvolutionMethod?

  @Flag(help: "Multiply in bfloat16 where there is such a kernel.")
  var bfloat16 = false

  @Flag(help: "Print the kernels of a step by their time instead.")
  var profile = false

  enum Network: String, CaseIterable, ExpressibleByArgument {
    case toy, mlp, conv, dcgan

    func architecture() throws -> ArchitectureSpecification {
      let image = ImageShape(height: 64, width: 64, channels: 3)
      return switch self {
      case .toy: try .mlp(points: 2)
      case .mlp: try .mlp(image: image)
      case .conv: try .conv(image: image)
      case .dcgan: try .dcgan(image: image)
      }
    }
  }

  func run() throws {
    for network in networks.isEmpty ? Network.allCases : networks {
      let batch = batch ?? (network == .toy ? 512 : 64)
      let cache = URL(filePath: NSHomeDirectory()).appending(path: ".cache/gansh/kernels.json")
      let backend = CPUBackend(
        kernels: kernels.map { .forced($0) } ?? .measured(cache: cache))
      let bench = try Bench(
        architecture: network.architecture(), batch: batch, backend: backend, bfloat16: bfloat16)
      for _ in 0..<3 { bench.advance() }
      if profile {
        bench.printProfile()
        continue
      }
      let milliseconds = (0..<steps).map { _ in bench.milliseconds() }.sorted()
      let result = Result(
        network: network.rawValue, batch: batch, stepMilliseconds: milliseconds[steps / 2],
        imagesPerSecond: Double(batch) / milliseconds[steps / 2] * 1000,
        peakMemoryMiB: Self.peakMemory())
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
  }

  private struct Result: Encodable {
    let network: String
    let batch: Int
    let stepMilliseconds: Double
    let imagesPerSecond: Double
    let peakMemoryMiB: Double
  }

  /// The largest resident set of this process so far.
  private static func peakMemory() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}

extension ConvolutionMethod: ExpressibleByArgument {}

/// A compiled step with weights and a batch in place.
private final class Bench {
  private let machine: any Machine
  private var step: UInt32 = 0

  init(
    architecture: ArchitectureSpecification, batch: Int, backend: CPUBackend, bfloat16: Bool
  ) throws {
    var recipe = RecipeSpecification.standard(for: architecture)
    recipe.batch = batch
    let programs = try StepPrograms(architecture: architecture, recipe: recipe)
    let step = programs.training(samples: 1).filter { $0.name == StepPrograms.step }
    machine = try backend.makeMachine(
      running: step.map { program in
        ProgramSource(
          name: program.name, graph: program.graph,
          outputs: program.outputs.map { .init($0.name, $0.tensor) },
          updates: program.updates.map { .init($0.name, $0.tensor) })
      }, options: MachineOptions(bfloat16: bfloat16))
    let known = Set(machine.states.map(\.name))
    programs.initialStates(seed: 1) { name, values in
      if known.contains(name) { machine.setState(name, values) }
    }
    machine.withInput(StepPrograms.real, of: StepPrograms.step) { buffer in
      for index in buffer.indices { buffer[index] = Float(index % 255) / 127.5 - 1 }
    }
    for dial in recipe.dials(generatorUpdate: 1, discriminatorUpdate: 1) {
      machine.setInput(dial.name, of: StepPrograms.step, to: dial.value)
    }
  }

  func advance() {
    step += 1
    machine.execute(StepPrograms.step, seed: 1, step: step)
  }

  func milliseconds() -> Double {
    let clock = ContinuousClock()
    let time = clock.measure { advance() }.components
    return Double(time.seconds) * 1e3 + Double(time.attoseconds) / 1e15
  }

  func printProfile() {
    guard let machine = machine as? CPUMachine else { return }
    let profile = machine.profile(StepPrograms.step, seed: 1, step: step)
    let total = profile.reduce(0) { $0 + $1.seconds }
    print("\(profile.count) kernels, \(String(format: "%.2f", total * 1e3)) ms")
    for (kernel, seconds) in profile.sorted(by: { $0.seconds > $1.seconds }).prefix(40) {
      print(String(format: "%9.3f ms %5.1f%%  ", seconds * 1e3, seconds / total * 100) + kernel)
    }
  }
}
