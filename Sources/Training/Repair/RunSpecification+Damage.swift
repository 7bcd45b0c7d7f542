package import Repair
package import Specification

extension RunSpecification {
  /// What spoils images as the run's recipe says; nil: it says nothing, or examples are points.
  package func damageMaker(seed: UInt64, stream: UInt64) -> DamageMaker? {
    guard !recipe.damage.isEmpty, case .image(let image) = architecture.example else { return nil }
    return DamageMaker(recipe.damage, of: image, seed: seed, stream: stream)
  }
}
