package import Language

extension ArchitectureSpecification {
  /// The options of `arch` that change a model whose networks are written out.
  package static let changeableKeys = ["latent", "prior", "pack"]

  /// The model with some of its networks written anew, and others added to them:
  /// `{ discriminator { … } }`.
  ///
  /// - Parameter options: taken from it: `latent`, `prior` and `pack`.
  /// - Throws: at the word, option or layer that is wrong.
  package func changed(
    by block: Block?, _ options: inout OptionReader, _ signatures: Signatures
  ) throws(Diagnostic) -> ArchitectureSpecification {
    var changed = self
    if let latent = options.take("latent") {
      changed.latent = try latent.integer(in: Limits.latent, for: "latent")
    }
    if let prior = options.take("prior") {
      changed.latentDistribution = try prior.choice(of: LatentDistribution.self, for: "prior")
    }
    if let pack = options.take("pack") {
      changed.pack = try pack.integer(in: Limits.pack, for: "pack")
    }
    var seen: Set<String> = []
    for item in block?.items ?? [] {
      let part = try NetworkItem(item)
      guard seen.insert(part.name).inserted else {
        throw Diagnostic("the \(part.name) is given twice", at: item.name.span)
      }
      let index = changed.networks.firstIndex { $0.name == part.name }
      let network = try part.network(
        signatures, standard: index.map { networks[$0].initialisation } ?? .glorotUniform)
      if let index { changed.networks[index] = network } else { changed.networks.append(network) }
    }
    if changed != self { changed.origin = Self.custom }
    do { try signatures.check(changed) } catch {
      var fault = error
      for key in Self.changeableKeys { fault.span = fault.span ?? options.span(of: key) }
      fault.span = fault.span ?? block?.span
      throw fault
    }
    return changed
  }
}
