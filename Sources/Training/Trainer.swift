package import Compilation
package import Datasets
import Foundation
package import MetricDescriptions
import Networks
import Randomness
package import Specification

/// A run's machine, data and counters: what `advance` moves by one step.
///
/// It belongs to the thread that made it. Everything it does is a function of (specification, seed,
/// step) and of the checkpoint that it went on from, which in turn is such a function: noise, latents
/// and the order of the data come from counters, so that stopping and going on changes no bit.
package struct Trainer: ~Copyable {
  package let specification: RunSpecification
  /// Turns of dials, in the order in which they were made.
  private var tweaks: [Tweak]
  /// Steps done.
  package private(set) var step: Int
  private let programs: StepPrograms
  let machine: any Machine
  private let loader: BatchLoader
  /// Updates of the discriminator, which is also the number of the random numbers of the next.
  private var batches: Int
  /// Examples that the samplers make at once.
  let sampleCount: Int

  /// Compiles the programs and fills the states: anew, or from a checkpoint.
  ///
  /// - Parameters:
  ///   - tweaks: the journal of a run that goes on or is repeated; those of later steps wait for them.
  ///   - kernels: the choices to begin with; a checkpoint brings its own.
  /// - Throws: `TrainingError`, `NetworksError`, `DatasetError` or what the backend throws.
  package init(
    _ specification: RunSpecification, dataset: Dataset, backend: any Backend,
    from checkpoint: Checkpoint? = nil, tweaks: [Tweak] = [], kernels: [String: String] = [:]
  ) throws {
    let (made, held) = (specification.architecture.example, dataset.exampleShape)
    guard made == held else {
      throw TrainingError.example(architecture: made.text, dataset: held.text)
    }
    let programs = try StepPrograms(
      architecture: specification.architecture, recipe: specification.recipe)
    let samples = Self.sampleCount(of: specification)
    let machine = try backend.makeMachine(
      running: try programs.training(samples: samples).map(ProgramSource.init),
      options: MachineOptions(
        bfloat16: specification.recipe.precision == .bfloat16,
        kernels: checkpoint?.kernels ?? kernels))
    if let checkpoint {
      try machine.restore(checkpoint, of: specification)
    } else {
      programs.initialStates(seed: specification.seed) { machine.setState($0, $1) }
    }
    let batches = checkpoint?.batches ?? 0
    // Each update of the discriminator takes a batch, and so does each further one of the generator
    // whose loss reads real examples.
    let further =
      programs.readsRealExamples(.generator)
      ? (checkpoint?.step ?? 0) * (specification.recipe.generatorSteps - 1) : 0
    loader = try dataset.makeLoader(
      batch: specification.recipe.batch, seed: specification.seed, startingAt: batches + further,
      isAhead: backend.threads > 1)
    (self.specification, self.programs, self.machine) = (specification, programs, machine)
    self.tweaks = tweaks
    (step, self.batches, sampleCount) = (checkpoint?.step ?? 0, batches, samples)
  }

  /// Turns a dial, from the next step on.
  ///
  /// - Returns: the tweak as the journal is to have it.
  package mutating func tune(_ dial: Dial, _ setting: DialSetting) -> Tweak {
    let tweak = Tweak(dial, setting, from: step)
    tweaks.append(tweak)
    return tweak
  }

  /// The recipe of the next step.
  package var recipe: RecipeSpecification {
    specification.recipe.tuned(by: tweaks, after: step)
  }

  /// One step: updates of the discriminator and of the generator, as many as the recipe says.
  ///
  /// - Returns: what the step measured, in the order in which it is shown.
  package mutating func advance() -> [MetricReading] {
    let seed = specification.seed
    var program = Execution.step.program
    forEachExecution { execution, counter, machine in
      machine.execute(execution.program, seed: seed, step: counter)
      if execution.updatesDiscriminator && execution.updatesGenerator {
        program = execution.program
      }
    }
    return programs.measured.map { MetricReading($0, Double(machine.scalar($0.name, of: program))) }
  }

  /// As `advance`, with each kernel timed.
  package mutating func profile() -> [ProgramProfile] {
    let seed = specification.seed
    var profiles: [ProgramProfile] = []
    forEachExecution { execution, counter, machine in
      profiles.append(machine.profile(execution.program, seed: seed, step: counter))
    }
    return profiles
  }

  /// Sets the inputs of every execution of the next step, and counts it when it is done.
  ///
  /// - Parameter execute: is given the counter of random numbers.
  private mutating func forEachExecution(
    _ execute: (_ execution: Execution, _ counter: UInt32, _ machine: any Machine) -> Void
  ) {
    let recipe = recipe
    let perStep = specification.recipe.generatorSteps
    var (generatorUpdates, furtherUpdates) = (step * perStep, step * (perStep - 1))
    for execution in recipe.executions(after: batches) {
      if execution.updatesGenerator { generatorUpdates += 1 }
      let inputs = programs.inputs(
        of: execution, dials: recipe, generatorUpdate: generatorUpdates,
        discriminatorUpdate: batches + 1)
      for (name, value) in inputs {
        machine.setInput(name, of: execution.program, to: value)
      }
      if programs.readsRealExamples(execution) {
        machine.withInput(StepPrograms.real, of: execution.program) { _ = loader.next(into: $0) }
      }
      let count = execution.updatesDiscriminator ? batches : furtherUpdates
      execute(execution, UInt32(truncatingIfNeeded: count), machine)
      if execution.updatesDiscriminator { batches += 1 } else { furtherUpdates += 1 }
    }
    step += 1
  }

  /// Examples of the generator (of its average, if one is kept) from the run's fixed latents,
  /// `[sampleCount, …]`.
  package func sample() -> [Float] {
    let program =
      specification.recipe.generatorAverage == nil
      ? StepPrograms.sample : StepPrograms.sampleAverage
    let latents = specification.architecture.latents(count: sampleCount, seed: specification.seed)
    return machine.examples(of: latents, by: program)
  }

  /// Writes all states.
  ///
  /// - Parameters:
  ///   - prepared: where to.
  ///   - url: what it will be called.
  func write(
    into prepared: PreparedFile, for url: URL
  ) throws(TrainingError) -> CheckpointFile {
    let written = try TensorFile.write(
      into: prepared, for: url,
      metadata: Checkpoint.metadata(
        step: step, batches: batches, kernels: machine.kernels, of: specification),
      tensors: machine.states, values: machine.state)
    return CheckpointFile(
      step: step, url: url, digest: written.digest, bytes: written.bytes)
  }

  /// About how long a checkpoint is: values, names and what is said about them.
  var checkpointBytes: Int {
    machine.states.reduce(8192) { sum, state in
      sum + state.shape.reduce(MemoryLayout<Float>.size, *) + state.name.utf8.count + 128
    }
  }

  /// Bytes that the machine holds.
  package var memory: Int { machine.memory }

  /// Trained values of the generator and of the discriminator.
  package var parameterCounts: (generator: Int, discriminator: Int) {
    func count(_ network: Network) -> Int { network.trained.reduce(0) { $0 + $1.count } }
    return (count(programs.generator), count(programs.discriminator))
  }

  /// Points are scored as well as shown, by as many as the published tables use.
  private static func sampleCount(of specification: RunSpecification) -> Int {
    switch specification.architecture.example {
    case .image: max(1, specification.sampleCount)
    case .point: 2500
    }
  }
}

