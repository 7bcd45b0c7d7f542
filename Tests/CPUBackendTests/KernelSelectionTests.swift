import CPUBackend
import Compilation
import Foundation
import TensorGraph
import Testing

@Suite struct KernelSelectionTests {
  private func kernels(_ rule: KernelSelection.Rule) throws -> [String: String] {
    let graph = Graph()
    let geometry = ConvolutionGeometry(strides: [2, 2], paddingLow: [1, 1], paddingHigh: [1, 1])
    let y = graph.input("x", [4, 16, 16, 16])
      .convolution(graph.state("w", [32, 16, 4, 4]), geometry)
    let source = ProgramSource(name: "y", graph: graph, outputs: [.init("y", y)])
    return try CPUBackend(kernels: rule).makeMachine(running: [source]).kernels
  }

  private func withCache(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appending(path: "inner/kernels.json"))
  }

  /// Only a processor for which there are several kernels has a choice.
  private var hasChoice: Bool { CPUBackend().description.contains("AVX-512") }

  @Test func `a choice is measured once and kept`() throws {
    try withCache { cache in
      let first = try kernels(.measured(cache: cache))
      guard hasChoice else { return #expect(first.isEmpty) }
      #expect(first.count == 1)
      let kept = try JSONDecoder().decode(
        [String: [String: ContractionMethod]].self, from: Data(contentsOf: cache))
      #expect(kept.count == 1 && kept.values.first?.mapValues(\.rawValue) == first)
      // What the file says goes before what another measurement might.
      let other: ContractionMethod = first.values.first == "library" ? .winograd2 : .library
      let changed = kept.mapValues { $0.mapValues { _ in other } }
      try JSONEncoder().encode(changed).write(to: cache)
      #expect(try kernels(.measured(cache: cache)).values.first == other.rawValue)
    }
  }

  @Test(arguments: ["", "{", "[]", "{\"AMD\":{\"forward\":\"by hand\"}}", "\u{0}\u{FFFD}"])
  func `a file that holds no choices is measured anew`(text: String) throws {
    try withCache { cache in
      try FileManager.default.createDirectory(
        at: cache.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: cache)
      #expect(try kernels(.measured(cache: cache)).isEmpty == !hasChoice)
    }
  }

  @Test func `a folder that cannot be written costs nothing but the measurement`() throws {
    let nowhere = URL(filePath: "/proc/no/such/kernels.json")
    #expect(try kernels(.measured(cache: nowhere)).isEmpty == !hasChoice)
    #expect(try kernels(.measured(cache: nil)).isEmpty == !hasChoice)
  }
}
