import CPUBackend
import Compilation
import TensorGraph
import TestSupport
import Testing

/// gansh's own convolutions against the reference evaluator, each forced.
@Suite struct OwnConvolutionTests {
  struct Case: Sendable, CustomStringConvertible {
    let channels: (Int, Int)
    /// Height and width.
    let size: (Int, Int)
    let kernel: Int
    var batch = 2
    var padding = 1
    /// Two for a kernel of 4, else 1, if not given.
    var stride: Int?
    var description: String {
      "\(batch) of \(channels.0) to \(channels.1) at \(size), kernel \(kernel), padding \(padding)"
    }
    var geometry: ConvolutionGeometry {
      let stride = stride ?? (kernel == 4 ? 2 : 1)
      return ConvolutionGeometry(
        strides: [stride, stride], paddingLow: [padding, padding], paddingHigh: [padding, padding])
    }
  }

  /// Sizes that tiles of 2 and of 4 fill and do not fill; channels beyond and between blocks of 32;
  /// more images than a thread has room for at once.
  static let winograd = [
    Case(channels: (16, 16), size: (8, 8), kernel: 4),
    Case(channels: (16, 48), size: (10, 6), kernel: 4, batch: 3),
    Case(channels: (48, 32), size: (7, 9), kernel: 4),
    Case(channels: (32, 16), size: (2, 3), kernel: 4, batch: 1),
    Case(channels: (16, 16), size: (16, 16), kernel: 4, batch: 12),
    Case(channels: (16, 16), size: (6, 6), kernel: 3),
    Case(channels: (32, 48), size: (7, 5), kernel: 3, batch: 3),
    Case(channels: (16, 32), size: (8, 9), kernel: 3, padding: 0),
    Case(channels: (48, 16), size: (5, 8), kernel: 3, padding: 2),
  ]

  static let imageEnds = [
    Case(channels: (3, 16), size: (8, 8), kernel: 4),
    Case(channels: (1, 32), size: (6, 10), kernel: 4, batch: 3),
    Case(channels: (4, 48), size: (7, 9), kernel: 4),
    Case(channels: (2, 16), size: (2, 3), kernel: 4, batch: 1),
  ]

  /// Images side by side and alone; rows and columns that tiles of 16 and of 32 positions fill and do not fill; broken
  /// groups of images; kernels of any extent, strides that leave residues out; one block of channels too many.
  static let tiles = [
    Case(channels: (48, 16), size: (4, 4), kernel: 4, batch: 19),
    Case(channels: (16, 80), size: (2, 2), kernel: 4, batch: 33),
    Case(channels: (32, 32), size: (5, 5), kernel: 1, batch: 1, padding: 0),
    Case(channels: (16, 16), size: (1, 2), kernel: 1, padding: 0),
    Case(channels: (16, 32), size: (12, 12), kernel: 5, padding: 2),
    Case(channels: (32, 64), size: (11, 13), kernel: 3, batch: 4, padding: 1, stride: 2),
    Case(channels: (32, 16), size: (7, 7), kernel: 2, batch: 17, padding: 0, stride: 2),
    Case(channels: (16, 16), size: (9, 9), kernel: 2, padding: 0, stride: 3),
    Case(channels: (32, 32), size: (20, 33), kernel: 3, batch: 3, padding: 0),
    Case(channels: (16, 16), size: (6, 70), kernel: 3, batch: 1),
    Case(channels: (3, 64), size: (70, 34), kernel: 4, batch: 5),
    Case(channels: (3, 32), size: (12, 100), kernel: 4, batch: 3),
  ]

  /// Relative errors (L2) that were found are a tenth to a half of these: 5e-6 for tiles of 2x2 and
  /// 1.3e-5 for 4x4 at most, 5e-3 in bfloat16; oneDNN's own are 3e-7.
  static let bounds: [ContractionMethod: Double] = [
    .library: 2e-6, .winograd2: 1e-5, .winograd4: 4e-5, .imageEnd: 2e-6,
  ]

  @Test(arguments: winograd, [ContractionMethod.winograd2, .winograd4])
  func `Winograd's form agrees with the reference`(
    shape: Case, method: ContractionMethod
  ) throws {
    try check(shape, method)
  }

  @Test(arguments: winograd)
  func `Winograd's form in bfloat16 is as near as its eight bits allow`(shape: Case) throws {
    try check(shape, .winograd2, bfloat16: true)
  }

  @Test(arguments: imageEnds)
  func `the image end agrees with the reference`(shape: Case) throws {
    try check(shape, .imageEnd)
    try check(shape, .imageEnd, bfloat16: true)
  }

  /// Relative errors (L2) that were found are 1.6e-3 to 3.1e-3.
  @Test(arguments: winograd + imageEnds + tiles)
  func `tiles of bfloat16 agree with the reference`(shape: Case) throws {
    try check(shape, .tiles, bfloat16: true)
  }

  @Test(arguments: winograd + imageEnds)
  func `the library agrees with the reference`(shape: Case) throws {
    try check(shape, .library)
  }

  /// A convolution, its two adjoints, and theirs (which are convolutions again).
  private func check(_ shape: Case, _ method: ContractionMethod, bfloat16: Bool = false) throws {
    let graph = Graph()
    let x = graph.input("x", [shape.batch, shape.channels.0, shape.size.0, shape.size.1])
    let w = graph.state("w", [shape.channels.1, shape.channels.0, shape.kernel, shape.kernel])
    let y = x.convolution(w, shape.geometry)
    let g = graph.input("g", y.shape)
    let first = graph.gradients(of: (y * g).sum(), withRespectTo: [x, w])
    let second = graph.gradients(
      of: (first[0] * x * x).sum() + (first[1] * w).sum(), withRespectTo: [x, g, w])
    let outputs = ([y] + first + second).enumerated().map { ProgramSource.Named("\($0)", $1) }
    let source = ProgramSource(name: "convolution", graph: graph, outputs: outputs)
    let machine = try CPUBackend(kernels: .forced(method))
      .makeMachine(running: [source], options: MachineOptions(bfloat16: bfloat16))
    var comparison = Comparison(source, machine: machine)
    comparison.fill(seed: 3)
    for (index, error) in try comparison.relativeErrors().enumerated() {
      let bound = method == .tiles ? 5e-3 : bfloat16 ? 1e-2 : Self.bounds[method] ?? 0
      #expect(error <= bound, "result \(index) is off by \(error)")
    }
    // On processors without such kernels the library's are used, and this tests those again.
    let used = Set(machine.kernels.values)
    #expect(used.isSubset(of: [method.rawValue, ContractionMethod.library.rawValue]))
    if CPUBackend().description.contains("AVX-512"), !bfloat16 {
      #expect(used.contains(method.rawValue))
    }
    if CPUBackend().description.contains("AMX"), method == .tiles {
      #expect(used == [method.rawValue])
    }
  }

  @Test func `recorded kernels go before the rule`() throws {
    let graph = Graph()
    let x = graph.input("x", [2, 16, 8, 8])
    let y = x.convolution(graph.state("w", [16, 16, 4, 4]), Self.winograd[0].geometry)
    let source = ProgramSource(name: "y", graph: graph, outputs: [.init("y", y)])
    let first = try CPUBackend(kernels: .forced(.library)).makeMachine(running: [source])
    let again = try CPUBackend(kernels: .forced(.winograd2))
      .makeMachine(running: [source], options: MachineOptions(kernels: first.kernels))
    #expect(again.kernels == first.kernels)
  }
}
