import Compilation
import Networks
import Specification
import TestSupport
import Testing
import Training

/// The machine that trains a fixture's networks, from the fixture's weights.
struct FixtureMachine {
  let fixture: TrainingFixture
  let architecture: ArchitectureSpecification
  let plan: Plan
  let machine: any Machine
  /// What each program reads.
  private let inputs: [String: Set<String>]

  init(
    _ fixture: TrainingFixture, _ recipe: RecipeSpecification,
    on backend: any Backend
  ) throws {
    self.fixture = fixture
    architecture = try TestSupport.architecture(fixture.architecture)
    plan = try Plan(architecture: architecture, recipe: recipe)
    let programs = try plan.training() + plan.evaluating(count: fixture.batch)
    machine = try backend.makeMachine(
      running: programs.map(ProgramSource.init),
      options: MachineOptions(bfloat16: recipe.precision == .bfloat16))
    inputs = Dictionary(uniqueKeysWithValues: programs.map { ($0.name, $0.inputs) })
    let parameters = plan.networks.flatMap(\.network.trained)
    #expect(parameters.map(\.name) == fixture.parameters.map(\.name))
    #expect(parameters.map(\.shape) == fixture.parameters.map(\.shape))
    // All other states begin at zero, as machines make them.
    for parameter in plan.networks.flatMap(\.network.parameters) {
      let start: Float
      switch parameter.role {
      case .runningVariance: start = 1
      case .direction: start = Float(1 / Double(parameter.count).squareRoot())
      default: continue
      }
      machine.setState(parameter.name, [Float](repeating: start, count: parameter.count))
    }
    for (number, parameter) in parameters.enumerated() {
      machine.setState(
        parameter.name,
        fixture.initialValues(
          ofParameter: number, around: parameter.role.centre,
          deviation: parameter.role == .unitWeight ? 1 : nil))
    }
    for planned in plan.networks where planned.isAveraged {
      for parameter in planned.network.parameters {
        machine.setState(Average.name(of: parameter.name), machine.state(parameter.name))
      }
    }
  }

  /// Lets adaptive augmentation begin in the middle, where it changes something.
  func setAugmentation(_ probability: Float) {
    machine.setState("augmentation.probability", [probability])
  }

  /// Whether something in a program depends on an input.
  func reads(_ input: String, _ program: String) -> Bool {
    inputs[program]?.contains(input) ?? false
  }

  /// Makes the fixture's real examples of a step a program's input.
  func setRealExamples(ofStep step: Int, in program: String) {
    let size = architecture.example.dimensions.reduce(1, *)
    let real = fixture.realBatch(step: step, exampleCount: size)
    machine.withInput(BatchColumn.image.input, of: program) { buffer in
      for index in buffer.indices { buffer[index] = real[index] }
    }
  }

  /// Makes the fixture's labels of a step a program's inputs.
  func setLabels(_ columns: [BatchColumn], ofStep step: Int, in program: String) {
    guard let shape = architecture.labels else { return }
    for column in columns {
      switch column {
      case .image, .damaged, .hole: continue
      case .label: set(column, of: program, to: fixture.labels(.ofReal, step: step, shape))
      case .known: set(column, of: program, to: fixture.labels(.known, step: step, shape))
      case .drawnLabel: set(column, of: program, to: fixture.labels(.ofFakes, step: step, shape))
      }
    }
  }

  private func set(_ column: BatchColumn, of program: String, to values: [Float]) {
    guard inputs[program]?.contains(column.input) == true else { return }
    machine.withInput(column.input, of: program) { buffer in
      for index in buffer.indices { buffer[index] = values[index] }
    }
  }

  /// What differs from the fixture after the last step, the images of `sample` too.
  func mismatches() throws -> [String] {
    let latents = fixture.sampleLatents(count: architecture.latent)
    machine.withInput(Plan.latents, of: "sample") { buffer in
      for index in buffer.indices { buffer[index] = latents[index] }
    }
    if let shape = architecture.labels {
      set(
        .drawnLabel, of: "sample",
        to: fixture.labels(.ofSample, step: fixture.steps.count, shape))
    }
    machine.execute("sample", seed: 0, step: 0)
    return try fixture.mismatches { name in
      name == "sample"
        ? machine.output(Plan.images, of: "sample") : machine.state(name)
    }
  }
}

extension Parameter.Role {
  /// What the fixtures' initial values lie around.
  fileprivate var centre: Double {
    switch self {
    case .scale, .magnitude, .runningVariance: 1
    case .weight, .unitWeight, .bias, .shift, .constant, .runningMean, .direction: 0
    }
  }
}
