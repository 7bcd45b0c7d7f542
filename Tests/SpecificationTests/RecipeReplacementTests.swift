import Language
import Networks
import Specification
import Testing

/// One recipe laid over another, as a branch does at an alarm.
@Suite struct RecipeReplacementTests {
  private func recipe(
    _ options: String, over base: RecipeSpecification = RecipeSpecification()
  ) throws -> RecipeSpecification {
    let statements = try parse(SourceText(name: "test", text: "recipe r \(options)"))
    return try RecipeSpecification(
      parsing: statements.flatMap(\.options), .all, base: base)
  }

  @Test(arguments: [
    ("optimiser=sgd unrolled=5 clip-norm=1", "lr=1e-4 betas=0.5,0.999"),
    ("updates=simultaneous precision=bf16 beta=4", "objective=hinge generator-steps=2"),
    ("lr=1e-4 penalty=r1:10 clip-norm=1", "goptimiser=sgd:0.9 doptimiser=rmsprop clip-norm=2"),
    ("meta=reptile:5 tasks=Person meta-rate=0.1", "lr=1e-4"),
    ("lr=1e-4", "meta=reptile:5 tasks='hair colour' meta-rate=1->0.1 over 2k"),
    ("generator-steps=3 smooth=0.9 smooth-fakes=0.1", "objective=wasserstein"),
  ])
  func `nothing of the one before is left`(before: String, after: String) throws {
    let (old, new) = try (recipe(before), recipe(after))
    let typed = new.options(inPlaceOf: old).joined(separator: " ")
    #expect(try recipe(typed, over: old) == new, "\(typed)")
  }
}
