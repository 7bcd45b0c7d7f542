package import TensorGraph

/// Compiles programs that share states.
package struct Compiler {
  /// In the order of the sources.
  package let programs: [Program]
  /// Every state of any program, with its layout.
  package let states: [(name: String, shape: Shape, layout: Layout)]

  /// - Parameter passes: what the backend asks for (`Backend.passes`).
  package init(
    _ sources: [ProgramSource], passes: [GraphPass] = [], library: any KernelLibrary
  ) throws {
    let sources = try sources.map { try $0.rewritten(by: [.stopGradients] + passes) }
    try sources.verifyStates()
    // Layouts decide which kernels compute, and so the last bits: what is computed beside the training has no
    // vote on them. Where nothing is trained, all vote.
    let isTraining = sources.map { !$0.updates.isEmpty }
    let hasVote = isTraining.contains(true) ? isTraining : isTraining.map { _ in true }
    var states: [String: (shape: Shape, layout: Layout)] = [:]
    var programs = [Program?](repeating: nil, count: sources.count)
    for votes in [true, false] {
      let members = sources.indices.filter { hasVote[$0] == votes }
      let assignment = try LayoutAssignment(
        members.map { sources[$0] }, given: states.mapValues(\.layout), library: library)
      for (place, index) in members.enumerated() {
        let lowering = try Lowering(
          sources[index], library: library,
          layoutOf: { assignment.layout(ofProgram: place, node: $0) },
          stateLayout: { assignment.layout(ofState: $0) })
        for buffer in lowering.buffers {
          if case .state(let name) = buffer.storage { states[name] = (buffer.shape, buffer.layout) }
        }
        programs[index] = Self.place(lowering)
      }
    }
    self.programs = programs.compactMap(\.self)
    self.states = states.sorted { $0.key < $1.key }.map {
      ($0.key, $0.value.shape, $0.value.layout)
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
      if let contraction = unit.contraction {
        scratch[index] = requests.count
        requests.append(.init(bytes: contraction.scratch, first: index, last: index))
      }
    }
    let memoryOf = takenMemory(lowering, first: first, last: last, base: base)
    var lifetimes: [Int: ClosedRange<Int>] = [:]
    for (buffer, start) in first {
      let (owner, own) = (memoryOf[buffer] ?? buffer, start...(last[buffer] ?? start))
      let known = lifetimes[owner] ?? own
      lifetimes[owner] =
        min(known.lowerBound, own.lowerBound)...max(known.upperBound, own.upperBound)
    }
    var requestOf: [Int: Int] = [:]
    for (owner, lifetime) in lifetimes.sorted(by: { $0.key < $1.key }) {
      requestOf[owner] = requests.count
      let bytes = buffers[owner].count * MemoryLayout<Float>.size
      requests.append(
        .init(bytes: bytes, first: lifetime.lowerBound, last: lifetime.upperBound))
    }
    for (buffer, owner) in memoryOf { requestOf[buffer] = requestOf[owner] }
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
      case .loop(let builder): .loop(builder.loop.separated(base).collapsed())
      case .step(.contraction(let contraction, let operands, _)):
        .contraction(
          contraction, buffers: operands, scratch: scratch[index].map { plan.offsets[$0] } ?? 0)
      case .fused(let contraction, let operands, let builder, let isStored):
        .fused(
          contraction, buffers: operands, scratch: scratch[index].map { plan.offsets[$0] } ?? 0,
          epilogue: builder.loop.separated(base), isStored: isStored)
      case .step(let step): step
      }
    }
    return program
  }
}

extension Compiler {
  /// Temporaries that a loop writes over one that it is the last to read, element by element, and
  /// whose memory that is. What is written where it was read need not be brought to the cache first.
  fileprivate static func takenMemory(
    _ lowering: Lowering, first: [Int: Int], last: [Int: Int], base: (Int) -> Int
  ) -> [Int: Int] {
    let buffers = lowering.buffers
    var owner: [Int: Int] = [:]
    var taken: Set<Int> = []
    for (index, unit) in lowering.units.enumerated() {
      guard let builder = unit.builder else { continue }
      // What a contraction reads until its last part is not to be written before.
      let contracted = Set(unit.contracted.map(base))
      let (loop, own) = (builder.loop, builder.space.ownStrides)
      let count = builder.space.extents.reduce(1, *)
      /// Loads that something writes down or sums as they are; it may do so after the first store.
      var direct: Set<Int> = []
      for case .load(let load) in loop.stores.map(\.source) + loop.reductions.map(\.source) {
        direct.insert(load)
      }
      for store in loop.stores where store.view.offset == 0 && store.view.strides == own {
        let new = base(store.view.buffer)
        guard buffers[new].storage == .temporary, buffers[new].count == count, first[new] == index,
          owner[new] == nil
        else { continue }
        let old = loop.loads.indices.first { number in
          let (load, buffer) = (loop.loads[number], base(loop.loads[number].buffer))
          return load.offset == 0 && load.strides == own && !direct.contains(number)
            && buffer != new && !taken.contains(buffer) && !contracted.contains(buffer)
            && buffers[buffer].storage == .temporary && buffers[buffer].count == count
            && last[buffer] == index && (first[buffer] ?? index) < index
            && loop.loads.filter { base($0.buffer) == buffer }.count == 1
        }.map { base(loop.loads[$0].buffer) }
        guard let old else { continue }
        owner[new] = owner[old] ?? old
        taken.insert(old)
      }
    }
    return owner
  }
}

extension Lowering.Unit {
  /// Buffers that the unit reads or writes.
  fileprivate var touched: [Int] {
    switch self {
    case .loop, .step: reads.map(\.buffer) + writes
    case .fused(_, let buffers, _, let isStored):
      (reads.map(\.buffer) + writes).filter { isStored || $0 != buffers.last }
    }
  }

  fileprivate var builder: LoopBuilder? {
    switch self {
    case .loop(let builder), .fused(_, _, let builder, _): builder
    case .step: nil
    }
  }

  fileprivate var contraction: Contraction? {
    switch self {
    case .step(.contraction(let contraction, _, _)), .fused(let contraction, _, _, _):
      contraction
    case .step, .loop: nil
    }
  }

  /// Operands and result of the contraction whose epilogue is fused.
  fileprivate var contracted: [Int] {
    if case .fused(_, let buffers, _, _) = self { buffers } else { [] }
  }
}
