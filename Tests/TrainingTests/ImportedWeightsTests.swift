import CPUBackend
import Compilation
import Datasets
import Foundation
import Networks
import Randomness
import Specification
import TestSupport
import Testing
import Training

/// Files of weights that PyTorch has written (`Tests/Fixtures/weights`), and what is computed with them here and there.
@Suite struct ImportedWeightsTests {
  private static let dcgan = "dcgan image=16x16x3 width=4 latent=8"

  private func specification(
    _ preset: String = dcgan, average: Double? = nil, steps: Int = 0,
    _ change: (inout ArchitectureSpecification) -> Void = { _ in }
  ) throws -> RunSpecification {
    var architecture = try ArchitectureSpecification(like: preset)
    change(&architecture)
    var specification = RunSpecification(
      architecture: architecture,
      dataset: DatasetSpecification(
        source: .portraits(count: 8, seed: 1),
        preprocessing: Preprocessing(
          height: 16, width: 16, channels: 3, crop: .none, filter: .bilinear, flip: false)),
      recipe: RecipeSpecification(batch: 4, generatorAverage: average), steps: steps, seed: 5,
      sampleInterval: 0, checkpointInterval: 0)
    specification.observation.signals = nil
    return specification
  }

  private func path(_ name: String) -> String {
    Fixture.folder.appendingPathComponent("weights/\(name)").path
  }

  private func weights(
    _ name: String, _ specification: RunSpecification
  ) throws -> ImportedWeights {
    try ImportedWeights(WeightsFile(path: path(name)), typed: name, for: specification)
  }

  /// The checkpoint of a run that only takes weights over.
  private func checkpoint(
    _ weights: ImportedWeights, _ specification: RunSpecification
  ) throws -> Checkpoint {
    var specification = specification
    specification.origin = RunOrigin(weights: weights.digest, path: weights.path)
    return try withFolder { folder in
      let handle = RunHandle.launch(
        specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
        folder: folder, from: RunBeginning(weights: weights))
      var events: [RunEvent] = []
      while !handle.isOver { events += handle.events(waitingUpTo: 1) }
      let file = try #require(events.checkpoints.last, "\(events)")
      #expect(file.step == specification.steps)
      return try Checkpoint(Data(contentsOf: file.url), name: "checkpoint")
    }
  }

