package import Compilation
package import Datasets
import Foundation
package import MetricDescriptions
package import Networks
import Randomness
import Repair
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
  package let plan: Plan
  let machine: any Machine
  private let loader: BatchLoader
  /// The labels of the data that programs read; nil: none.
  let labels: LabelVectors?
  /// What spoils images that a network learns to repair; nil: they are not.
  let damage: DamageMaker?
  /// What something in a program depends on, by program.
  private let inputs: [String: Set<String>]
  package private(set) var counters: TrainingCounters
  /// What the last steps have measured.
  private(set) var window = StepWindow()
  /// Examples that the samplers make at once.
  let sampleCount: Int

  /// Compiles the programs and fills the states: anew, or from a checkpoint.
  ///
  /// - Parameters:
  ///   - source: the run that wrote the checkpoint, where that is another one: what fits is taken over.
  ///   - weights: what a new run takes over from a file.
  ///   - tweaks: the journal of a run that goes on or is repeated; those of later steps wait for them.
  ///   - kernels: the choices to begin with; the run's own checkpoint brings its own.
  /// - Throws: `TrainingError`, `NetworksError`, `DatasetError` or what the backend throws.
  package init(
    _ specification: RunSpecification, dataset: Dataset, backend: any Backend,
    from checkpoint: Checkpoint? = nil, of source: RunSpecification? = nil,
    taking weights: ImportedWeights? = nil, tweaks: [Tweak] = [], kernels: [String: String] = [:]
  ) throws {
    let (made, held) = (specification.architecture.example, dataset.exampleShape)
    guard made == held else {
      throw TrainingError.example(architecture: made.text, dataset: held.text)
    }
    let recipe = specification.recipe
    var plan = try Plan(architecture: specification.architecture, recipe: recipe)
    if specification.observation.measuresLayers { plan = plan.measuringLayers() }
    let samples = Self.sampleCount(of: specification)
    let programs =
      try plan.training()
      + plan.evaluating(count: samples, judges: specification.observation.signals != nil)
    let machine = try backend.makeMachine(
      running: programs.map(ProgramSource.init),
      options: MachineOptions(
        bfloat16: recipe.precision == .bfloat16,
        kernels: source == nil ? checkpoint?.kernels ?? kernels : kernels))
    var counters = TrainingCounters(of: plan)
    if let checkpoint, let source {
      let transfer = try Transfer(
        of: checkpoint, by: source, to: specification, count: dataset.count)
      try machine.take(transfer, from: checkpoint, for: plan, seed: specification.seed)
      counters = transfer.counters
    } else if let checkpoint {
      try machine.restore(checkpoint, of: specification)
      counters = try checkpoint.counters(for: plan, recipe)
    } else {
      plan.initialStates(
        seed: specification.seed, taking: { weights?.values(of: $0) }, { machine.setState($0, $1) })
    }
    var labels = try plan.labels.map { try dataset.labelVectors(for: $0, of: specification) }
    try labels?.checkOccurrence()
    if recipe.classWeights == .balanced { labels?.balance() }
    let tasks = try recipe.meta.map {
      try dataset.tasks(by: $0.label, batches: plan.batches(of: recipe) * $0.updates)
    }
    let loader = try dataset.makeLoader(
      batch: plan.batch, seed: specification.seed, startingAt: counters.batches,
      isAhead: backend.threads > 1, labels: labels, augmentation: recipe.augmentation,
      tasks: tasks)
    inputs = Dictionary(uniqueKeysWithValues: programs.map { ($0.name, $0.inputs) })
    (self.specification, self.plan, self.machine) = (specification, plan, machine)
    (self.loader, self.labels) = (loader, labels)
    damage = specification.damageMaker(
      seed: specification.seed, stream: Randomness.Stream.damage)
    (self.tweaks, self.counters, sampleCount) = (tweaks, counters, samples)
    if let checkpoint, source.map(specification.continuesSignals(of:)) ?? true {
      window = checkpoint.window
    }
  }

  /// Steps done.
  package var step: Int { counters.step }

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

  /// One step: what its plan executes in it; of a run that learns over tasks, that so often on one task.
  ///
  /// - Returns: what the step (its last update) measured, in the order in which it is shown.
  package mutating func advance() -> [MetricReading] {
    defer { counters.step += 1 }
    let recipe = recipe
    guard let meta = recipe.meta else { return update() }
    let weights = plan.kept.flatMap(\.parameters).map(\.name)
    let before = weights.map { machine.state($0) }
    var readings: [MetricReading] = []
    for _ in 0..<meta.updates { readings = update() }
    let rate = Float(recipe.metaRate)
    for (name, start) in zip(weights, before) {
      machine.setState(name, zip(start, machine.state(name)).map { $0 + rate * ($1 - $0) })
    }
    return readings
  }

  private mutating func update() -> [MetricReading] {
    let seed = specification.seed
    let executions = forEachExecution { execution, counter, machine in
      machine.execute(execution.program, seed: seed, step: counter)
    }
    let readings = plan.measuring(executions).map { metric, program in
      MetricReading(metric, Double(machine.scalar(metric.name, of: program)))
    }
    window.note(readings)
    return readings
  }

  /// As `advance`, with each kernel timed.
  package mutating func profile() -> [ProgramProfile] {
    defer { counters.step += 1 }
    let seed = specification.seed
    var profiles: [ProgramProfile] = []
    _ = forEachExecution { execution, counter, machine in
      profiles.append(machine.profile(execution.program, seed: seed, step: counter))
    }
    return profiles
  }

  /// Sets the inputs of every execution of an update, and counts each when it is done.
  ///
  /// - Parameter execute: is given the counter of random numbers.
  private mutating func forEachExecution(
    _ execute: (_ execution: Execution, _ counter: UInt32, _ machine: any Machine) -> Void
  ) -> [Execution] {
    let recipe = recipe
    let executions = plan.executions(after: counters, dials: recipe)
    for execution in executions {
      let inputs = plan.inputs(of: execution, dials: recipe, after: counters.updates)
      for (name, value) in inputs where reads(name, execution.program) {
        machine.setInput(name, of: execution.program, to: value)
      }
      let takesBatch = fill(plan.columns(of: execution), of: execution)
      execute(execution, counters.draw(of: execution), machine)
      counters.count(execution, examples: takesBatch ? plan.batch : 0)
    }
    return executions
  }

  func reads(_ input: String, _ program: String) -> Bool {
    inputs[program]?.contains(input) ?? false
  }

  /// Fills what an execution's program reads of a batch.
  ///
  /// - Returns: whether a batch of the data was taken.
  private func fill(_ columns: [BatchColumn], of execution: Execution) -> Bool {
    let program = execution.program
    let takesBatch = columns.contains(where: \.isOfBatch)
    if takesBatch {
      // The batch is taken even where nothing depends on its examples.
      if reads(BatchColumn.image.input, program) {
        machine.withInput(BatchColumn.image.input, of: program) { images in
          let batch = loader.next(into: images)
          if let damage, columns.contains(.damaged) {
            fill(damage, UnsafeBufferPointer(images), batch, of: program)
          }
        }
      } else {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: loader.valuesPerBatch) {
          _ = loader.next(into: $0)
        }
      }
      fillLabels(of: program)
    }
    if columns.contains(.drawnLabel), reads(BatchColumn.drawnLabel.input, program), let labels {
      // Executions of another leader have another counter, and draw others.
      let leader = UInt32(plan.phases.firstIndex { $0.name == execution.leader } ?? 0)
      let rows = labels.draw(
        count: plan.batch, seed: specification.seed,
        counter: counters.draw(of: execution) ^ leader << 31)
      machine.withInput(BatchColumn.drawnLabel.input, of: program) { labels.fill($0, of: rows) }
    }
    return takesBatch
  }

  /// Spoils a batch of images.
  private func fill(
    _ damage: DamageMaker, _ images: UnsafeBufferPointer<Float>, _ batch: Int, of program: String
  ) {
    let (damaged, hole) = (BatchColumn.damaged.input, BatchColumn.hole.input)
    func spoil(
      _ values: UnsafeMutableBufferPointer<Float>, _ holes: UnsafeMutableBufferPointer<Float>
    ) {
      for number in 0..<plan.batch {
        let image = UnsafeMutableBufferPointer(
          rebasing: values[number * damage.size..<(number + 1) * damage.size])
        _ = image.update(from: images[number * damage.size..<(number + 1) * damage.size])
        damage.spoil(
          image,
          hole: UnsafeMutableBufferPointer(
            rebasing: holes[number * damage.plane..<(number + 1) * damage.plane]),
          number: number, step: UInt32(truncatingIfNeeded: batch))
      }
    }
    guard reads(damaged, program) else { return }
    machine.withInput(damaged, of: program) { values in
      if reads(hole, program) {
        machine.withInput(hole, of: program) { spoil(values, $0) }
      } else {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: plan.batch * damage.plane) {
          spoil(values, $0)
        }
      }
    }
  }

  private func fillLabels(of program: String) {
    let (label, mask) = (BatchColumn.label.input, BatchColumn.known.input)
    guard reads(label, program) else { return }
    machine.withInput(label, of: program) { values in
      if reads(mask, program) {
        machine.withInput(mask, of: program) { loader.fillLabels(values, known: $0) }
      } else {
        loader.fillLabels(values)
      }
    }
  }

  /// Examples of the generator (of its average, if one is kept) from the run's fixed latents,
  /// `[count, …]`; none of a model that makes none.
  ///
  /// - Parameter asked: their labels; nil: drawn as the data have them.
  package func sample(_ count: Int, labels asked: SampleLabels? = nil) -> [Float] {
    guard let sampler = plan.evaluation(.samples) else { return [] }
    let latents = specification.architecture.latents(count: count, seed: specification.seed)
    var given: [Float] = []
    if let asked {
      given = (0..<count).flatMap { asked.vector(of: $0, count: count) }
    } else {
      given = drawnLabels(count)
    }
    return examples(
      count, by: sampler, [(Plan.latents, latents), (BatchColumn.drawnLabel.input, given)])
  }

  /// The labels that samples are made with, drawn as the data have them; none where no program reads labels.
  func drawnLabels(_ count: Int) -> [Float] {
    guard let labels else { return [] }
    let rows = labels.draw(count: count, seed: specification.seed, counter: .max)
    return rows.flatMap { labels.vector(of: Int($0)).values }
  }

  /// What an evaluation makes of inputs, `[count, …]` each.
  func examples(
    _ count: Int, by evaluation: Evaluation, _ given: [(name: String, values: [Float])]
  ) -> [Float] {
    machine.examples(
      count, by: evaluation, given.filter { reads($0.name, evaluation.name) },
      atOnce: evaluation.kind == .judgements ? min(sampleCount, Plan.judgedAtOnce) : sampleCount)
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
        counters, kernels: machine.kernels, window: window, of: specification),
      tensors: machine.states, values: machine.state)
    return CheckpointFile(
      step: step, url: url, digest: written.digest, bytes: written.bytes)
  }

  /// About how long a checkpoint is: values, names and what is said about them.
  var checkpointBytes: Int {
    machine.states.reduce(16_384) { sum, state in
      sum + state.shape.reduce(MemoryLayout<Float>.size, *) + state.name.utf8.count + 128
    }
  }

  /// Bytes that the machine holds.
  package var memory: Int { machine.memory }

  /// Trained values of each network.
  package var sizes: [NetworkSize] {
    plan.networks.map { planned in
      NetworkSize(
        name: planned.network.name,
        parameters: planned.network.trained.reduce(0) { $0 + $1.count })
    }
  }

  private static func sampleCount(of specification: RunSpecification) -> Int {
    switch specification.architecture.example {
    case .image: max(1, specification.sampleCount)
    case .point: MixtureProbe.samples
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

  /// Sets every state to what is taken over, or to what a new run begins with.
  func take(
    _ transfer: Transfer, from checkpoint: Checkpoint, for plan: Plan, seed: UInt64
  ) throws {
    try plan.initialStates(
      seed: seed,
      taking: { try transfer.takes($0) ? checkpoint.tensors.finiteValues(of: $0) : nil },
      { setState($0, $1) })
  }

  /// Sets some states to what a file holds.
  func load(
    _ states: [(name: String, shape: [Int])], from tensors: TensorFile
  ) throws(TrainingError) {
    var shapes: [String: [Int]] = [:]
    for tensor in tensors.tensors { shapes[tensor.name] = tensor.shape }
    for (name, shape) in states {
      guard let held = shapes[name] else {
        throw .foreign(file: tensors.name, "it has no \(name)")
      }
      guard held == shape else {
        throw .foreign(file: tensors.name, "its \(name) is \(held), wanted \(shape)")
      }
      setState(name, try tensors.finiteValues(of: name))
    }
  }

  /// What an evaluation makes of inputs, `[count, …]` each, so many at once.
  func examples(
    _ count: Int, by evaluation: Evaluation, _ given: [(name: String, values: [Float])],
    atOnce batch: Int
  ) -> [Float] {
    let program = evaluation.name
    var result: [Float] = []
    for start in stride(from: 0, to: count, by: max(1, batch)) {
      let wanted = min(batch, count - start)
      for (name, values) in given {
        let width = values.count / max(1, count)
        withInput(name, of: program) { buffer in
          for index in 0..<wanted * width { buffer[index] = values[start * width + index] }
        }
      }
      execute(program, seed: 0, step: 0)
      let made = output(evaluation.output, of: program)
      result += made.prefix(wanted * (made.count / batch))
    }
    return result
  }
}

extension TensorFile {
  /// - Throws: `.foreign` where there is no such tensor, `.unreadable` where not every value is finite.
  fileprivate func finiteValues(of tensor: String) throws(TrainingError) -> [Float] {
    guard let values = values(of: tensor) else { throw .foreign(file: name, "it has no \(tensor)") }
    guard values.allSatisfy(\.isFinite) else {
      throw .unreadable(file: name, "its \(tensor) holds a value that is not finite")
    }
    return values
  }
}

extension ArchitectureSpecification {
  /// Latent vectors of sample sheets, `[count, latent]`; more of them begin with the same.
  package func latents(count: Int, seed: UInt64) -> [Float] { latents(0..<count, seed: seed) }
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
