import Foundation
import TestSupport
import Testing

/// What the other tests rely on to fail when they should.
struct TestSupportTests {
  @Test func `a relative error is in L2 and a mismatch says where`() throws {
    #expect(relativeError([3, 4], [3, 4]) == 0)
    #expect(abs(relativeError([3, 5], [3, 4]) - 0.2) < 1e-12)
    #expect(relativeError([3, .nan], [3, 4]) == .infinity)
    #expect(relativeError([0, 0], [0, 0]) == 0)
    #expect(mismatch([3, 4.1], [3, 4], within: 0.1, "weights") == nil)
    let said = try #require(mismatch([3, 5], [3, 4], within: 0.1, "weights"))
    #expect(said.contains("weights") && said.contains("worst at 1: 5.0 instead of 4.0"))
    #expect(mismatch([3], [3, 4], within: 0.1, "weights") == "weights: 1 values instead of 2")
  }

  @Test func `a safetensors file that is cut off is refused`() throws {
    let whole = try Fixture.data("training/dcgan-16x16x1.safetensors")
    for count in [0, 7, 100, whole.count - 1] {
      #expect(throws: (any Error).self) { try TensorFile(whole.prefix(count), name: "cut") }
    }
  }

  static let small = [
    "mlp-8x8x3", "conv-16x16x3", "dcgan-16x16x1", "dcgan-gp-16x16x1",
    "dcgan-32x32x3",
  ]
  static let large = ["mlp-64x64x3", "conv-64x64x3", "dcgan-64x64x3"]

  @Test(arguments: small + large)
  func `a training fixture is whole and its rounding small`(_ name: String) throws {
    let fixture = try TrainingFixture(named: name)
    #expect(fixture.name == name)
    #expect(fixture.steps.count == 10)
    let named = Set(fixture.tensors.map(\.name))
    #expect(fixture.parameters.allSatisfy { named.contains($0.name) })
    #expect(fixture.tensors.allSatisfy { $0.rounding.relative < 1e-4 })
    for tensor in fixture.tensors {
      #expect((tensor.values?.count ?? 256) <= 256)
      if let values = tensor.values, let stride = tensor.stride {
        #expect((values.count - 1) * stride < tensor.shape.reduce(1, *))
      }
    }
  }

  @Test(arguments: small)
  func `whole tensors have the shapes, norms and means of their summaries`(_ name: String) throws {
    let fixture = try TrainingFixture(named: name)
    let file = try fixture.wholeTensors()
    for tensor in fixture.tensors {
      let entry = try file.entry(tensor.name)
      #expect(entry.shape == tensor.shape)
      let norm = entry.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let mean = entry.values.reduce(0) { $0 + Double($1) } / Double(entry.values.count)
      #expect(abs(norm - tensor.norm) < 1e-6 * tensor.norm)
      #expect(abs(mean - tensor.mean) < 1e-6)
    }
    #expect(try fixture.mismatches { try file.entry($0).values } == [])
  }

  /// Holds the rule for initial values to the numbers: a weight moves no further than Adam can take
  /// it in ten steps, so other initial values would show.
  @Test(arguments: small)
  func `initial values are where ten steps began`(_ name: String) throws {
    let fixture = try TrainingFixture(named: name)
    let file = try fixture.wholeTensors()
    for (number, parameter) in fixture.parameters.enumerated() {
      let start = fixture.initialValues(ofParameter: number)
      let end = try file.entry(parameter.name).values
      let moved = try #require(fixture.tensors.first { $0.name == parameter.name }?.moved)
      let distance = Closeness(start, end).distance
      #expect(abs(distance - moved) < 1e-4 * moved + 1e-6, "\(parameter.name)")
    }
  }

  @Test func `what did not move as it should is told, large or small`() throws {
    for name in ["dcgan-16x16x1", "mlp-8x8x3"] {
      let fixture = try TrainingFixture(named: name)
      let file = try fixture.wholeTensors()
      let first = fixture.parameters[0].name
      let told = try fixture.mismatches { tensor in
        tensor == first ? fixture.initialValues(ofParameter: 0) : try file.entry(tensor).values
      }
      #expect(told.count == 1)
      #expect(told.first?.hasPrefix(first) == true)
    }
  }

  @Test func `inputs have the sizes asked for and real batches lie within -1 and 1`() throws {
    let fixture = try TrainingFixture(named: "dcgan-16x16x1")
    let real = fixture.realBatch(step: 0, exampleCount: 256)
    #expect(real.count == 8 * 256)
    #expect(real.allSatisfy { abs($0) < 1 })
    #expect(real != fixture.realBatch(step: 1, exampleCount: 256))
    #expect(fixture.latents(step: 0, count: 16).count == 8 * 16)
    #expect(fixture.sampleLatents(count: 3).count == 8 * 3)
  }
}
