import CPUBackend
import Compilation
import Datasets
import Foundation
import MetricDescriptions
import Specification
import TensorGraph
import TestSupport
import Testing
import Training

/// Runs of every kind of model: they learn, go on bit for bit, and are measured without being changed.
@Suite struct KindTests {
  struct Kind: Sendable, CustomStringConvertible {
    let description: String
    let architecture: String
    let loss: String
    /// What else is measured.
    let metrics: Set<String>
    var recipe = RecipeSpecification(batch: 8, generatorAverage: 0.9)
  }

  static let kinds = [
    Kind(
      description: "classifier of attributes",
      architecture: """
        custom image=8x8x1 labels=Smiling,Eyeglasses {
          classifier { flatten; dense 8; relu; dropout 0.2; dense 2 } }
        """,
      loss: "classifier_loss",
      metrics: [
        "batch_accuracy", "classifier_gradient_norm", "test_accuracy", "test_loss",
        "images_per_second",
      ]),
    Kind(
      description: "variational autoencoder",
      architecture: """
        custom image=8x8x1 latent=3 {
          encoder { flatten; dense 8; relu as features; dense 3; output mean
                    from features; dense 3; output logvariance }
          decoder { dense 8; relu; dense 8x8x1; tanh } }
        """,
      loss: "autoencoder_loss",
      metrics: [
        "reconstruction_error", "code_divergence", "autoencoder_gradient_norm", "diversity",
        "images_per_second",
      ]),
    Kind(
      description: "autoencoder",
      architecture: """
        custom image=8x8x1 latent=3 {
          encoder { flatten; dense 8; relu; dense 3 }
          decoder { dense 8; relu; dense 8x8x1; tanh } }
        """,
      loss: "autoencoder_loss",
      metrics: ["reconstruction_error", "autoencoder_gradient_norm", "images_per_second"]),
    Kind(
      description: "pair with labels",
      architecture: """
        custom image=8x8x1 latent=3 labels=Smiling,Eyeglasses {
          generator(z, label) { concat label; dense 8; batchnorm; relu; dense 8x8x1; tanh }
          discriminator(image, label) { flatten; concat label; dense 8; lrelu 0.2; dropout 0.2
                                        dense 1 } }
        """,
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "d_real", "d_fake", "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(
        batch: 8, discriminatorSteps: 2, generatorSteps: 2, fakes: .fresh, generatorAverage: 0.9,
        penalties: [
          PenaltySpecification("r1", weight: 1, interval: 2),
          PenaltySpecification("r2", weight: 1),
        ])),
    Kind(
      description: "auxiliary pair",
      architecture: """
        custom image=8x8x1 latent=3 labels=Smiling,Eyeglasses {
          generator(z, label) { concat label; dense 8; relu; dense 8x8x1; tanh }
          discriminator { flatten; dense 8; lrelu 0.2 as features; dense 2; output class
                          from features; dense 1 } }
        """,
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "score_real", "score_fake", "label_loss",
        "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(objective: Objective("relativistic"), batch: 8)),
    Kind(
      description: "pair of images and codes",
      architecture: """
        custom image=8x8x1 latent=3 {
          generator { dense 8; batchnorm; relu; dense 8x8x1; tanh }
          encoder { flatten; dense 8; batchnorm; lrelu 0.2; dense 3 }
          discriminator(image, z) { flatten; concat z; dense 8; lrelu 0.2; dropout 0.2; dense 1 } }
        """,
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "d_real", "d_fake", "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(
        batch: 8, discriminatorSteps: 2, fakes: .fresh, generatorAverage: 0.9,
        penalties: [PenaltySpecification("r1", weight: 1, interval: 2)])),
    Kind(
      description: "residual pair with spectral normalisation and attention",
      architecture: "like sagan image=32x32x1 width=2 latent=4",
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "score_real", "score_fake", "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(objective: Objective("hinge"), batch: 4, generatorAverage: 0.9)),
    Kind(
      description: "residual pair with a gradient penalty",
      architecture: "like wgan-gp image=32x32x1 width=2 latent=4",
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "score_real", "score_fake", "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(
        objective: Objective("wasserstein"), batch: 4, discriminatorSteps: 2,
        penalties: [PenaltySpecification("gp", weight: 10)])),
    Kind(
      description: "pair with a mapping, noise and two who judge",
      architecture: """
        custom image=8x8x1 latent=3 {
          mapping weights=equalised { pixelnorm; dense 4; lrelu 0.2 }
          generator(z, w) { dense 4x4x2; noise strength=trained; condbatchnorm w; relu; upsample 2
                            conv 1 kernel=3 stride=1; tanh }
          discriminator weights=spectral { flatten; dense 8; lrelu 0.2; dense 1 }
          discriminator as local { crop 4; flatten; dense 8; lrelu 0.2; dropout 0.2; dense 1 } }
        """,
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "d_real", "d_fake", "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(batch: 8, generatorSteps: 2, generatorAverage: 0.9)),
    Kind(
      description: "pair that ignores what it is given",
      architecture: """
        custom image=8x8x1 latent=3 labels=Smiling {
          generator(z, label) { dense 8x8x1; tanh }
          discriminator(image, label) { flatten; dense 1 } }
        """,
      loss: "discriminator_loss",
      metrics: [
        "generator_loss", "diversity", "d_real", "d_fake", "generator_gradient_norm",
        "discriminator_gradient_norm", "images_per_second",
      ],
      recipe: RecipeSpecification(batch: 8)),
    Kind(
      description: "classifier of augmented and mixed examples",
      architecture: """
        custom image=8x8x1 labels=Smiling,Eyeglasses {
          classifier { flatten; dense 8; relu; dense 2 } }
        """,
      loss: "classifier_loss",
      metrics: [
        "batch_accuracy", "classifier_gradient_norm", "test_accuracy", "test_loss",
        "images_per_second",
      ],
      recipe: RecipeSpecification(batch: 8, augmentation: everything)),
  ]