  /// What an evaluation gives with the states of a checkpoint.
  private func output(
    _ kind: Evaluation.Kind, of checkpoint: Checkpoint, _ specification: RunSpecification,
    given input: String, _ values: [Float], count: Int
  ) throws -> [Float] {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    let evaluation = try #require(plan.evaluation(kind))
    let machine = try CPUBackend().makeMachine(
      running: [ProgramSource(evaluation.program(count: count))])
    for (name, _) in machine.states {
      machine.setState(name, try #require(checkpoint.tensors.values(of: name), "\(name)"))
    }
    machine.withInput(input, of: evaluation.name) { buffer in
      for index in values.indices { buffer[index] = values[index] }
    }
    machine.execute(evaluation.name, seed: 0, step: 0)
    return machine.output(evaluation.output, of: evaluation.name)
  }

  /// How far gansh's images or scores are from PyTorch's, above 1 relative to them.
  private func difference(
    _ kind: Evaluation.Kind, of checkpoint: Checkpoint, _ specification: RunSpecification,
    from name: String
  ) throws -> Double {
    let expected = try Fixture.tensors("weights/expected.safetensors")
    let isOfImages = kind == .judgements
    let given = try expected.entry(isOfImages ? "images" : "latents").values
    let made = try output(
      kind, of: checkpoint, specification,
      given: isOfImages ? BatchColumn.image.input : Plan.latents, given, count: 6)
    let wanted = try expected.entry(name).values
    try #require(made.count == wanted.count)
    #expect(wanted.contains { abs($0) > 0.1 })
    var largest = 0.0
    for (one, other) in zip(made, wanted) {
      largest = max(largest, Double(abs(one - other)) / max(1, Double(abs(other))))
    }
    return largest
  }

  /// Both compute in single precision, in another order.
  private static let tolerance = 1e-5

  // MARK: What is taken

  @Test(arguments: [
    ("generator.pth", ["generator"]), ("generator.safetensors", ["generator"]),
    ("discriminator.pth", ["discriminator"]), ("both.pth", ["generator", "discriminator"]),
    ("both.safetensors", ["generator", "discriminator"]),
  ])
  func `a DCGAN of PyTorch's makes its images and scores`(
    name: String, networks: [String]
  ) throws {
    let specification = try specification()
    let weights = try weights(name, specification)
    #expect(weights.sources.map(\.network) == networks)
    #expect(weights.unused == [])
    // 14 and 7 tensors, and the optimiser's three of each of the seven that it moves.
    #expect(weights.ofOptimisers == (name == "both.pth" ? 21 : 0))
    for part in weights.parts {
      #expect(part.anew.isEmpty == networks.contains(part.name), "\(part)")
    }
    let checkpoint = try checkpoint(weights, specification)
    if networks.contains("generator") {
      let distance = try difference(.samples, of: checkpoint, specification, from: "generator")
      #expect(distance <= Self.tolerance)
    }
    if networks.contains("discriminator") {
      let distance = try difference(
        .judgements, of: checkpoint, specification, from: "discriminator")
      #expect(distance <= Self.tolerance)
    }
  }

  @Test(arguments: ["rounded.pth", "rounded.safetensors"])
  func `half, bfloat16 and double numbers are read in single precision`(name: String) throws {
    let specification = try specification()
    let checkpoint = try checkpoint(weights(name, specification), specification)
    let distance = try difference(.samples, of: checkpoint, specification, from: "rounded")
    #expect(distance <= Self.tolerance)
  }

  @Test(arguments: [
    ("spectral", "spectral"), ("spectral", "no"), ("parametrized", "spectral"),
    ("parametrized", "no"), ("weightnorm", "weightnorm"), ("weightnorm", "no"),
    ("weightnorm-parametrized", "weightnorm"), ("weightnorm-parametrized", "no"),
  ])
  func `weights that pass through something are taken with it, or as they come out`(
    name: String, transform: String
  ) throws {
    let specification = try specification { architecture in
      for index in architecture.networks.indices {
        architecture.networks[index].transform = transform
      }
    }
    for (kind, network) in [
      (Evaluation.Kind.samples, "generator"), (.judgements, "discriminator"),
    ] {
      let weights = try weights("\(name)-\(network).pth", specification)
      #expect(weights.sources.map(\.network) == [network])
      #expect(weights.unused == [])
      #expect(weights.parts.first { $0.name == network }?.anew == [])
      let checkpoint = try checkpoint(weights, specification)
      let distance = try difference(
        kind, of: checkpoint, specification, from: "\(name)-\(network)")
      #expect(distance <= Self.tolerance, "\(network)")
    }
  }

  /// W / σ(W) is the same for every multiple of W, and PyTorch has no such layer in the file.
  @Test func `a plain weight gets the vectors of its spectral norm`() throws {
    let specification = try specification {
      $0.networks[1].transform = "spectral"
    }
    let weights = try weights("discriminator.pth", specification)
    #expect(weights.parts[1].anew == [])
    let file = try WeightsFile(path: path("discriminator.pth"))
    let matrix = try file.weights.values(of: "main.0.weight")
    let left = try #require(weights.values(of: "discriminator.block1.conv.weight_left"))
    let right = try #require(weights.values(of: "discriminator.block1.conv.weight_right"))
    // Of the largest singular value W·v = σ·u and Wᵀ·u = σ·v.
    let (rows, columns) = (left.count, right.count)
    let product = (0..<rows).map { row in
      (0..<columns).reduce(Float(0)) { $0 + matrix[row * columns + $1] * right[$1] }
    }
    let norm = product.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(mismatch(product.map { $0 / norm }, left, within: 1e-5, "W·v") == nil)
    let turned = (0..<columns).map { column in
      (0..<rows).reduce(Float(0)) { $0 + matrix[$1 * columns + column] * left[$1] }
    }
    #expect(mismatch(turned.map { $0 / norm }, right, within: 1e-3, "Wᵀ·u") == nil)
  }

  @Test func `a dense layer is a transposed convolution of one pixel, and the other way round`()
    throws
  {
    let convolved = try specification()
    let first = try checkpoint(weights("dense.pth", convolved), convolved)
    #expect(try difference(.samples, of: first, convolved, from: "dense") <= Self.tolerance)
    let dense = try specification(
      """
      dcgan image=16x16x3 latent=8 {
        generator { dense 4x4x8 bias=no; batchnorm; relu
          deconv 4 kernel=4 stride=2 padding=1 bias=no; batchnorm; relu
          deconv 3 kernel=4 stride=2 padding=1 bias=no; tanh }
        discriminator { conv 4 kernel=4 stride=2 padding=1 bias=no; lrelu 0.2
          conv 8 kernel=4 stride=2 padding=1 bias=no; batchnorm; lrelu 0.2
          flatten; dense 1 bias=no } }
      """)
    let second = try checkpoint(weights("both.pth", dense), dense)
    #expect(try difference(.samples, of: second, dense, from: "generator") <= Self.tolerance)
    #expect(
      try difference(.judgements, of: second, dense, from: "discriminator") <= Self.tolerance)
  }

