import Compilation
import Networks
import Specification
import TestSupport
import Testing
import Training

/// The machine that trains a fixture's networks, from the fixture's weights.
struct FixtureMachine {
  let fixture: TrainingFixture<ArchitectureSpecification>
  let programs: StepPrograms
  let machine: any Machine

  init(
    _ fixture: TrainingFixture<ArchitectureSpecification>, _ recipe: RecipeSpecification,
    on backend: any Backend
  ) throws {
    self.fixture = fixture
    programs = try StepPrograms(architecture: fixture.architecture, recipe: recipe)
    machine = try backend.makeMachine(
      running: try programs.training(samples: fixture.batch).map(ProgramSource.init))
    let parameters = programs.generator.trained + programs.discriminator.trained
    #expect(parameters.map(\.name) == fixture.parameters.map(\.name))
    #expect(parameters.map(\.shape) == fixture.parameters.map(\.shape))
    // All other states begin at zero, as machines make them.
    for parameter in programs.generator.parameters + programs.discriminator.parameters
    where parameter.role == .runningVariance {
      machine.setState(parameter.name, [Float](repeating: 1, count: parameter.count))
    }
    for (number, parameter) in fixture.parameters.enumerated() {
      machine.setState(parameter.name, fixture.initialValues(ofParameter: number))
    }
  }

  /// Makes the fixture's real examples of a step a program's input.
  func setRealExamples(ofStep step: Int, in program: String) {
    let size = fixture.architecture.example.dimensions.reduce(1, *)
    let real = fixture.realBatch(step: step, exampleCount: size)
    machine.withInput(StepPrograms.real, of: program) { buffer in
      for index in buffer.indices { buffer[index] = real[index] }
    }
  }

  /// What differs from the fixture after the last step, the images of `sample` too.
  func mismatches() throws -> [String] {
    let latents = fixture.sampleLatents(count: fixture.architecture.latent)
    machine.withInput(StepPrograms.latents, of: StepPrograms.sample) { buffer in
      for index in buffer.indices { buffer[index] = latents[index] }
    }
    machine.execute(StepPrograms.sample, seed: 0, step: 0)
    return try fixture.mismatches { name in
      name == "sample"
        ? machine.output(StepPrograms.images, of: StepPrograms.sample) : machine.state(name)
    }
  }
}
