import TensorGraph
import Testing

import Compilation

/// A library that wants weights in an order of its own, as a backend's does.
private final class BlockingLibrary: KernelLibrary {
  let channelBlock: Int? = 16
  private let fusesEpilogue: Bool

  init(fusesEpilogue: Bool = false) { self.fusesEpilogue = fusesEpilogue }

  func count(of shape: Shape, in layout: Layout) -> Int { shape.count }

  func contraction(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Contraction {
    Contraction(
      kernel: 0, layouts: layouts.map { $0 ?? .packed(0) }, scratch: 128, operations: 0,
      fusesEpilogue: fusesEpilogue)
  }

  func maskedProduct(_ op: Op, shapes: [Shape], layouts: [Layout]) throws -> Contraction? { nil }

  func weightLayout(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Layout { .packed(0) }
}

@Suite struct CompilerTests {
  private func compile(_ program: ProgramSource) throws -> (program: Program, compiler: Compiler) {
    let compiler = try Compiler([program], library: BlockingLibrary())
    return (compiler.programs[0], compiler)
  }

  private func loops(_ program: Program) -> [Loop] {
    program.steps.compactMap { if case .loop(let loop) = $0 { loop } else { nil } }
  }

  /// A convolution with its loss, its gradient and an update with two moments.
  private func step() -> ProgramSource {
    let graph = Graph()
    let w = graph.state("w", [32, 16, 4, 4])
    let (m, v) = (graph.state("m", w.shape), graph.state("v", w.shape))
    let geometry = ConvolutionGeometry(strides: [2, 2], paddingLow: [1, 1], paddingHigh: [1, 1])
    let x = graph.input("x", [8, 16, 8, 8])
    let y = x.convolution(w, geometry)
    let loss = y.maximum(y * 0.2).squared().mean()
    let gradient = graph.gradients(of: loss, withRespectTo: [w])[0]
    let first = m * 0.9 + gradient * 0.1
    let second = v * 0.99 + gradient * gradient * 0.01
    return ProgramSource(
      name: "step", graph: graph, outputs: [.init("loss", loss)],
      updates: [
        .init("m", first), .init("v", second), .init("w", w - first / (second.sqrt() + 1e-8)),
      ])
  }

  @Test func `an optimiser's update is one loop, in place`() throws {
    let program = try compile(step()).program
    let updates = loops(program).filter { !$0.stores.isEmpty && $0.loads.count >= 4 }
    #expect(updates.count == 1)
    #expect(updates[0].stores.count == 3)
    let written = updates[0].stores.map { program.buffers[$0.view.buffer].storage }
    #expect(Set(written) == [.state("m"), .state("v"), .state("w")])
  }

  /// The contractions with fused epilogues, with whether their results are stored.
  private func fused(_ program: Program) -> [(buffers: [Int], loop: Loop, isStored: Bool)] {
    program.steps.compactMap {
      guard case .fused(_, let buffers, _, let loop, let isStored) = $0 else { return nil }
      return (buffers, loop, isStored)
    }
  }

  @Test func `an optimiser takes the weights' gradient part by part, and it is not in memory`()
    throws
  {
    let library = BlockingLibrary(fusesEpilogue: true)
    let program = try Compiler([step()], library: library).programs[0]
    let units = fused(program)
    #expect(units.count == 1 && !units[0].isStored)
    let written = units[0].loop.stores.map { program.buffers[$0.view.buffer].storage }
    #expect(Set(written) == [.state("m"), .state("v"), .state("w")])
    #expect(units[0].loop.loads.filter { $0.buffer == units[0].buffers[2] }.count == 1)
    let plain = try compile(step()).program
    #expect(program.steps.count == plain.steps.count - 1 && program.arena <= plain.arena)
  }

  @Test func `a gradient that something else reads too is stored`() throws {
    let source = step()
    guard let moment = source.updates.first?.tensor else { return }
    let graph = source.graph
    // A bound of the norm: the update waits for the sum over the whole gradient.
    let w = graph.state("w", [32, 16, 4, 4])
    let y = graph.input("x", [8, 16, 8, 8]).convolution(
      w, ConvolutionGeometry(strides: [2, 2], paddingLow: [1, 1], paddingHigh: [1, 1]))
    let gradient = graph.gradients(of: y.squared().mean(), withRespectTo: [w])[0]
    let norm = (gradient * gradient).sum().sqrt()
    let bounded = gradient / norm.maximum(graph.constant(1)).broadcast(to: w.shape)
    let clipped = ProgramSource(
      name: "clipped", graph: graph, outputs: [.init("norm", norm)],
      updates: [.init("w", w - bounded), .init("m", moment)])
    let program = try Compiler([clipped], library: BlockingLibrary(fusesEpilogue: true)).programs[0]
    let units = fused(program).filter { $0.loop.stores.isEmpty }
    #expect(units.count == 1 && units[0].isStored)
  }

  @Test func `weights and their moments take the layout that the kernel asks for`() throws {
    let (program, compiler) = try compile(step())
    for state in compiler.states { #expect(state.layout == .packed(0), "\(state.name)") }
    let reorders = program.steps.filter { if case .reorder = $0 { true } else { false } }
    #expect(reorders.isEmpty)
  }

  @Test func `an activation is recomputed and not stored for its gradient`() throws {
    let program = try compile(step()).program
    let images = program.buffers.filter { $0.shape == [8, 32, 4, 4] }
    #expect(images.count == 2, "the convolution's result and its gradient")
  }

  @Test func `a gradient takes the memory of what it is the last to read`() throws {
    let program = try compile(step()).program
    let places = program.buffers.filter { $0.shape == [8, 32, 4, 4] }.map(\.storage)
    #expect(places.count == 2 && places[0] == places[1])
  }

  @Test func `no two live temporaries overlap`() throws {
    let program = try compile(step()).program
    func range(_ buffer: Int) -> Range<Int>? {
      guard case .temporary(let offset) = program.buffers[buffer].storage else { return nil }
      return offset..<offset + program.buffers[buffer].count * 4
    }
    var lives: [Int: (first: Int, last: Int)] = [:]
    for (index, step) in program.steps.enumerated() {
      for buffer in step.buffers where range(buffer) != nil {
        lives[buffer] = (lives[buffer]?.first ?? index, index)
      }
    }
    for (a, lifeA) in lives {
      for (b, lifeB) in lives where a < b && lifeA.first <= lifeB.last && lifeB.first <= lifeA.last
      {
        if let rangeA = range(a), let rangeB = range(b), rangeA != rangeB {
          #expect(!rangeA.overlaps(rangeB), "buffers \(a) and \(b)")
        }
      }
    }
    #expect(program.arena > 0)
  }

  @Test func `the memory plan reuses what is dead`() {
    let plan = MemoryPlan([
      .init(bytes: 1000, first: 0, last: 1), .init(bytes: 1000, first: 2, last: 3),
      .init(bytes: 500, first: 1, last: 2),
    ])
    #expect(plan.offsets[0] == plan.offsets[1])
    #expect(plan.offsets[2] >= 1000)
    #expect(plan.bytes < 2000)
  }

  @Test func `a reshape is a view where memory order allows it`() {
    #expect(reshapedStrides([2, 3, 4], [12, 4, 1], [6, 4]) == [4, 1])
    #expect(reshapedStrides([2, 12], [12, 1], [2, 3, 4]) == [12, 4, 1])
    #expect(reshapedStrides([3, 4], [1, 3], [12]) == nil)
    #expect(reshapedStrides([1, 5], [99, 2], [5, 1]) == [2, 0])
    #expect(reshapedStrides([4], [0], [2, 2]) == [0, 0])
  }

  @Test func `axes that lie one after the other are walked as one`() {
    var loop = Loop(extents: [2, 3, 1, 4])
    loop.loads = [.init(buffer: 0, offset: 0, strides: [12, 4, 4, 1])]
    #expect(loop.collapsed().extents == [24])
    loop.loads.append(.init(buffer: 1, offset: 0, strides: [0, 1, 0, 0]))
    #expect(loop.collapsed().extents == [2, 3, 4])
    #expect(loop.collapsed().loads[1].strides == [0, 1, 0])
  }
}

extension Step {
  fileprivate var buffers: [Int] {
    switch self {
    case .loop(let loop):
      loop.loads.map(\.buffer) + loop.stores.map(\.view.buffer)
        + loop.reductions.map(\.view.buffer)
    case .fill(let buffer, _), .random(_, _, let buffer): [buffer]
    case .contraction(_, let buffers, _), .fused(_, let buffers, _, _, _): buffers
    case .reorder(let from, let to): [from, to]
    }
  }
}
