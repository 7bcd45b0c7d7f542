import Language
import Networks
import Specification

extension Remedy {
  /// With what its change needs beside it; nil where the networks and the recipe of a run do not take it.
  func fitted(to specification: RunSpecification) -> Remedy? {
    if isTaken(by: specification) { return self }
    let recipe = specification.recipe
    let keys = change.split(separator: " ").map { String($0.prefix { $0 != "=" }) }
    var needed: [String] = []
    if keys.contains("objective") {
      if recipe.realLabel != 1 || recipe.schedules.contains(where: { $0.dial == .realLabel }) {
        needed.append("smooth=1")
      }
      if recipe.strength(of: "smooth-fakes") != nil { needed.append("smooth-fakes=no") }
    }
    let readBetas = [recipe.generatorOptimiser, recipe.discriminatorOptimiser].contains {
      Signatures.all.optimisers.named($0.keyword)?.options.contains("betas") == true
    }
    if keys.contains("betas"), !readBetas { needed.append("optimiser=adam") }
    if keys.contains("critic") || keys.contains("unrolled"), recipe.updates != .sequential {
      needed.append("updates=sequential")
    }
    var other = self
    other.change += needed.map { " " + $0 }.joined()
    other.isDial = isDial && needed.isEmpty
    return !needed.isEmpty && other.isTaken(by: specification) ? other : nil
  }

  /// Whether a branch of a run with the change could be trained.
  private func isTaken(by specification: RunSpecification) -> Bool {
    changed(specification) != nil
  }

  /// Whether a run with the change is cautioned of what the run itself is not: a gradient penalty on a discriminator
  /// with batch normalisation, say.
  func isCautioned(for specification: RunSpecification) -> Bool {
    guard let changed = changed(specification) else { return true }
    return !Set(changed.cautions(.all)).isSubset(of: specification.cautions(.all))
  }

  /// A run with the change; nil where it could not be trained.
  private func changed(_ specification: RunSpecification) -> RunSpecification? {
    do {
      let line = try parse(SourceText(name: "remedy", text: "branch run \(change)"))
      var options = try OptionReader(line.flatMap(\.options), of: "`branch`")
      var changed = specification
      changed.architecture = try specification.architecture.changed(by: nil, &options, .all)
      try changed.recipe.take(from: &options, .all)
      try options.finish()
      try changed.recipe.check(fits: changed.architecture)
      return changed
    } catch {
      // What is no run is not proposed.
      return nil
    }
  }
}
