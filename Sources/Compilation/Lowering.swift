import TensorGraph

/// Turns one program's graph into kernels: walks the nodes in order, gives results buffers, and gathers
/// element-wise chains into loops.
struct Lowering {
  let source: ProgramSource
  let library: any KernelLibrary
  let layoutOf: (Int) -> Layout
  let stateLayout: (String) -> Layout
  private let needed: [Bool]
  private let materialisation: Materialisation

  var buffers: [BufferPlan] = []
  var units: [Unit] = []
  private(set) var outputs: [(name: String, buffer: Int)] = []
  var bufferOf: [Int: Int] = [:]
  private var stateBuffers: [String: Int] = [:]
  private var copies: [CopyKey: Int] = [:]

  /// Left operands of gated products that are in memory.
  var gates: [GateKey: Int] = [:]

  private struct CopyKey: Hashable {
    let buffer: Int
    let shape: Shape
    let layout: Layout
  }

  /// A buffer whose place is not known yet.
  struct BufferPlan {
    let shape: Shape
    let layout: Layout
    let count: Int
    var storage: Storage
    /// The last unit that writes it; -1 for what is there before the program runs.
    var producer: Int

    enum Storage: Hashable {
      case temporary
      case state(String)
      case input(String)
      case output
      /// The memory of another buffer, seen in another shape.
      case alias(Int)
    }
  }

  /// Where a node's value lies. `strides` are those of a row-major tensor of the node's shape, or nil
  /// where the value is a whole buffer in the buffer's own layout.
  struct Location {
    let buffer: Int
    var offset = 0
    var strides: [Int]?
  }

  init(
    _ source: ProgramSource, library: any KernelLibrary, layoutOf: @escaping (Int) -> Layout,
    stateLayout: @escaping (String) -> Layout
  ) throws {
    self.source = source
    self.library = library
    self.layoutOf = layoutOf
    self.stateLayout = stateLayout
    needed = source.neededNodes
    materialisation = Materialisation(source, needed: needed)
    for id in source.graph.nodes.indices where needed[id] { try lower(id) }
    try lowerOutputs()
    try lowerUpdates()
    letLoopsFollow()
  }

  // MARK: Nodes

  func shape(_ id: Int) -> Shape { source.graph.nodes[id].shape }

  private mutating func lower(_ id: Int) throws {
    let node = source.graph.nodes[id]
    switch node.op {
    case .input(let name, let shape):
      bufferOf[id] = addBuffer(shape, .plain, .input(name))
    case .state(let name, let shape):
      bufferOf[id] = stateBuffer(name, shape)
    case .random(let distribution, let stream, let shape):
      let buffer = addBuffer(shape, .plain)
      append(.random(distribution, stream: stream.number, buffer: buffer), writing: buffer)
      bufferOf[id] = buffer
    case .constant, .reshape, .transpose, .broadcast, .slice:
      break
    case .unary, .binary, .select:
      guard materialisation.isStored[id], source.graph.uniformValue(id) == nil else { return }
      let space = space(of: id)
      let buffer = addBuffer(node.shape, space.layout)
      try emit(id, over: space) { builder, operand in
        builder.store(operand, to: Loop.View(buffer: buffer, offset: 0, strides: space.ownStrides))
        return [buffer]
      }
      bufferOf[id] = buffer
    case .pad(let low, _, let interior):
      try lowerPad(id, low, interior)
    case .concatenate(let axis):
      try lowerConcatenate(id, axis)
    case .sum(let axes):
      try lowerReduction(id, axes, .sum)
    case .maximum(let axes):
      try lowerReduction(id, axes, .maximum)
    case .matmul, .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      try lowerContraction(id)
    case .gatedMatmul(let slope, let transposeLeft):
      try lowerGatedProduct(id, slope, transposeLeft)
    }
  }

  /// The index space in which a node's elements are computed.
  private func space(of id: Int) -> IndexSpace {
    let op = source.graph.nodes[id].op
    let layout = op.isElementwise ? layoutOf(id) : bufferOf[id].map { buffers[$0].layout } ?? .plain
    return space(shape(id), layout)
  }

  private func space(_ shape: Shape, _ layout: Layout) -> IndexSpace {
    if case .packed = layout {
      return IndexSpace(
        shape: shape, layout: layout, packedCount: library.count(of: shape, in: layout))
    }
    return IndexSpace(shape: shape, layout: layout, packedCount: 0)
  }

  private mutating func lowerPad(_ id: Int, _ low: [Int], _ interior: [Int]) throws {
    let buffer = addBuffer(shape(id), .plain)
    append(.fill(buffer: buffer, value: 0), writing: buffer)
    let filled = units.count - 1
    let strides = shape(id).strides
    let operand = source.graph.nodes[id].operands[0]
    try copy(
      operand, into: buffer, offset: zip(low, strides).reduce(0) { $0 + $1.0 * $1.1 },
      strides: zip(strides, interior).map { $0 * ($1 + 1) }, after: filled)
    bufferOf[id] = buffer
  }

