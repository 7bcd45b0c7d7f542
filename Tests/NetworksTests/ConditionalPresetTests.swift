import Language
import Networks
import Specification
import TestSupport
import Testing

/// Presets with labels, and presets whose layers are exchanged by a word.
@Suite struct ConditionalPresetTests {
  private func network(
    _ text: String, _ role: NetworkSpecification.Role
  ) throws -> Network {
    try #require(try Model(architecture(text)).network(role))
  }

  @Test(arguments: [
    ("projection", ["image", "label"], ["score"]), ("concat", ["image", "label"], ["score"]),
    ("auxiliary", ["image"], ["score", "class"]),
  ])
  func `a condition says how labels reach the discriminator`(
    condition: String, inputs: [String], outputs: [String]
  ) throws {
    let text = "like dcgan image=16x16x1 width=4 labels=Eyeglasses,Smiling condition=\(condition)"
    let generator = try network(text, .generator)
    #expect(generator.inputs.map(\.wire) == ["z", "label"])
    #expect(generator.inputs.map(\.shape) == [[100], [2]])
    let discriminator = try network(text, .discriminator)
    #expect(discriminator.inputs.map(\.wire) == inputs)
    #expect(discriminator.outputs.map(\.name) == outputs)
    // What is stored is read back without the preset.
    let made = try architecture(text)
    #expect(try architecture("\(made)") == made)
  }

  @Test func `classes are as many inputs`() throws {
    let generator = try network("like dcgan image=16x16x1 width=4 classes=10", .generator)
    #expect(generator.inputs.map(\.shape) == [[100], [10]])
    #expect(try network("like classifier image=32x32x1 classes=10", .classifier).output == [10])
  }

  @Test(arguments: [
    ("norm=instancenorm", "instancenorm", "batchnorm"), ("gnorm=pixelnorm", "pixelnorm", "nothing"),
    ("dnorm=layernorm", "layernorm", "nothing"), ("activation=silu", "silu", "lrelu"),
    ("dropout=0.3", "dropout 0.3", "nothing"), ("upsample=resize", "upsample 2", "nothing"),
    ("dnorm=spectral", "weights=spectral", "nothing"), ("norm=no", "relu", "batchnorm"),
  ])
  func `layers are exchanged by a word`(option: String, has: String, lacks: String) throws {
    let text = "\(try architecture("like dcgan image=32x32x3 width=4 \(option)"))"
    #expect(text.contains(has) && !text.contains(lacks), "\(text)")
  }

  @Test(arguments: [
    ("like dcgan image=16 condition=concat", "condition needs labels"),
    ("like dcgan image=16 norm=groupnom", "norm is one of batchnorm, layernorm"),
    ("like mlp points=2 labels=Smiling", "`mlp` has no `labels`"),
    ("like sngan image=40x32x3", "square images"), ("like classifier image=32", "what it tells"),
    ("like sngan image=32 upsample=resize", "`sngan` has no `upsample`"),
    ("like dcgan image=16 labels=A,B,A", "`A` is given twice"),
    ("like dcgan image=16 labels=A classes=3", "either `labels` or `classes`"),
    ("like vae image=37x37x3", "halved to 16"),
    (
      "custom image=8x8x1 latent=4 { generator { dense 4x4x4; minibatchstd; deconv 1 } "
        + "discriminator { flatten; dense 1 } }", "`minibatchstd` sees a whole batch"
    ),
    ("like vae image=32x32x3 pack=2", "pack is about discriminators"),
    ("like dcgan image=16 labels=Smiling pack=2", "pack=2 has no place for labels"),
    (
      "custom image=16x16x1 { classifier { dense 3 } discriminator { dense 1 } }",
      "a classifier has no discriminator"
    ),
    ("custom image=16x16x1 { encoder { dense 3 } }", "the decoder is missing"),
    (
      "custom image=8x8x1 latent=4 { generator { dense 8x8x1 } encoder { flatten; dense 5 } "
        + "discriminator(image, z) { flatten; concat z; dense 1 } }",
      "a latent vector has 4 numbers"
    ),
    (
      "custom image=8x8x1 latent=4 { generator { dense 8x8x1 } encoder { flatten; dense 4 } "
        + "discriminator { flatten; dense 1 } }", "given the code of the encoder"
    ),
    (
      "custom image=8x8x1 latent=4 { generator { dense 8x8x1 } "
        + "discriminator(image, z) { flatten; concat z; dense 1 } }", "its input `z`"
    ),
    (
      "custom image=8x8x1 latent=4 { generator { dense 8x8x1 } encoder { flatten; dense 4 } "
        + "decoder { dense 8x8x1 } }", "a bidirectional model has no decoder"
    ),
    (
      "custom image=8x8x1 latent=2 labels=Smiling { generator { dense 8x8x1 } "
        + "discriminator { flatten as f; dense 3; output class; from f; dense 1 } }",
      "but there is 1 label"
    ),
    (
      "custom image=8x8x1 latent=2 { encoder { flatten as f; dense 3; output mean; from f; dense 3; "
        + "output logvariance } decoder { dense 8x8x1; tanh } }", "but a code has latent=2"
    ),
    (
      "custom image=8x8x1 latent=2 { encoder { flatten as f; dense 2; output mean; from f; dense 2; "
        + "output logvar } decoder { dense 8x8x1; tanh } }", "did you mean `logvariance`?"
    ),
    (
      "custom image=16x16x1 { generator(z, mask) { dense 16x16x1 } discriminator { dense 1 } }",
      "its input `mask`"
    ),
  ]) func `what cannot be is an error with a place`(text: String, reason: String) {
    #expect {
      try architecture(text)
    } throws: { error in
      guard let fault = error as? Diagnostic else { return false }
      return ([fault.message] + fault.help).contains { $0.contains(reason) } && fault.span != nil
    }
  }

  @Test func `an output that nobody reads and that is called like nothing known is allowed`() throws
  {
    _ = try architecture(
      "custom image=8x8x1 latent=2 { encoder { flatten; dense 3; output seen; dense 2 } "
        + "decoder { dense 8x8x1; tanh } }")
  }

  @Test func `labels with marks are stored and read back`() throws {
    for name in ["a,b", "a\"b", "a=b", "line\nend", "größe", "日本", "Smiling", "1", "as", "x:1", ""]
    {
      let text =
        "custom image=16x16x1 latent=8 labels=\(quoted(name)),Other { "
        + "generator(z, label) { concat label; dense 16x16x1 }; "
        + "discriminator(image, label) { flatten; concat label; dense 1 } }"
      let made = try architecture(text)
      #expect(made.labels == .attributes([name, "Other"]))
      #expect(try architecture("\(made)") == made, "\(made)")
    }
  }
}
