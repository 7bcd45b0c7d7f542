package import TensorGraph

/// Compiles programs that share states.
package struct Compiler {
  /// In the order of the sources.
  package let programs: [Program]
  /// Every state of any program, with its layout.
  package let states: [(name: String, shape: Shape, layout: Layout)]

  package init(_ sources: [ProgramSource], library: any KernelLibrary) throws {
    let assignment = try LayoutAssignment(sources, library: library)
    var shapes: [String: Shape] = [:]
    var programs: [Program] = []
    for (index, source) in sources.enumerated() {
      let lowering = try Lowering(
        source, library: library,
        layoutOf: { assignment.layout(ofProgram: index, node: $0) },
        stateLayout: { assignment.layout(ofState: $0) })
      for buffer in lowering.buffers {
        if case .state(let name) = buffer.storage { shapes[name] = buffer.shape }
      }
      programs.append(Self.place(lowering))
    }
    self.programs = programs
    states = shapes.keys.sorted().compactMap { name in
      shapes[name].map { (name, $0, assignment.layout(ofState: name)) }
    }
  }

  /// Gives every temporary its place and every unit its final form.
  private static func place(_ lowering: Lowering) -> Program {
    let buffers = lowering.buffers
    func base(_ buffer: Int) -> Int {
      var buffer = buffer
      while case .alias(let other) = buffers[buffer].storage { buffer = other }
      return buffer
    }
    var (first, last) = ([Int: Int](), [Int: Int]())
    var requests: [MemoryPlan.Request] = []
    var scratch: [Int: Int] = [:]
    for (index, unit) in lowering.units.enumerated() {
      for buffer in unit.touched.map(base) where buffers[buffer].storage == .temporary {
        first[buffer] = first[buffer] ?? index
        last[buffer] = index
      }
      if case .step(.contraction(let contraction, _, _)) = unit {
        scratch[index] = requests.count
        requests.append(.init(bytes: contraction.scratch, first: index, last: index))
      }
    }
    var requestOf: [Int: Int] = [:]
    for (buffer, start) in first.sorted(by: { $0.key < $1.key }) {
      requestOf[buffer] = requests.count
      let bytes = buffers[buffer].count * MemoryLayout<Float>.size
      requests.append(.init(bytes: bytes, first: start, last: last[buffer] ?? start))
    }
    let plan = MemoryPlan(requests)
    var program = Program()
    program.arena = plan.bytes
    program.outputs = lowering.outputs
    program.buffers = buffers.indices.map { index in
      let storage: Buffer.Storage =
        switch buffers[base(index)].storage {
        case .temporary, .alias:
          .temporary(offset: requestOf[base(index)].map { plan.offsets[$0] } ?? 0)
        case .state(let name): .state(name)
        case .input(let name): .input(name)
        case .output: .output
        }
      return Buffer(
        shape: buffers[index].shape, layout: buffers[index].layout, count: buffers[index].count,
        storage: storage)
    }
    program.steps = lowering.units.enumerated().map { index, unit in
      switch unit {
      case .loop(let builder): .loop(builder.loop.separated().collapsed())
      case .step(.contraction(let contraction, let operands, _)):
        .contraction(
          contraction, buffers: operands, scratch: scratch[index].map { plan.offsets[$0] } ?? 0)
      case .step(let step): step
      }
    }
    return program
  }
}

extension Lowering.Unit {
  /// Buffers that the unit reads or writes.
  fileprivate var touched: [Int] {
    switch self {
    case .loop(let builder):
      builder.loop.loads.map(\.buffer) + builder.loop.stores.map(\.view.buffer)
        + builder.loop.reductions.map(\.view.buffer)
    case .step(.fill(let buffer, _)), .step(.random(_, _, let buffer)): [buffer]
    case .step(.contraction(_, let buffers, _)): buffers
    case .step(.reorder(let from, let to)): [from, to]
    case .step(.loop): []
    }
  }
}