  private mutating func lowerConcatenate(_ id: Int, _ axis: Int) throws {
    let buffer = addBuffer(shape(id), .plain)
    let strides = shape(id).strides
    var start = 0
    for operand in source.graph.nodes[id].operands {
      try copy(operand, into: buffer, offset: start * strides[axis], strides: strides)
      start += shape(operand)[axis]
    }
    bufferOf[id] = buffer
  }

  /// Writes a node's value into part of a row-major buffer.
  private mutating func copy(
    _ id: Int, into buffer: Int, offset: Int, strides: [Int], after earliest: Int = -1
  ) throws {
    var space = space(of: id)
    if space.strides(fromPlain: strides) == nil { space = self.space(shape(id), .plain) }
    guard let target = space.strides(fromPlain: strides) else { return }
    try emit(id, over: space, after: earliest) { builder, operand in
      builder.store(operand, to: Loop.View(buffer: buffer, offset: offset, strides: target))
      return [buffer]
    }
  }

  private mutating func lowerReduction(
    _ id: Int, _ axes: [Int], _ kind: Loop.Reduction.Kind
  ) throws {
    let operand = source.graph.nodes[id].operands[0]
    let result = shape(id)
    var (strides, own) = ([Int](repeating: 0, count: shape(operand).rank), result.strides)
    for axis in strides.indices.reversed() where !axes.contains(axis) {
      strides[axis] = own.removeLast()
    }
    var space = space(of: operand)
    if space.strides(fromPlain: strides) == nil { space = self.space(shape(operand), .plain) }
    guard let target = space.strides(fromPlain: strides) else { return }
    let buffer = addBuffer(result, .plain)
    try emit(operand, over: space) { builder, source in
      builder.reduce(source, kind, to: Loop.View(buffer: buffer, offset: 0, strides: target))
      return [buffer]
    }
    bufferOf[id] = buffer
  }

  // MARK: Outputs and updates

  private mutating func lowerOutputs() throws {
    for output in source.outputs {
      let buffer = addBuffer(output.tensor.shape, .plain, .output)
      let space = space(output.tensor.shape, .plain)
      try emit(output.tensor.id, over: space) { builder, operand in
        builder.store(operand, to: Loop.View(buffer: buffer, offset: 0, strides: space.ownStrides))
        return [buffer]
      }
      outputs.append((output.name, buffer))
    }
  }

  /// Writes new values of states, in the state's own memory where nothing reads the old one later.
  private mutating func lowerUpdates() throws {
    var pending: [(state: Int, value: Int)] = []
    for update in source.updates {
      let state = stateBuffer(update.name, update.tensor.shape)
      let space = space(update.tensor.shape, buffers[state].layout)
      var value = bufferOf[update.tensor.id]
      if let buffer = value, buffers[buffer].storage != .temporary { value = nil }
      if let buffer = value, buffers[buffer].layout != buffers[state].layout { value = nil }
      if value == nil {
        let buffer = addBuffer(update.tensor.shape, space.layout)
        try emit(update.tensor.id, over: space) { builder, operand in
          builder.store(
            operand, to: Loop.View(buffer: buffer, offset: 0, strides: space.ownStrides))
          return [buffer]
        }
        value = buffer
      }
      if let value { pending.append((state, value)) }
    }
    for (state, value) in pending {
      if buffers[value].storage == .temporary, canReplace(state, by: value) {
        buffers[value].storage = .alias(state)
      } else {
        let space = space(buffers[state].shape, buffers[state].layout)
        var builder = LoopBuilder(space: space)
        let view = Loop.View(buffer: value, offset: 0, strides: space.ownStrides)
        let loaded = builder.load(view)
        builder.store(loaded, to: Loop.View(buffer: state, offset: 0, strides: space.ownStrides))
        units.append(.loop(builder))
      }
    }
  }

  /// Whether a value may be written over the state: it is written by the last unit that reads the
  /// state, element by element.
  private func canReplace(_ state: Int, by value: Int) -> Bool {
    let producer = buffers[value].producer
    guard producer >= 0, case .loop(let builder) = units[producer] else { return false }
    let own = builder.space.ownStrides
    for (index, unit) in units.enumerated() where index >= producer {
      for view in unit.reads where base(view.buffer) == state {
        guard index == producer, view.offset == 0, view.strides == own else { return false }
      }
    }
    return true
  }

  func base(_ buffer: Int) -> Int {
    var buffer = buffer
    while case .alias(let other) = buffers[buffer].storage { buffer = other }
    return buffer
  }

