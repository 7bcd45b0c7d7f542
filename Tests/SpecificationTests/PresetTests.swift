import Language
import Networks
import Specification
import Testing

struct PresetTests {
  private let colour = ExampleShape.image(ImageShape(height: 64, width: 64, channels: 3))

  private func numbers(_ layers: [ResolvedLayer]) -> Int {
    layers.reduce(0) { $0 + $1.parameterCount }
  }

  /// Both networks of a preset.
  private func layers(
    _ preset: String, _ example: ExampleShape, width: Int? = nil, latent: Int? = nil
  ) throws -> (generator: [ResolvedLayer], discriminator: [ResolvedLayer]) {
    let model = try Model(
      try #require(Preset.named(preset)).architecture(
        .init(example, width: width, latent: latent)))
    return (
      try #require(model.network(.generator)).layers,
      try #require(model.network(.discriminator)).layers
    )
  }

  @Test func `dcgan has the numbers of PyTorch's example`() throws {
    let placed = try layers("dcgan", colour)
    #expect(numbers(placed.generator) == 3_576_704)
    #expect(numbers(placed.discriminator) == 2_765_568)
    #expect(
      placed.generator.filter { ["conv", "deconv"].contains($0.layer.keyword) }.map(\.printedOutput)
        == ["4x4x512", "8x8x256", "16x16x128", "32x32x64", "64x64x3"])
    #expect(
      placed.discriminator.filter { ["conv", "deconv"].contains($0.layer.keyword) }.map(
        \.printedOutput)
        == ["32x32x64", "16x16x128", "8x8x256", "4x4x512", "1x1x1"])
    #expect(
      placed.generator.flatMap(\.parameters).map(\.name).prefix(6) == [
        "generator.block1.deconv.weight", "generator.block1.batchnorm.weight",
        "generator.block1.batchnorm.bias", "generator.block1.batchnorm.running_mean",
        "generator.block1.batchnorm.running_var", "generator.block2.deconv.weight",
      ])
    #expect(placed.generator[1].parameters.first?.shape == [100, 512, 4, 4])
    // 100·512·16 + 16·(512·256·16 + …): per example.
    #expect(placed.generator[1].multiplyAdds == 819_200)
    #expect(placed.generator[4].multiplyAdds == 33_554_432)
    #expect(placed.discriminator[0].multiplyAdds == 64 * 3 * 16 * 32 * 32)
  }

  @Test func `mlp has the numbers of its listing`() throws {
    let placed = try layers("mlp", colour)
    let generator = 100 * 256 + 256 + 256 * 512 + 512 + 512 * 1024 + 1024 + 1024 * 12_288 + 12_288
    #expect(numbers(placed.generator) == generator + 2 * (256 + 512 + 1024))
    #expect(numbers(placed.discriminator) == 12_288 * 512 + 512 + 512 * 256 + 256 + 256 + 1)
    #expect(
      placed.discriminator.flatMap(\.parameters).first?.name == "discriminator.block1.dense.weight")
  }

  @Test func `conv has the numbers of its listing, mended`() throws {
    let placed = try layers("conv", colour)
    #expect(placed.generator[0].output == [512, 8, 8])
    #expect(placed.generator[0].parameters.map(\.shape) == [[32_768, 100], [32_768]])
    #expect(placed.generator.last?.output == [3, 64, 64])
    #expect(placed.discriminator[6].output == [128 * 16 * 16])
    let grey = ExampleShape.image(ImageShape(height: 24, width: 40, channels: 1))
    let wide = try layers("conv", grey, width: 5, latent: 7)
    #expect(wide.generator.map(\.printedOutput).first == "3x5x40")
  }

  @Test func `every preset makes every example it says it can`() throws {
    for size in [16, 32, 48, 64, 80, 96, 112, 128, 144, 256] {
      for channels in [1, 3] {
        let image = ImageShape(height: size, width: size, channels: channels)
        for preset in ["mlp", "conv", "dcgan"] {
          _ = try layers(preset, .image(image), width: 8)
        }
      }
    }
    let toy = try layers("mlp", .point(dimensions: 2))
    #expect(toy.generator.map(\.output) == [[128], [128], [128], [128], [2]])
    #expect(toy.generator.first?.input == [2])
  }

  @Test(arguments: [(48, 6, 3), (64, 4, 4), (80, 5, 4), (96, 6, 4), (112, 7, 4), (144, 9, 4)])
  func `dcgan doubles a small square to the side`(
    size: Int, start: Int, doublings: Int
  ) throws {
    let image = ImageShape(height: size, width: size, channels: 3)
    let placed = try layers("dcgan", .image(image), width: 8)
    let outputs = placed.generator.map(\.output).filter { $0.count == 3 }
    #expect(outputs.first(where: { $0[1] > 1 }) == [8 << (doublings - 1), start, start])
    #expect(outputs.last == [3, size, size])
    let inner = placed.discriminator.map(\.output).filter { $0.count == 3 && $0[1] > 1 }
    #expect(inner.last == [8 << (doublings - 1), start, start])
    #expect(placed.discriminator.last?.output == [1, 1, 1])
  }

  @Test func `what a preset cannot make is an error`() {
    func image(_ height: Int, _ width: Int, _ channels: Int = 3) -> ExampleShape {
      .image(ImageShape(height: height, width: width, channels: channels))
    }
    let bad: [(String, ExampleShape, Int?, Int?)] = [
      ("dcgan", .point(dimensions: 2), nil, nil), ("dcgan", image(40, 40), nil, nil),
      ("dcgan", image(64, 32), nil, nil), ("conv", image(30, 32), nil, nil),
      ("mlp", image(1024, 1024), nil, nil), ("mlp", image(.max, .max), nil, nil),
      ("mlp", image(-1, 0), nil, nil), ("mlp", .point(dimensions: 0), nil, nil),
      ("mlp", .point(dimensions: 2), .max, nil), ("dcgan", colour, 0, nil),
      ("dcgan", colour, nil, .max), ("conv", colour, nil, -4),
    ]
    for (preset, example, width, latent) in bad {
      #expect(throws: Diagnostic.self, "\(preset) \(example)") {
        try layers(preset, example, width: width, latent: latent)
      }
    }
  }

  @Test func `the standard recipe follows the preset`() throws {
    func standard(_ text: String) throws -> RecipeSpecification {
      .standard(for: try architecture("arch a like \(text) image=64x64x3"))
    }
    #expect(try standard("conv").batch == 32)
    #expect(try standard("dcgan") == RecipeSpecification())
  }

  @Test func `training memory grows with the batch`() throws {
    let model = try Model(architecture("arch a like dcgan image=64x64x3"))
    let (one, two) = (model.trainingBytes(batch: 1), model.trainingBytes(batch: 2))
    #expect(one > 16 * (3_576_704 + 2_765_568))
    #expect(two - one == model.trainingBytes(batch: 65) - model.trainingBytes(batch: 64))
    #expect(model.trainingBytes(batch: .max) > 0)
  }
}
