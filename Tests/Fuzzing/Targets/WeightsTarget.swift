import Foundation
import Networks
import Specification
import Training

/// A file of `torch.save`, or of safetensors, and what a run would take of it.
final class WeightsTarget: FuzzTarget {
  static let name = "weights"

  private let scratch: Scratch
  private let specification: RunSpecification

  init() throws {
    scratch = try Scratch()
    let architecture = try ArchitectureSpecification(like: "dcgan image=16x16x3 width=4 latent=8")
    specification = RunSpecification(
      architecture: architecture,
      dataset: DatasetSpecification(
        source: .read(SourceSpecification("ring")), preprocessing: nil),
      recipe: RecipeSpecification(), steps: 0, seed: 1)
  }

  func read(_ bytes: [UInt8]) {
    do throws(WeightsError) {
      let file = try WeightsFile(path: scratch.write(bytes, "weights.pth"))
      for (name, shape) in file.shapes {
        guard let values = try? file.weights.values(of: name) else { continue }
        expect(values.count == shape.reduce(1, *), "\(name) has another shape")
      }
      do {
        let weights = try ImportedWeights(file, typed: "weights.pth", for: specification)
        expect(weights.parts.contains { $0.taken > 0 }, "something is taken")
      } catch { expect(!"\(error)".isEmpty, "a fault has words") }
    } catch { expect(!error.description.isEmpty, "a fault has words") }
  }
}
