import CPUBackend
import Compilation
import Foundation
import Metrics
import Specification
import TestSupport
import Testing
import Training

private let weightsFile = ProcessInfo.processInfo.environment["GANSH_INCEPTION"]

/// The networks against PyTorch's, by pytorch-fid and torch-fidelity themselves, with weights of a formula.
@Suite(.serialized) struct PretrainedNetworkTests {
  private static let images: [(number: Int, shape: ImageShape)] = [
    (1, ImageShape(height: 32, width: 32, channels: 3)),
    (2, ImageShape(height: 48, width: 64, channels: 3)),
    (3, ImageShape(height: 299, width: 299, channels: 3)),
    (4, ImageShape(height: 28, width: 28, channels: 1)),
  ]
  private static let tolerance = 1e-5

  private func weights(of network: PretrainedNetwork) -> NetworkWeights {
    let shapes = Dictionary(uniqueKeysWithValues: network.tensors.map { ($0.name, $0.shape) })
    return NetworkWeights(name: "formula", digest: "formula", shapes: shapes) {
      FormulaWeights.values($0, shapes[$0] ?? [])
    }
  }

  /// With both of Winograd's forms: programs take the one that is faster.
  @Test(arguments: [ContractionMethod.winograd2, .winograd4])
  func `inception is the network of FID`(method: ContractionMethod) throws {
    let network = PretrainedNetwork.inception
    let expected = try Fixture.tensors("features/inception.safetensors")
    let core = try PretrainedMachine(
      network, weights: weights(of: network), backend: CPUBackend(kernels: .forced(method)),
      batch: 2, stages: true)
    for (number, shape) in Self.images {
      for resizing in ImageResizing.allCases where resizing == .tf1 || number < 3 {
        let extractor = PretrainedFeatures(core, of: shape, resizing: resizing)
        let image = FormulaWeights.image(number, shape)
        let outputs = extractor.outputs(of: image + image + image, count: 3)
        #expect(outputs.features.count == 3 && outputs.features.width == 2048)
        let told = "\(resizing.rawValue) \(number)"
        for row in [0, 2] {
          let features = outputs.features.rows(row..<row + 1).values
          let wanted = try expected.entry("\(told) 2048").values
          #expect(mismatch(features, wanted, within: Self.tolerance, told) == nil)
        }
        guard resizing == .tf1 else { continue }
        let logits = try #require(outputs.logits).rows(2..<3).values
        let wanted = try expected.entry("\(told) logits_unbiased").values
        #expect(mismatch(logits, wanted, within: Self.tolerance, "\(told) logits") == nil)
        for (stage, width) in [("64", 64), ("192", 192), ("768", 768)] {
          let means = Array(core.output(stage).prefix(width))
          let wanted = try expected.entry("\(told) \(stage)").values
          #expect(mismatch(means, wanted, within: Self.tolerance, "\(told) \(stage)") == nil)
        }
      }
    }
  }

  /// For who has the weights, or others of the same network: `make_fixtures.py FILE` writes what is expected.
  @Test(.enabled(if: weightsFile != nil, "GANSH_INCEPTION names no file of weights"))
  func `inception with the weights of a file is torch-fidelity's`() throws {
    let path = try #require(weightsFile)
    let expected = try Fixture.tensors(atPath: path + ".safetensors")
    for (number, shape) in Self.images {
      let extractor = try FeatureNetwork.inception.extractor(
        of: shape, weights: path, backend: CPUBackend())
      let outputs = extractor.outputs(of: FormulaWeights.image(number, shape), count: 1)
      let told = "tf1 \(number)"
      for (values, stage) in [
        (outputs.features.values, "2048"), (outputs.logits?.values ?? [], "logits_unbiased"),
      ] {
        let wanted = try expected.entry("\(told) \(stage)").values
        let closeness = Closeness(values, wanted)
        print("\(told) \(stage): \(closeness)")
        #expect(closeness.relative <= Self.tolerance)
      }
    }
  }