  // MARK: Buffers

  mutating func addBuffer(
    _ shape: Shape, _ layout: Layout, _ storage: BufferPlan.Storage = .temporary,
    producer: Int = -1
  ) -> Int {
    buffers.append(
      BufferPlan(
        shape: shape, layout: layout, count: library.count(of: shape, in: layout),
        storage: storage, producer: producer))
    return buffers.count - 1
  }

  private mutating func stateBuffer(_ name: String, _ shape: Shape) -> Int {
    if let buffer = stateBuffers[name] { return buffer }
    let buffer = addBuffer(shape, stateLayout(name), .state(name))
    stateBuffers[name] = buffer
    return buffer
  }

  /// Adds a kernel that writes a buffer.
  mutating func append(_ step: Step, writing buffer: Int) {
    units.append(.step(step))
    buffers[buffer].producer = units.count - 1
  }

  /// The same values in another layout, made once.
  mutating func reordered(_ buffer: Int, _ shape: Shape, to layout: Layout) -> Int {
    if buffers[buffer].layout == layout { return buffer }
    let key = CopyKey(buffer: buffer, shape: shape, layout: layout)
    if let copy = copies[key] { return copy }
    var from = buffer
    if buffers[buffer].shape != shape {
      from = addBuffer(shape, .plain, .alias(buffer), producer: buffers[buffer].producer)
    }
    let to = addBuffer(shape, layout)
    append(.reorder(from: from, to: to), writing: to)
    copies[key] = to
    return to
  }

  // MARK: Locations

