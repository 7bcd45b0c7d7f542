import CPUBackend
import Compilation
import Datasets
import Foundation
import Language
import MetricDescriptions
import Networks
import Randomness
import Specification
import TestSupport
import Testing
import Training

/// Ten training steps of models that are no pair without labels, against PyTorch's in double precision
/// (`Fixtures/training/make_kinds.py`).
@Suite struct KindFixtureTests {
  private struct KindFixture: Decodable {
    let seed: UInt64
    let batch: Int
    let deviation: Double
    let recipe, architecture: String
    let steps: [[String: Double]]
    let weights: [Weight]

    struct Weight: Decodable {
      let shape: [Int]
      let values: [Double]
    }
  }

  @Test(arguments: [
    "classes", "attributes", "smoothed-classes", "smoothed-attributes", "residual", "margin",
    "mixed-classes",
    "mixed-attributes", "mixed-numbers", "variational",
    "projection", "auxiliary", "denoiser", "completion",
  ])
  func `ten steps end where PyTorch's end`(name: String) throws {
    let fixture = try Fixture.json("training/kind-\(name).json", as: KindFixture.self)
    let text = "recipe r \(fixture.recipe) batch=\(fixture.batch)"
    let recipe = try RecipeSpecification(
      parsing: try #require(try parse(SourceText(name: "recipe", text: text)).first), .all)
    let architecture = try architecture(fixture.architecture)
    let plan = try Plan(architecture: architecture, recipe: recipe)
    let programs = try plan.training()
    let machine = try CPUBackend().makeMachine(running: programs.map(ProgramSource.init))
    let inputs = try #require(programs.first { $0.name == Plan.step }).inputs
    plan.initialStates(seed: 1) { name, values in
      if machine.states.contains(where: { $0.name == name }) { machine.setState(name, values) }
    }
    let parameters = plan.networks.flatMap(\.network.trained)
    #expect(parameters.map(\.shape) == fixture.weights.map(\.shape))
    for (number, parameter) in parameters.enumerated() {
      let philox = Philox(seed: fixture.seed, stream: Stream.initialWeights + UInt64(number))
      machine.setState(
        parameter.name,
        (0..<parameter.count).map { Float(fixture.deviation * Double(philox.normal($0))) })
    }
    var counters = TrainingCounters(of: plan)
    for (step, expected) in fixture.steps.enumerated() {
      let executions = plan.executions(after: counters, dials: recipe)
      #expect(executions.map(\.program) == [Plan.step])
      for execution in executions {
        for (name, value) in plan.inputs(of: execution, dials: recipe, after: counters.updates) {
          machine.setInput(name, of: execution.program, to: value)
        }
        for column in plan.columns(of: execution) where inputs.contains(column.input) {
          var values = values(
            of: column, step: step, fixture, architecture, keepsRest: recipe.damage.keepsRest)
          if recipe.augmentation.mixture != nil, [.label, .known].contains(column) {
            values = mixed(column, step: step, fixture, architecture)
          }
          machine.withInput(column.input, of: execution.program) { buffer in
            #expect(buffer.count == values.count)
            for index in buffer.indices { buffer[index] = values[index] }
          }
        }
        machine.execute(
          execution.program, seed: fixture.seed, step: counters.draw(of: execution))
        counters.count(execution, examples: plan.batch)
      }
      for (metric, value) in expected {
        let found = Double(machine.scalar(metric, of: Plan.step))
        #expect(
          abs(found - value) <= 1e-4 * max(abs(value), 0.01),
          "\(metric) of step \(step): \(found), not \(value)")
      }
      #expect(Set(expected.keys).isSubset(of: Set(plan.measured.map(\.name))))
    }
    for (parameter, weight) in zip(parameters, fixture.weights) {
      let closeness = Closeness(machine.state(parameter.name), weight.values.map(Float.init))
      #expect(closeness.relative < 1e-4, "\(parameter.name): \(closeness)")
    }
  }

  /// Labels, or how much of them is known, mixed by `mixed_share` of the script.
  private func mixed(
    _ column: BatchColumn, step: Int, _ fixture: KindFixture,
    _ architecture: ArchitectureSpecification
  ) -> [Float] {
    var (labels, known) = (
      values(of: .label, step: step, fixture, architecture, keepsRest: false),
      values(of: .known, step: step, fixture, architecture, keepsRest: false)
    )
    labels.withUnsafeMutableBufferPointer { labels in
      known.withUnsafeMutableBufferPointer {
        Mixup.mix(
          labels: labels, known: $0, rows: fixture.batch,
          share: (Float(step * 3 % 10) + 0.5) / 10)
      }
    }
    return column == .label ? labels : known
  }

  /// As `labels`, `drawn` and `real` of the script.
  private func values(
    of column: BatchColumn, step: Int, _ fixture: KindFixture,
    _ architecture: ArchitectureSpecification, keepsRest: Bool
  ) -> [Float] {
    if column == .damaged {
      let image = values(of: .image, step: step, fixture, architecture, keepsRest: keepsRest)
      let hole = values(of: .hole, step: step, fixture, architecture, keepsRest: keepsRest)
      return image.indices.map { index in
        let (i, j) = (index / 36, index % 36)
        return keepsRest
          ? image[index] * (1 - hole[index])
          : image[index] + Float((i * 7 + j + step) % 5 - 2) * 0.1
      }
    }

    let width = architecture.labels?.count ?? 0
    let isOfClasses = if case .classes = architecture.labels { true } else { false }
    return (0..<fixture.batch).flatMap { i -> [Float] in
      switch column {
      case .image:
        let size = architecture.example.dimensions.reduce(1, *)
        let philox = Philox(seed: fixture.seed, stream: Stream.mixture, step: UInt32(step))
        return (0..<size).map { Float(tanh(Double(philox.normal(i * size + $0)))) }
      case .label, .known:
        return (0..<width).map { j in
          let isKnown = isOfClasses ? (i + step) % 7 != 0 : (i + 2 * j + step) % 5 != 0
          guard isKnown, column == .label else { return isKnown ? 1 : 0 }
          return isOfClasses
            ? ((i * 7 + step) % width == j ? 1 : 0) : Float((i * 7 + j + step) % 3 % 2)
        }
      case .damaged: return []
      case .hole:
        return (0..<36).map { (i + $0 % 6 + 2 * ($0 / 6) + step) % 4 == 0 ? 1 : 0 }
      case .drawnLabel:
        return (0..<width).map { (i * 5 + step + 1) % width == $0 ? 1 : 0 }
      }
    }
  }
}
