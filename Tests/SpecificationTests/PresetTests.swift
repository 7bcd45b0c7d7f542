import Language
import Specification
import Testing

struct PresetTests {
  private let colour = ImageShape(height: 64, width: 64, channels: 3)

  private func numbers(_ layers: [PlacedLayer]) -> Int {
    layers.reduce(0) { $0 + $1.parameterCount }
  }

  @Test func `dcgan has the numbers of PyTorch's example`() throws {
    let placed = try ArchitectureSpecification.dcgan(image: colour).placed()
    #expect(numbers(placed.generator) == 3_576_704)
    #expect(numbers(placed.discriminator) == 2_765_568)
    #expect(
      placed.generator.filter(\.layer.kind.isContraction).map(\.printedOutput)
        == ["4x4x512", "8x8x256", "16x16x128", "32x32x64", "64x64x3"])
    #expect(
      placed.discriminator.filter(\.layer.kind.isContraction).map(\.printedOutput)
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
    let placed = try ArchitectureSpecification.mlp(image: colour).placed()
    let generator = 100 * 256 + 256 + 256 * 512 + 512 + 512 * 1024 + 1024 + 1024 * 12_288 + 12_288
    #expect(numbers(placed.generator) == generator + 2 * (256 + 512 + 1024))
    #expect(numbers(placed.discriminator) == 12_288 * 512 + 512 + 512 * 256 + 256 + 256 + 1)
    #expect(
      placed.discriminator.flatMap(\.parameters).first?.name == "discriminator.block1.dense.weight")
  }

  @Test func `conv has the numbers of its listing, mended`() throws {
    let placed = try ArchitectureSpecification.conv(image: colour).placed()
    #expect(placed.generator[0].output == [512, 8, 8])
    #expect(placed.generator[0].parameters.map(\.shape) == [[32_768, 100], [32_768]])
    #expect(placed.generator.last?.output == [3, 64, 64])
    #expect(placed.discriminator[6].output == [128 * 16 * 16])
    let wide = try ArchitectureSpecification.conv(
      image: ImageShape(height: 24, width: 40, channels: 1), width: 5, latent: 7)
    #expect(try wide.placed().generator.map(\.printedOutput).first == "3x5x40")
  }

  @Test func `every preset makes every example it says it can`() throws {
    for size in [16, 32, 48, 64, 80, 96, 112, 128, 144, 256] {
      for channels in [1, 3] {
        let image = ImageShape(height: size, width: size, channels: channels)
        for preset in ArchitecturePreset.allCases {
          let architecture = try preset.architecture(of: .image(image), width: 8)
          #expect(architecture.origin == preset.rawValue)
          _ = try architecture.placed()
        }
      }
    }
    let toy = try ArchitecturePreset.mlp.architecture(of: .point(dimensions: 2))
    #expect(toy.latent == 2)
    #expect(try toy.placed().generator.map(\.output) == [[128], [128], [128], [128], [2]])
  }

  @Test(arguments: [(48, 6, 3), (64, 4, 4), (80, 5, 4), (96, 6, 4), (112, 7, 4), (144, 9, 4)])
  func `dcgan doubles a small square to the side`(
    size: Int, start: Int, doublings: Int
  ) throws {
    let image = ImageShape(height: size, width: size, channels: 3)
    let placed = try ArchitectureSpecification.dcgan(image: image, width: 8).placed()
    let outputs = placed.generator.map(\.output).filter { $0.count == 3 }
    #expect(outputs.first(where: { $0[1] > 1 }) == [8 << (doublings - 1), start, start])
    #expect(outputs.last == [3, size, size])
    let inner = placed.discriminator.map(\.output).filter { $0.count == 3 && $0[1] > 1 }
    #expect(inner.last == [8 << (doublings - 1), start, start])
    #expect(placed.discriminator.last?.output == [1, 1, 1])
  }

  @Test func `what a preset cannot make is an error`() {
    let bad: [() throws -> Void] = [
      { _ = try ArchitecturePreset.dcgan.architecture(of: .point(dimensions: 2)) },
      {
        _ = try ArchitectureSpecification.dcgan(
          image: ImageShape(height: 40, width: 40, channels: 3))
      },
      {
        _ = try ArchitectureSpecification.dcgan(
          image: ImageShape(height: 64, width: 32, channels: 3))
      },
      {
        _ = try ArchitectureSpecification.conv(
          image: ImageShape(height: 30, width: 32, channels: 3))
      },
      {
        _ = try ArchitectureSpecification.mlp(
          image: ImageShape(height: 1024, width: 1024, channels: 3))
      },
      {
        _ = try ArchitectureSpecification.mlp(
          image: ImageShape(height: .max, width: .max, channels: 3))
      },
      {
        _ = try ArchitectureSpecification.mlp(image: ImageShape(height: -1, width: 0, channels: 3))
      },
      { _ = try ArchitectureSpecification.mlp(points: 0) },
      { _ = try ArchitectureSpecification.mlp(points: 2, width: .max) },
      { _ = try ArchitectureSpecification.dcgan(image: colour, width: 0) },
      { _ = try ArchitectureSpecification.dcgan(image: colour, latent: .max) },
      { _ = try ArchitectureSpecification.conv(image: colour, latent: -4) },
    ]
    for (index, body) in bad.enumerated() {
      #expect(throws: Diagnostic.self, "\(index)", performing: body)
    }
  }

  @Test func `the standard recipe follows the preset`() throws {
    #expect(RecipeSpecification.standard(for: try .conv(image: colour)).batch == 32)
    #expect(RecipeSpecification.standard(for: try .dcgan(image: colour)) == RecipeSpecification())
  }

  @Test func `training memory grows with the batch`() throws {
    let placed = try ArchitectureSpecification.dcgan(image: colour).placed()
    let (one, two) = (placed.trainingBytes(batch: 1), placed.trainingBytes(batch: 2))
    #expect(one > 16 * (3_576_704 + 2_765_568))
    #expect(two - one == placed.trainingBytes(batch: 65) - placed.trainingBytes(batch: 64))
    #expect(placed.trainingBytes(batch: .max) > 0)
  }
}