  /// Where a stored node, or a view of one, lies.
  private mutating func locate(_ id: Int) throws -> Location {
    if let buffer = bufferOf[id] { return Location(buffer: buffer) }
    let node = source.graph.nodes[id]
    guard node.op.isView else {
      // A constant that something wants in memory.
      let buffer = addBuffer(node.shape, .plain)
      append(
        .fill(buffer: buffer, value: Float(source.graph.uniformValue(id) ?? .nan)),
        writing: buffer)
      bufferOf[id] = buffer
      return Location(buffer: buffer)
    }
    let operand = node.operands[0]
    let inner = try plainLocation(operand)
    let strides = inner.strides ?? shape(operand).strides
    switch node.op {
    case .reshape(let target):
      if let reshaped = reshapedStrides(shape(operand).dimensions, strides, target.dimensions) {
        return Location(buffer: inner.buffer, offset: inner.offset, strides: reshaped)
      }
      let whole = try contiguous(operand, inner)
      return Location(buffer: whole, offset: 0, strides: target.strides)
    case .transpose(let axes):
      return Location(
        buffer: inner.buffer, offset: inner.offset, strides: axes.map { strides[$0] })
    case .broadcast(let target):
      let missing = target.rank - strides.count
      let repeated = target.dimensions.indices.map { axis in
        axis < missing || shape(operand)[axis - missing] == 1 ? 0 : strides[axis - missing]
      }
      return Location(buffer: inner.buffer, offset: inner.offset, strides: repeated)
    case .slice(let starts, _, let steps):
      return Location(
        buffer: inner.buffer,
        offset: inner.offset + zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 },
        strides: zip(strides, steps).map { $0 * $1 })
    default: preconditionFailure("not a view")
    }
  }

  /// A location whose steps are known.
  private mutating func plainLocation(_ id: Int) throws -> Location {
    let location = try locate(id)
    guard location.strides == nil, buffers[location.buffer].layout != .plain else {
      return location
    }
    return Location(buffer: reordered(location.buffer, shape(id), to: .plain))
  }

  /// A buffer that holds exactly a node's value, in whatever layout it has.
  mutating func wholeBuffer(_ id: Int) throws -> Int {
    let location = try locate(id)
    guard location.strides != nil else { return location.buffer }
    return try contiguous(id, location)
  }

  /// A row-major buffer that holds exactly the value at a location.
  private mutating func contiguous(_ id: Int, _ location: Location) throws -> Int {
    let count = buffers[location.buffer].count
    let strides = location.strides ?? shape(id).strides
    if location.offset == 0, count == shape(id).count, isRowMajor(strides, shape(id)) {
      return location.buffer
    }
    let space = space(shape(id), .plain)
    let buffer = addBuffer(shape(id), .plain)
    var builder = LoopBuilder(space: space)
    let own = space.strides(fromPlain: strides) ?? strides
    let loaded = builder.load(
      Loop.View(buffer: location.buffer, offset: location.offset, strides: own))
    builder.store(loaded, to: Loop.View(buffer: buffer, offset: 0, strides: space.ownStrides))
    units.append(.loop(builder))
    buffers[buffer].producer = units.count - 1
    return buffer
  }

  private func isRowMajor(_ strides: [Int], _ shape: Shape) -> Bool {
    zip(zip(strides, shape.strides), shape.dimensions).allSatisfy { $0.0 == $0.1 || $1 == 1 }
  }

  // MARK: Loops

  /// Computes a node over an index space, in a loop that already reads what it needs if there is one,
  /// and hands the value to `finish`, which returns the buffers it writes.
  ///
  /// - Parameter earliest: the loop comes after this unit.
  private mutating func emit(
    _ id: Int, over space: IndexSpace, after earliest: Int = -1,
    _ finish: (inout LoopBuilder, Loop.Operand) -> [Int]
  ) throws {
    var leaves: [Int: Leaf] = [:]
    try gather(id, space, &leaves)
    let unit = joinable(space, leaves, after: earliest) ?? units.count
    var builder: LoopBuilder
    if unit < units.count, case .loop(let existing) = units[unit] {
      builder = existing
    } else {
      builder = LoopBuilder(space: space)
      units.append(.loop(builder))
    }
    let operand = compute(id, &builder, leaves)
    builder.learn(id, operand)
    for buffer in finish(&builder, operand) {
      buffers[buffer].producer = max(buffers[buffer].producer, unit)
    }
    units[unit] = .loop(builder)
  }

  private enum Leaf {
    case constant(Float)
    case view(Loop.View)
  }

  private func isInline(_ id: Int) -> Bool {
    source.graph.nodes[id].op.isElementwise && bufferOf[id] == nil
  }

  /// Finds what the chain that ends in a node reads.
  private mutating func gather(
    _ id: Int, _ space: IndexSpace, _ leaves: inout [Int: Leaf]
  ) throws {
    if leaves[id] != nil { return }
    if let value = source.graph.uniformValue(id) {
      leaves[id] = .constant(Float(value))
    } else if isInline(id) {
      for operand in source.graph.nodes[id].operands { try gather(operand, space, &leaves) }
    } else {
      leaves[id] = .view(try view(id, in: space))
    }
  }

  /// A stored node seen from an index space.
  private mutating func view(_ id: Int, in space: IndexSpace) throws -> Loop.View {
    var location = try locate(id)
    if location.strides == nil {
      let layout = buffers[location.buffer].layout
      if layout == space.layout {
        return Loop.View(buffer: location.buffer, offset: 0, strides: space.ownStrides)
      }
      location = try plainLocation(id)
    }
    let strides = location.strides ?? shape(id).strides
    if let own = space.strides(fromPlain: strides) {
      return Loop.View(buffer: location.buffer, offset: location.offset, strides: own)
    }
    let whole = try contiguous(id, location)
    let packed = reordered(whole, shape(id), to: space.layout)
    return Loop.View(buffer: packed, offset: 0, strides: space.ownStrides)
  }

  /// A loop over the same space, late enough to know all leaves, that shares a tensor with the chain.
  private func joinable(_ space: IndexSpace, _ leaves: [Int: Leaf], after earliest: Int) -> Int? {
    var index = units.count - 1
    while index > earliest {
      var (knowsAll, shares, mustStop) = (true, false, false)
      let candidate: LoopBuilder? =
        if case .loop(let builder) = units[index] { builder } else { nil }
      for (node, leaf) in leaves {
        guard case .view(let view) = leaf else { continue }
        let producer = buffers[view.buffer].producer
        if producer > index { mustStop = true }
        let isKnown = candidate?.known[node] != nil
        if producer >= index, !isKnown {
          knowsAll = false
          mustStop = true
        }
        if isKnown, view.strides.contains(where: { $0 != 0 }) { shares = true }
        if candidate?.shares(view) == true { shares = true }
      }
      if let candidate, candidate.space == space, knowsAll, shares, !candidate.isFull {
        return index
      }
      if mustStop { return nil }
      index -= 1
    }
    return nil
  }

  private func compute(
    _ id: Int, _ builder: inout LoopBuilder, _ leaves: [Int: Leaf]
  ) -> Loop.Operand {
    if let known = builder.known[id] { return known }
    let operand: Loop.Operand
    switch leaves[id] {
    case .constant(let value): return .constant(value)
    case .view(let view): operand = builder.load(view)
    case nil:
      let node = source.graph.nodes[id]
      let operands = node.operands.map { compute($0, &builder, leaves) }
      let operation: Loop.Operation
      switch node.op {
      case .unary(let unary): operation = .unary(unary)
      case .binary(let binary): operation = .binary(binary)
      case .select: operation = .select
      default: preconditionFailure("not element by element")
      }
      operand = builder.append(operation, operands)
    }
    builder.learn(id, operand)
    return operand
  }
}