  @Test func `vgg16 is torchvision's, to its second dense layer`() throws {
    let network = PretrainedNetwork.vgg16
    let expected = try Fixture.tensors("features/vgg16.safetensors")
    let core = try PretrainedMachine(
      network, weights: weights(of: network), backend: CPUBackend(), batch: 1)
    for (number, shape) in Self.images.prefix(2) {
      let extractor = PretrainedFeatures(core, of: shape, resizing: .tf1)
      let outputs = extractor.outputs(of: FormulaWeights.image(number, shape), count: 1)
      #expect(outputs.features.width == 4096 && outputs.logits == nil)
      let wanted = try expected.entry("tf1 \(number) fc2").values
      #expect(mismatch(outputs.features.values, wanted, within: Self.tolerance, "\(number)") == nil)
    }
  }

  private struct Pairs: Decodable {
    struct Pair: Decodable {
      let one, other: Int
      let distance: Double
    }
    let pairs: [Pair]
  }

  @Test func `images look apart as they do to the LPIPS package with all channels alike`() throws {
    let core = try PretrainedMachine(
      .vgg16, weights: weights(of: .vgg16), backend: CPUBackend(), batch: 4, distances: true)
    let shape = ImageShape(height: 224, width: 224, channels: 3)
    let extractor = PretrainedFeatures(core, of: shape, resizing: .tf1)
    let pairs = try Fixture.json("features/lpips.json", as: Pairs.self).pairs
    func images(_ numbers: [Int]) -> [Float] {
      numbers.flatMap { FormulaWeights.image($0, shape) }
    }
    let distances = try #require(
      extractor.distances(
        from: images(pairs.map(\.one)), to: images(pairs.map(\.other)), count: pairs.count))
    for (distance, pair) in zip(distances, pairs) {
      #expect(
        abs(distance - pair.distance) <= 1e-4 * pair.distance, "\(distance), wanted \(pair)")
    }
  }

  @Test func `the ports' files have exactly the tensors that are looked for`() throws {
    let known = try Fixture.json("features/tensors.json", as: [String: [String: [Int]]].self)
    for network in [PretrainedNetwork.inception, .vgg16] {
      let found = Dictionary(uniqueKeysWithValues: network.tensors.map { ($0.name, $0.shape) })
      var wanted = try #require(known[network.name])
      #expect(throws: Never.self) { try network.check(file(wanted)) }
      for unused in ["classifier.6.weight", "classifier.6.bias"] { wanted[unused] = nil }
      #expect(found == wanted)
    }
  }

  @Test func `another network's tensors are refused with the first that is wrong`() throws {
    let network = PretrainedNetwork.inception
    let known = try Fixture.json("features/tensors.json", as: [String: [String: [Int]]].self)
    var shapes = try #require(known["inception"])
    shapes["Conv2d_1a_3x3.bn.num_batches_tracked"] = []
    #expect(throws: Never.self) { try network.check(file(shapes)) }
    func refusal(_ change: (inout [String: [Int]]) -> Void) -> String {
      var shapes = shapes
      change(&shapes)
      do throws(WeightsError) {
        try network.check(file(shapes))
        return "nothing"
      } catch { return error.description }
    }
    let start = "formula cannot be read as weights: "
    let end = "; it is of another network than inception"
    #expect(
      refusal { $0["Mixed_5b.branch1x1.conv.weight"] = nil }
        == start + "it has no Mixed_5b.branch1x1.conv.weight" + end)
    #expect(
      refusal { $0["fc.weight"] = [1000, 2048] }
        == start + "its fc.weight is [1000, 2048], wanted [1008, 2048]" + end)
    #expect(
      refusal { $0["AuxLogits.fc.bias"] = [1000] }
        == start + "its AuxLogits.fc.bias is none of the network's" + end)
  }

  private func file(_ shapes: [String: [Int]]) -> NetworkWeights {
    NetworkWeights(name: "formula", digest: "", shapes: shapes) {
      FormulaWeights.values($0, shapes[$0] ?? [])
    }
  }
}