  private static let everything = Augmentation([
    .flip(probability: 0.5), .crop(area: 0.5...1), .rotate(degrees: 20), .shift(share: 0.2),
    .colour(strength: 0.3), .noise(deviation: 0...10), .blur(deviation: 0...1), .cutout(side: 0.3),
    .mixup(alpha: 0.4),
  ])

  private static func data(_ seed: UInt64, side: Int = 8) -> DatasetSpecification {
    DatasetSpecification(
      source: .portraits(count: 64, seed: seed),
      preprocessing: Preprocessing(
        height: side, width: side, channels: 1, crop: .none, filter: .box, flip: false))
  }

  private func specification(
    _ kind: Kind, steps: Int, sampleInterval: Int = 0
  ) throws -> RunSpecification {
    let architecture = try architecture(kind.architecture)
    return RunSpecification(
      architecture: architecture,
      dataset: Self.data(1, side: architecture.example.dimensions.last ?? 8),
      recipe: kind.recipe, steps: steps, seed: 3, sampleInterval: sampleInterval,
      checkpointInterval: 0, sampleCount: 5)
  }

  private func open(_ specification: DatasetSpecification) throws -> Dataset {
    try Dataset.open(
      specification, cacheDirectory: FileManager.default.temporaryDirectory, threads: 1)
  }

  private func run(
    _ specification: RunSpecification, in folder: URL, from checkpoint: URL? = nil,
    probes: [any Probe.Type] = Probes.all, backend: any Backend = CPUBackend(threads: 2)
  ) throws -> [RunEvent] {
    let handle = RunHandle.launch(
      specification, dataset: try open(specification.dataset), test: try open(Self.data(2)),
      backend: backend, folder: folder,
      from: RunBeginning(checkpoint: checkpoint), probes: probes)
    var events: [RunEvent] = []
    while !handle.isOver { events += handle.events(waitingUpTo: 1) }
    return events
  }

  private func values(_ name: String, _ events: [RunEvent]) -> [Double] {
    events.flatMap { event -> [Double] in
      guard case .metrics(_, let values, _) = event else { return [] }
      return values.filter { $0.name == name }.map(\.value)
    }
  }

