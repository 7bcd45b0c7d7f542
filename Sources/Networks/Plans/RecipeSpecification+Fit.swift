import Foundation
package import Language
package import Specification

extension RecipeSpecification {
  /// Whether some networks can be trained by it, before anything is built.
  ///
  /// - Parameter place: where an option was typed; nil: elsewhere, or not at all.
  /// - Throws: at the option where networks and recipe contradict each other: a remedy of images and examples
  ///   that are points, a batch that `pack` does not divide, or what else no plan can be made of.
  package func check(
    fits architecture: ArchitectureSpecification, place: (_ option: String) -> Span? = { _ in nil }
  ) throws(Diagnostic) {
    if !architecture.networks(of: .discriminator).isEmpty {
      if case .point = architecture.example {
        for remedy in remedies {
          let known = RemedyDefinition.all.first { $0.signature.keyword == remedy.keyword }
          guard known?.isOfImages == true else { continue }
          throw Diagnostic(
            "`\(remedy.keyword)` changes images, and examples are points",
            at: place(remedy.keyword),
            help: ["`\(remedy.keyword)=no` leaves it out"])
        }
      }
      let pack = architecture.pack
      guard batch % pack == 0 else {
        let fitting = max(1, batch / pack) * pack
        throw Diagnostic(
          "a batch of \(batch) cannot be judged \(pack) at once: it is no multiple of \(pack)",
          at: place("batch") ?? place("pack"),
          help: ["give one that is: `batch=\(fitting)`"])
      }
    }
    try checkMemory(architecture, place)
    do { _ = try Plan(architecture: architecture, recipe: self) } catch {
      let message = "\(error)"
      throw Diagnostic(message, at: Self.options(namedIn: message).lazy.compactMap(place).first)
    }
  }

  /// - Throws: where updates that a loss is seen through take more than this machine has.
  private func checkMemory(
    _ architecture: ArchitectureSpecification, _ place: (_ option: String) -> Span?
  ) throws(Diagnostic) {
    guard unrolledSteps > 0, let model = try? Model(architecture) else { return }
    let has = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    // Each update keeps what it computes, and its derivative, until the end.
    let once = model.trainingBytes(batch: batch)
    func needed(_ steps: Int) -> Int { once * (1 + 2 * steps) }
    guard needed(unrolledSteps) > has else { return }
    let fitting = (0..<unrolledSteps).last { needed($0) <= has } ?? 0
    throw Diagnostic(
      "unrolled=\(unrolledSteps) takes about \(needed(unrolledSteps) >> 30) GiB, and this machine has \(has >> 30)",
      at: place("unrolled"),
      help: [
        fitting > 0 ? "`unrolled=\(fitting)` fits; so does a smaller batch" : "take a smaller batch"
      ])
  }

  /// Keys of the options that a message speaks of, as in `updates=extragradient`.
  private static func options(namedIn message: String) -> [String] {
    let parts = message.split(separator: "`", omittingEmptySubsequences: false)
    return parts.indices.filter { $0 % 2 == 1 }.flatMap { index in
      parts[index].split(separator: " ").map { String($0.prefix { $0 != "=" }) }
    }
  }
}

extension RecipeSpecification {
  /// - Throws: where examples are no images, or labels are to be mixed that nobody tells.
  func checkAugmentation(of model: Model) throws(NetworksError) {
    guard !augmentation.isEmpty else { return }
    guard case .image = model.architecture.example else {
      throw .architecture("`augment` changes images, and examples are points")
    }
    guard augmentation.mixture != nil else { return }
    guard model.network(.classifier) != nil else {
      throw .architecture(
        "`mixup` of `augment` mixes examples with their labels for a classifier, and the model has none"
      )
    }
    guard batch > 1 else {
      throw .architecture("`mixup` of `augment` mixes examples of a batch, and `batch=1` has one")
    }
  }
}
