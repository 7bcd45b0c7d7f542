import Foundation
import Training

/// A safetensors file.
final class TensorsTarget: FuzzTarget {
  static let name = "tensors"

  init() {}

  func read(_ bytes: [UInt8]) {
    do throws(TrainingError) {
      let file = try TensorFile(Data(bytes), name: "fuzz")
      for (name, shape) in file.tensors {
        let values = file.values(of: name)
        expect(values?.count == shape.reduce(1, *), "\(name) has another shape")
      }
    } catch { expect(!error.description.isEmpty, "a fault has words") }
  }
}