  @Test func `what does not fit begins as in any run of the seed, and is told`() throws {
    let plain = try specification()
    let other = try specification(
      """
      dcgan image=16x16x3 width=4 latent=8 {
        generator { reshape 1x1x8; deconv 8 kernel=4 stride=1 padding=valid bias=no; batchnorm; relu
          deconv 4 kernel=4 stride=2 padding=1 bias=no; batchnorm; relu
          deconv 6 kernel=4 stride=2 padding=1; relu; conv 3 kernel=3 stride=1; tanh } }
      """)
    let weights = try weights("generator.pth", other)
    #expect(
      weights.parts[0].anew == [
        "generator.block3.deconv.weight", "generator.block3.deconv.bias",
        "generator.block4.conv.weight", "generator.block4.conv.bias",
      ])
    #expect(weights.parts[1].taken == 0)
    #expect(weights.unused == ["main.6.weight [4, 3, 4, 4]"])
    #expect(weights.values(of: "generator.block1.deconv.weight") != nil)
    #expect(weights.values(of: "generator.block3.deconv.weight") == nil)
    #expect(weights.values(of: "discriminator.block1.conv.weight") == nil)
    // The network whose weights are not in the file is that of any run.
    let taken = try checkpoint(self.weights("generator.pth", plain), plain)
    let plan = try Plan(architecture: plain.architecture, recipe: plain.recipe)
    plan.initialStates(seed: plain.seed) { name, values in
      guard name.hasPrefix("discriminator") else { return }
      #expect(taken.tensors.values(of: name) == values, "\(name)")
    }
  }

  @Test func `a run goes on from what it has taken over, and its average begins there`() throws {
    let none = try specification(average: 0.9)
    let weights = try weights("generator.pth", none)
    #expect(weights.parts.last?.kind == .average)
    #expect(weights.parts.last?.reason == "from the weights")
    let start = try checkpoint(weights, none)
    let weight = "generator.block1.deconv.weight"
    #expect(start.tensors.values(of: "average.\(weight)") == start.tensors.values(of: weight))
    let three = try specification(average: 0.9, steps: 3)
    let end = try checkpoint(weights, three)
    #expect(end.step == 3)
    let (before, after) = (start.tensors.values(of: weight), end.tensors.values(of: weight))
    #expect(before != after)
    // Three steps at the usual rate are no new weights.
    #expect(relativeError(try #require(after), try #require(before)) < 0.05)
  }

  @Test func `an average in the file is one here, or the weights where there are no others`()
    throws
  {
    let kept = try specification(average: 0.9)
    let plain = try specification()
    try withFolder { folder in
      func file(_ name: String, _ prefixes: [(String, Float)]) throws -> WeightsFile {
        let source = try WeightsFile(path: path("generator.pth"))
        var values: [String: [Float]] = [:]
        var tensors: [(name: String, shape: [Int])] = []
        for (prefix, factor) in prefixes {
          for tensor in source.names where !tensor.hasSuffix("tracked") {
            tensors.append(("\(prefix).\(tensor)", source.shapes[tensor] ?? []))
            values["\(prefix).\(tensor)"] = try source.weights.values(of: tensor)
              .map { $0 * factor }
          }
        }
        let url = folder.appendingPathComponent(name)
        _ = try TensorFile.write(
          to: url, metadata: [:], tensors: tensors, values: { values[$0] ?? [] })
        return try WeightsFile(path: url.path)
      }
      let both = try file("both.safetensors", [("g", 1), ("g_ema", 2)])
      let weight = "generator.block1.deconv.weight"
      let known = try WeightsFile(path: path("generator.pth")).weights.values(of: "main.0.weight")
      let averaged = try ImportedWeights(both, typed: "both", for: kept)
      #expect(averaged.values(of: weight) == known)
      #expect(averaged.values(of: "average.\(weight)") == known.map { 2 * $0 })
      #expect(averaged.parts.last?.anew == [] && averaged.unused == [])
      let alone = try ImportedWeights(both, typed: "both", for: plain)
      #expect(alone.values(of: weight) == known)
      #expect(alone.unused.count == 11, "\(alone.unused)")
      let only = try ImportedWeights(
        file("only.safetensors", [("ema.netG", 2)]), typed: "only", for: plain)
      #expect(only.values(of: weight) == known.map { 2 * $0 })
    }
  }

  // MARK: What is refused

  private func refusal(_ path: String, _ specification: RunSpecification) -> String {
    do {
      _ = try ImportedWeights(WeightsFile(path: path), typed: path, for: specification)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func `files that are no weights, or not all of them, are refused with the fact`() throws {
    let specification = try specification()
    for (name, part) in [
      ("no-module.pth", "its pickle names __main__.Generator, which no table of tensors needs"),
      ("no-tensors.pth", "its epoch is no tensor, and it has no other"),
      ("no-number.pth", "its main.3.weight holds a value that is not finite"),
      ("make_fixtures.py", "it is no file of torch.save, nor one of safetensors"),
      ("nowhere.pth", "the file cannot be opened"),
      ("", "it is no regular file"),
    ] {
      let reason = refusal(path(name), specification)
      #expect(reason.contains(part), "\(name): \(reason)")
    }
    try withFolder { folder in
      for name in ["both.pth", "both.safetensors", "generator.pth"] {
        let bytes = try Fixture.data("weights/\(name)")
        for part in stride(from: 0, to: bytes.count, by: 211) {
          let url = folder.appendingPathComponent("cut-\(name)")
          try bytes.prefix(part).write(to: url)
          #expect(
            refusal(url.path, specification).contains("cannot be read as weights"),
            "\(part) bytes of \(name)")
        }
      }
    }
  }

  @Test func `where nothing fits the nearest is named`() throws {
    let wide = try specification("dcgan image=16x16x3 width=6 latent=8")
    #expect(
      refusal(path("generator.pth"), wide)
        == "generator.pth fits no network of the model: nearest, its main.0.weight is "
        + "[8, 8, 4, 4], and generator.block1.deconv.weight is [8, 12, 4, 4]")
    // The second of half as many channels is as the first would be.
    let half = try specification("dcgan image=16x16x3 width=2 latent=8")
    let few = refusal(path("generator.pth"), half)
    #expect(
      few.contains("1 of the generator's 3 weights fit, too few to be sure; nearest, its "),
      "\(few)")
    let flat = try specification("mlp image=16x16x3 width=4 latent=8")
    let reason = refusal(path("generator.pth"), flat)
    #expect(reason.contains("it has 13 tensors, such as main.0.weight"), "\(reason)")
  }

  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}"#,
    #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]}}"#,
  ])
  func `declared sizes that cannot be are refused before memory is given to them`(
    header: String
  ) throws {
    let specification = try specification()
    try withFolder { folder in
      let url = folder.appendingPathComponent("large.safetensors")
      var bytes = Data()
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(Data(header.utf8))
      try (bytes + Data(count: 8)).write(to: url)
      #expect(refusal(url.path, specification).contains("cannot be read as weights"))
    }
  }

  @Test(arguments: ["both.pth", "both.safetensors", "spectral-generator.pth"])
  func `changed bytes crash nothing`(name: String) throws {
    let specification = try specification()
    let whole = [UInt8](try Fixture.data("weights/\(name)"))
    // The names and shapes of safetensors are at its beginning; of the zip file, everywhere.
    let reach = name.hasSuffix("safetensors") ? 1800 : whole.count
    let draws = Philox(seed: 20_261_130, stream: 1)
    var (taken, refused) = (0, 0)
    try withFolder { folder in
      let url = folder.appendingPathComponent("changed")
      for number in 0..<600 {
        var bytes = whole
        let words = draws.block(UInt32(number))
        for (place, value) in [(words.0, words.1), (words.2, words.3)].prefix(1 + number % 2) {
          bytes[Int(place) % reach] = UInt8(truncatingIfNeeded: value >> 8)
        }
        try Data(bytes).write(to: url)
        if refusal(url.path, specification) == "nothing" { taken += 1 } else { refused += 1 }
      }
    }
    #expect(taken > 10 && refused > 10, "\(taken) taken, \(refused) refused")
  }

  @Test(arguments: ["", ".", "..", ".parametrizations.", "weight", "a..weight"])
  func `any name is one of a tensor`(name: String) throws {
    let specification = try specification()
    try withFolder { folder in
      let url = folder.appendingPathComponent("named.safetensors")
      _ = try TensorFile.write(
        to: url, metadata: [:], tensors: [(name, [4, 3, 4, 4])],
        values: { _ in [Float](repeating: 0.5, count: 192) })
      let reason = refusal(url.path, specification)
      #expect(reason == "nothing" || reason.contains("fits no network"), "\(reason)")
    }
  }

  /// Extents whose product is 0 may be as large as one likes.
  @Test func `tensors without numbers are of no layer`() throws {
    let specification = try specification()
    try withFolder { folder in
      let header =
        #"{"netG.a.weight":{"dtype":"F32","shape":[0,4611686018427387904,4,4],"data_offsets":[0,0]},"#
        + #""netG.b.weight":{"dtype":"F32","shape":[0,4611686018427387904],"data_offsets":[0,0]}}"#
      let url = folder.appendingPathComponent("empty.safetensors")
      var bytes = Data()
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(Data(header.utf8))
      try bytes.write(to: url)
      #expect(refusal(url.path, specification).contains("fits no network of the model"))
    }
  }

  @Test func `an origin of a file prints and parses, and its place is not part of the run`() throws
  {
    var specification = try specification()
    let digest = String(repeating: "0123456789abcdef", count: 4)
    specification.origin = RunOrigin(weights: digest, path: "my weights/a.pth")
    (specification.sampleInterval, specification.checkpointInterval) = (1, 1)
    let read = try RunSpecification(stored: specification.description)
    #expect(read.origin == specification.origin)
    #expect(read.origin?.path == "my weights/a.pth" && read.steps == 0)
    var moved = specification
    moved.origin = RunOrigin(weights: digest, path: "b.pth")
    #expect(moved.fingerprint == specification.fingerprint)
    moved.origin = RunOrigin(
      weights: String(repeating: "0", count: 64), path: "my weights/a.pth")
    #expect(moved.fingerprint != specification.fingerprint)
    moved.origin = nil
    #expect(moved.fingerprint != specification.fingerprint)
  }
}