  @Test(arguments: kinds) func `a run measures what its kind has, and shows it`(kind: Kind) throws {
    try withFolder { folder in
      let events = try run(specification(kind, steps: 4, sampleInterval: 2), in: folder)
      guard case .finished = events.last else {
        Issue.record("\(String(describing: events.last))")
        return
      }
      var (told, described) = (Set<String>(), Set<String>())
      for case .metrics(_, let values, let new) in events {
        told.formUnion(values.map(\.name))
        described.formUnion(new.map(\.name))
        for value in values { #expect(value.value.isFinite, "\(value.name)") }
      }
      #expect(told == kind.metrics.union([kind.loss]) && told == described)
      #expect(told.isSubset(of: Set(RunHandle.metrics.map(\.name))))
      let sheets = events.count { if case .sheet = $0 { true } else { false } }
      #expect(sheets == 2)
    }
  }

  @Test(arguments: kinds.prefix(3)) func `it learns`(kind: Kind) throws {
    try withFolder { folder in
      var specification = try specification(kind, steps: 120)
      specification.recipe.generatorOptimiser.learningRate = 0.01
      let losses = values(kind.loss, try run(specification, in: folder))
      let (first, last) = (losses.prefix(10), losses.suffix(10))
      #expect(losses.count == 120)
      #expect(last.reduce(0, +) < 0.8 * first.reduce(0, +), "\(first) became \(last)")
    }
  }

  @Test(arguments: kinds) func `going on changes no bit, and neither do probes and sheets`(
    kind: Kind
  )
    throws
  {
    try withFolder { folder in
      func end(
        _ name: String, _ steps: Int, sampleInterval: Int = 0, from: URL? = nil,
        probes: [any Probe.Type] = Probes.all
      ) throws -> CheckpointFile {
        let events = try run(
          specification(kind, steps: steps, sampleInterval: sampleInterval),
          in: folder.appendingPathComponent(name), from: from, probes: probes)
        return try #require(events.checkpoints.last, "\(events)")
      }
      let whole = try end("whole", 7, probes: [])
      let part = try end("parts", 3)
      let gone = try end("parts", 7, sampleInterval: 1, from: part.url)
      let files = try [whole, part, gone].map { try Data(contentsOf: $0.url) }
      #expect(files[2] == files[0] && files[2] != files[1])
    }
  }

  /// Computes on one thread and has batches made on another, or not.
  private struct Threaded: Backend {
    let base = CPUBackend(threads: 1)
    let threads: Int
    var description: String { base.description }
    var passes: [GraphPass] { base.passes }

    func makeMachine(
      running programs: [ProgramSource], options: MachineOptions
    ) throws -> any Machine {
      try base.makeMachine(running: programs, options: options)
    }
  }

  @Test func `augmented examples are the same on a thread of their own and on the run's`() throws {
    try withFolder { folder in
      let kind = try #require(Self.kinds.last)
      let digests = try [1, 2].map { threads in
        let events = try run(
          specification(kind, steps: 4), in: folder.appendingPathComponent("\(threads)"),
          backend: Threaded(threads: threads))
        return try #require(events.checkpoints.last, "\(events)").digest
      }
      #expect(digests[0] == digests[1])
    }
  }

  @Test func `augmentation changes what is learned from, and not what is measured on other data`()
    throws
  {
    try withFolder { folder in
      let kind = try #require(Self.kinds.last)
      var (learned, measured): ([[Double]], [[Double]]) = ([], [])
      for (name, augmentation) in [("plain", Augmentation.none), ("augmented", Self.everything)] {
        var specification = try specification(kind, steps: 4, sampleInterval: 2)
        specification.recipe.augmentation = augmentation
        specification.recipe.generatorOptimiser.learningRate = 0
        let events = try run(specification, in: folder.appendingPathComponent(name))
        learned.append(values("classifier_loss", events))
        measured.append(values("test_loss", events))
      }
      #expect(learned[0].count == 4 && learned[0] != learned[1])
      #expect(measured[0].count == 2 && measured[0] == measured[1])
    }
  }

  @Test func `what a restorer is to make is the example as it was augmented`() throws {
    // Without weights it returns what it is given, and of damage that spoils nothing that is the original.
    let specification = RunSpecification(
      architecture: try architecture(
        """
        custom image=8x8x1 latent=1 {
          restorer init=normal:1e-300 { residual { conv 1 kernel=3 stride=1 } } }
        """), dataset: Self.data(1),
      recipe: RecipeSpecification(
        generatorOptimiser: OptimiserSpecification(learningRate: 0), batch: 8,
        augmentation: Augmentation(Array(Self.everything.parts.dropLast())),
        damage: Damage([.noise(deviation: 0...0)])), steps: 2, seed: 3)
    var trainer = try Trainer(
      specification, dataset: open(specification.dataset), backend: CPUBackend(threads: 1))
    for _ in 0..<2 {
      let loss = try #require(trainer.advance().first { $0.description.name == "restorer_loss" })
      #expect(loss.value == 0)
    }
  }

  @Test func `a sampler gives what the run's own sheets show, of labels that are asked for`() throws
  {
    try withFolder { folder in
      let kind = Self.kinds[3]
      let events = try run(specification(kind, steps: 3), in: folder)
      let checkpoint = try Checkpoint(contentsOf: try #require(events.checkpoints.last).url)
      let sampler = try Sampler(
        specification(kind, steps: 3), checkpoint: checkpoint, backend: CPUBackend(threads: 2),
        batch: 3)
      let made = sampler.examples(count: 8, seed: 4)
      #expect(made.count == 8 * 64 && Set(made).count > 64)
    }
  }

  @Test func `labels that the data do not have are named`() throws {
    try withFolder { folder in
      var kind = Self.kinds[0]
      func ending(_ text: String) throws -> String {
        kind = Kind(
          description: "", architecture: text, loss: "", metrics: [], recipe: kind.recipe)
        guard case .failed(let reason) = try run(specification(kind, steps: 1), in: folder).last
        else { return "no failure" }
        return reason
      }
      let classes = try ending("custom image=8x8x1 classes=4 { classifier { flatten; dense 4 } }")
      #expect(classes == "the model is of 4 classes, but the data say no class of an example")
      let label = try ending(
        "custom image=8x8x1 labels=Smyling { classifier { flatten; dense 1 } }")
      #expect(label.hasPrefix("there is no label `Smyling`; did you mean `Smiling`?"), "\(label)")
    }
  }
}
