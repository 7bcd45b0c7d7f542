import Datasets
import Language
import Networks
import Specification
import Testing

/// `augment=` as it is typed, kept and refused.
@Suite struct AugmentationTextTests {
  private func recipe(_ text: String) throws -> RecipeSpecification {
    try RecipeSpecification(parsing: statement("recipe r augment=\(text)"), .all)
  }

  @Test(arguments: [
    ("flip", "flip:0.5"), ("flip:0.3", "flip:0.3"), ("crop", "crop:0.8"),
    ("crop:0.8..1", "crop:0.8"),
    ("crop:0.3..0.7", "crop:0.3..0.7"), ("rotate", "rotate:15"), ("shift", "shift:0.1"),
    ("colour", "colour:0.2"), ("brightness", "brightness:0.2"), ("contrast:1", "contrast:1"),
    ("saturation", "saturation:0.2"), ("noise", "noise:10"), ("noise:0..20", "noise:0..20"),
    ("blur", "blur:1"), ("blur:0..2", "blur:2"), ("blur:0.5..0.5", "blur:0.5..0.5"),
    ("cutout", "cutout:0.25"), ("mixup", "mixup:0.2"), ("rotate:0.00001", "rotate:1e-05"),
    ("flip+crop+mixup", "flip:0.5+crop:0.8+mixup:0.2"), ("no", "no"),
  ])
  func `is printed with all its numbers, and read back`(text: String, whole: String) throws {
    let recipe = try recipe(text)
    #expect("\(recipe.augmentation)" == whole)
    #expect("\(recipe)".contains("augment=") == (text != "no"))
    #expect(try RecipeSpecification(stored: statement("recipe r \(recipe)")) == recipe)
  }

  @Test(arguments: [
    ("flop", "there is no augmentation `flop`", "did you mean `flip`?"),
    ("hflip", "there is no augmentation `hflip`", "it is called `flip` here"),
    ("none", "there is no augmentation `none`", "none at all is `no`"),
    (
      "crop:1.5", "after `crop:` stands a share of the area from 0.01 to 1, not `1.5`", "`crop:0.8`"
    ),
    ("crop:0.9..0.2", "`0.9..0.2` goes from the larger to the smaller", "write `crop:0.2..0.9`"),
    ("rotate:-5", "after `rotate:` stands degrees from 0 to 180, not `-5`", "`rotate:15`"),
    ("rotate:5..9", "`rotate` takes one number, and no range", "`rotate:15`"),
    ("noise:x", "after `noise:` stands a deviation from 0 to 255, not `x`", "`noise:10`"),
    ("flip+crop+flip:0.1", "the augmentation `flip` is given twice", ""),
    (
      "mixup:0.4+flip", "`mixup` mixes what the others have made, and stands last",
      "write `flip+mixup:0.4`"
    ),
    ("flip@2", "an augmentation has no `@`", ""),
    (
      "flip,crop", "several augmentations are joined with `+`, not with commas", "write `flip+crop`"
    ),
  ])
  func `what is none is refused at its place`(text: String, fact: String, help: String) throws {
    let typed = "recipe r augment=\(text)"
    let told = try #require(fault(typed))
    #expect(told.contains("error: " + fact) && told.contains(help), "\(told)")
    #expect(told.contains("^"))
  }

  @Test func `the caret stands below the part that is wrong`() throws {
    let told = try #require(fault("recipe r augment=flip+crop:7+rotate"))
    #expect(
      told.contains(
        """
            recipe r augment=flip+crop:7+rotate
                                  ^^^^^^
        """), "\(told)")
  }

  private static let classifier =
    "arch a custom image=16x16x3 labels=Smiling { classifier { flatten; dense 1 } }"

  private func cautions(
    _ arch: String, _ recipe: String, data: String = "data d portraits count=8 size=16"
  ) throws -> [String] {
    RunSpecification(
      architecture: try architecture(arch),
      dataset: try DatasetSpecification(parsing: statement(data), .all),
      recipe: try self.recipe(recipe), steps: 1, seed: 1
    ).cautions(.all)
  }

  @Test func `what does nothing, or twice the same, is said`() throws {
    #expect(try cautions(Self.classifier, "flip+crop+mixup").isEmpty)
    #expect(
      try cautions(Self.classifier, "flip+rotate:0") == [
        "`rotate:0` of `augment` changes nothing of images of 16x16x3"
      ])
    #expect(
      try cautions(Self.classifier, "flip", data: "data d portraits count=8 size=16 flip=yes") == [
        "examples are mirrored twice over: by `flip=yes` of the data and by `augment=flip:0.5`"
      ])
    let pair = "arch a like dcgan image=16x16x3"
    #expect(try cautions(pair, "flip").isEmpty)
    #expect(
      try cautions(pair, "flip+rotate").first?.hasPrefix(
        "the generator learns to make examples as `augment=rotate:15` leaves them") == true)
  }

  @Test func `mixup is for classifiers, and everything for images`() throws {
    func refusal(_ arch: String, _ augmentation: String, batch: Int = 8) throws -> String? {
      var recipe = try recipe(augmentation)
      recipe.batch = batch
      let architecture = try architecture(arch)
      do { try recipe.check(fits: architecture) } catch { return error.message }
      return nil
    }
    #expect(try refusal(Self.classifier, "flip+mixup") == nil)
    #expect(
      try refusal(Self.classifier, "mixup", batch: 1)
        == "`mixup` of `augment` mixes examples of a batch, and `batch=1` has one")
    #expect(
      try refusal("arch a like dcgan image=16x16x3", "mixup")
        == "`mixup` of `augment` mixes examples with their labels for a classifier, and the model has none"
    )
    #expect(try refusal("arch a like dcgan image=16x16x3", "flip") == nil)
    #expect(
      try refusal("arch a like mlp points=2", "flip")
        == "`augment` changes images, and examples are points")
  }
}
