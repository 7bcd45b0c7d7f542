import Foundation
import Training

/// A file of `torch.save`, or of safetensors.
final class WeightsTarget: FuzzTarget {
  static let name = "weights"

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func read(_ bytes: [UInt8]) {
    do throws(WeightsError) {
      let file = try WeightsFile(path: scratch.write(bytes, "weights.pth"))
      for (name, shape) in file.shapes {
        guard let values = try? file.weights.values(of: name) else { continue }
        expect(values.count == shape.reduce(1, *), "\(name) has another shape")
      }
    } catch { expect(!error.description.isEmpty, "a fault has words") }
  }
}
