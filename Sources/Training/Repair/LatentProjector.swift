package import Compilation
import Foundation
import Networks
import Randomness
package import Specification
import Synchronization

/// Finds the latents of which a checkpoint's generator makes what is known of images.
///
/// Each image is projected by itself, on one thread and from the latents of its own number, so that what comes of it depends neither on
/// the others nor on how many threads there are.
package final class LatentProjector: Sendable {
  /// How latents are looked for.
  package struct Search: Sendable, Hashable {
    /// Latents that are tried for each image; the one with the least loss is taken.
    package var restarts = 4
    package var steps = 300
    package var rate = 0.05
    /// What the discriminator's verdict on an image counts beside the mean error of a value.
    package var priorWeight = 0.003
    /// The same of a latent's mean square.
    package var latentWeight = 0.001
    /// The same of how far apart the image and what is made look to the discriminator (`PerceptualDistance`).
    package var featureWeight = 0.0

    package init() {}
  }

  /// What was found for an image.
  package struct Found: Sendable {
    package let latent: [Float]
    /// `[channels, height, width]`.
    package let image: [Float]
    package let loss: Float
  }

  private let specification: RunSpecification
  private let search: Search
  private let seed: UInt64
  private let threads: Int
  private let projection: LatentProjection
  /// Machines that nobody works with.
  private let idle: Mutex<[Holder]>

  /// `@unchecked Sendable`: one thread at a time has it.
  private final class Holder: @unchecked Sendable {
    let machine: any Machine
    init(_ machine: any Machine) { self.machine = machine }
  }

  /// - Parameters:
  ///   - backend: of one thread.
  ///   - threads: images that are projected at once.
  /// - Returns: nil of a model that makes nothing of latents.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init?(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend, threads: Int,
    search: Search, seed: UInt64, average: Bool = true
  ) throws {
    guard
      let projection = try LatentProjection(
        specification.architecture, recipe: specification.recipe, average: average)
    else { return nil }
    (self.specification, self.search, self.seed) = (specification, search, seed)
    (self.threads, self.projection) = (max(1, threads), projection)
    let program = ProgramSource(
      try projection.program(
        count: search.restarts,
        comparesFeatures: search.featureWeight > 0 && projection.hasFeatures))
    let own = Set([LatentProjection.latents] + LatentProjection.moments)
    idle = Mutex(
      try (0..<max(1, threads)).map { _ in
        let machine = try backend.makeMachine(running: [program], options: MachineOptions())
        try machine.load(
          machine.states.filter { !own.contains($0.name) }, from: checkpoint.tensors)
        return Holder(machine)
      })
  }

  package var usesAverage: Bool { projection.usesAverage }

  /// Whether a discriminator compares features.
  package var comparesFeatures: Bool { search.featureWeight > 0 && projection.hasFeatures }

  /// Whether it is to be given labels.
  package var takesLabels: Bool { projection.takesLabels }

  /// - Parameters:
  ///   - targets: `[channels, height, width]` each.
  ///   - weights: `[height, width]` each: how much a pixel counts.
  ///   - labels: of all images; empty of a model without labels.
  ///   - numbers: of the images, by which their first latents are drawn.
  ///   - guesses: a latent for each that takes the place of the first one drawn; nil: all are drawn.
  ///   - progress: told how many are done, from any thread.
  ///   - isAbandoned: asked now and then; what is found then is not all.
  package func found(
    _ targets: [[Float]], weights: [[Float]], labels: [Float], numbers: [Int],
    guesses: [[Float]]? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in },
    isAbandoned: @escaping @Sendable () -> Bool = { false }
  ) -> [Found] {
    let results = Mutex<[Int: Found]>([:])
    let next = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, targets.count)) { _ in
      guard let holder = idle.withLock({ $0.popLast() }) else { return }
      defer { idle.withLock { $0.append(holder) } }
      while !isAbandoned() {
        let place = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard place < targets.count else { return }
        let found = self.found(
          targets[place], weight: weights[place], labels: labels, number: numbers[place],
          guess: guesses?[place] ?? [], on: holder.machine, isAbandoned)
        guard !isAbandoned() else { return }
        let done = results.withLock { results in
          results[place] = found
          return results.count
        }
        progress(done)
      }
    }
    let all = results.withLock { $0 }
    return targets.indices.compactMap { all[$0] }
  }

  private func found(
    _ target: [Float], weight: [Float], labels: [Float], number: Int, guess: [Float],
    on machine: any Machine, _ isAbandoned: () -> Bool
  ) -> Found {
    let (program, count) = (LatentProjection.program, search.restarts)
    let latent = specification.architecture.latent
    machine.setState(LatentProjection.latents, guess + begun(number).dropFirst(guess.count))
    for moment in LatentProjection.moments {
      machine.setState(moment, [Float](repeating: 0, count: count * latent))
    }
    func fill(_ name: String, _ values: [Float]) {
      machine.withInput(name, of: program) { buffer in
        for index in buffer.indices { buffer[index] = values[index % values.count] }
      }
    }
    fill(LatentProjection.target, target)
    fill(LatentProjection.weight, weight)
    if takesLabels { fill(BatchColumn.drawnLabel.input, labels) }
    machine.setInput(
      LatentProjection.latentWeight, of: program, to: Float(search.latentWeight))
    if projection.judges {
      machine.setInput(
        LatentProjection.priorWeight, of: program, to: Float(search.priorWeight))
    }
    if comparesFeatures {
      machine.setInput(
        LatentProjection.featureWeight, of: program, to: Float(search.featureWeight))
    }
    for step in 0..<search.steps {
      if step % 16 == 0, isAbandoned() { break }
      // The rate falls to a tenth, so that latents come to rest.
      let share = Double(step) / Double(max(1, search.steps - 1))
      for (name, value) in projection.inputs(
        rate: search.rate * (1 - 0.9 * share), update: step + 1)
      {
        machine.setInput(name, of: program, to: value)
      }
      machine.execute(program, seed: 0, step: 0)
    }
    // Losses and images are those of the latents before a step: another one, which moves nothing, tells the last.
    for (name, value) in projection.inputs(rate: 0, update: search.steps + 1) {
      machine.setInput(name, of: program, to: value)
    }
    machine.execute(program, seed: 0, step: 0)
    let losses = machine.output(LatentProjection.losses, of: program)
    let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    let images = machine.output(LatentProjection.images, of: program)
    let latents = machine.state(LatentProjection.latents)
    let size = images.count / count
    return Found(
      latent: Array(latents[best * latent..<(best + 1) * latent]),
      image: Array(images[best * size..<(best + 1) * size]), loss: losses[best])
  }

  /// The latents that an image is looked for from, as samples are drawn.
  private func begun(_ number: Int) -> [Float] {
    let philox = Philox(
      seed: seed, stream: Randomness.Stream.projectedLatent,
      step: UInt32(truncatingIfNeeded: number))
    let isNormal = specification.architecture.latentDistribution != .uniform
    return (0..<search.restarts * specification.architecture.latent).map {
      isNormal ? philox.normal($0) : 2 * philox.uniform($0) - 1
    }
  }
}

/// How much each pixel that is known says about holes: the share of holes in the 7x7 pixels around it, and a little for all
/// others.
///
/// - Source: Yeh et al. 2017, arXiv:1607.07539, equation 3, with windows mirrored at the border.
package func contextWeights(of hole: [Float], height: Int, width: Int) -> [Float] {
  func mirrored(_ place: Int, _ count: Int) -> Int {
    let inside = place < 0 ? -place - 1 : place >= count ? 2 * count - 1 - place : place
    return min(max(inside, 0), count - 1)
  }
  return hole.indices.map { place in
    guard hole[place] < 0.5 else { return 0 }
    let (y, x) = (place / width, place % width)
    var count = 0
    for row in -3...3 {
      for column in -3...3
      where hole[mirrored(y + row, height) * width + mirrored(x + column, width)] > 0.5 {
        count += 1
      }
    }
    return 0.05 + Float(count) / 49
  }
}