extension Machine {
  /// Sets every state to what a checkpoint holds.
  func restore(
    _ checkpoint: Checkpoint, of specification: RunSpecification
  ) throws(TrainingError) {
    let file = checkpoint.tensors.name
    try checkpoint.check(isOf: specification, file: file)
    try load(states, from: checkpoint.tensors)
  }

  /// Sets some states to what a file holds.
  func load(
    _ states: [(name: String, shape: [Int])], from tensors: TensorFile
  ) throws(TrainingError) {
    var shapes: [String: [Int]] = [:]
    for tensor in tensors.tensors { shapes[tensor.name] = tensor.shape }
    for (name, shape) in states {
      guard let held = shapes[name], let values = tensors.values(of: name) else {
        throw .foreign(file: tensors.name, "it has no \(name)")
      }
      guard held == shape else {
        throw .foreign(file: tensors.name, "its \(name) is \(held), wanted \(shape)")
      }
      guard values.allSatisfy(\.isFinite) else {
        throw .unreadable(file: tensors.name, "its \(name) holds a value that is not finite")
      }
      setState(name, values)
    }
  }

  /// What a sampler makes of latents.
  func examples(of latents: [Float], by program: String) -> [Float] {
    withInput(StepPrograms.latents, of: program) { buffer in
      for index in 0..<min(buffer.count, latents.count) { buffer[index] = latents[index] }
    }
    execute(program, seed: 0, step: 0)
    return output(StepPrograms.images, of: program)
  }
}

extension ArchitectureSpecification {
  /// Latent vectors of sample sheets, `[count, latent]`; more of them begin with the same.
  package func latents(count: Int, seed: UInt64) -> [Float] {
    let philox = Philox(seed: seed, stream: Randomness.Stream.sampleLatent)
    return (0..<count * latent).map { index in
      switch latentDistribution {
      case .normal: philox.normal(index)
      case .uniform: 2 * philox.uniform(index) - 1
      }
    }
  }
}

extension ExampleShape {
  /// `64x64x3`, or `2 numbers`.
  var text: String {
    switch self {
    case .point(let dimensions): "points of \(dimensions) numbers"
    case .image(let image): "images of \(image.height)x\(image.width)x\(image.channels)"
    }
  }
}
