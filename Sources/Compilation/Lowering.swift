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

  /// Left operands of masked products that are in memory.
  var masks: [MaskKey: Int] = [:]

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
    fuseEpilogues()
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
    case .stopGradient:
      preconditionFailure("a pass has left it out")
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
    case .maskedMatmul(let slope, let transposeLeft):
      try lowerMaskedProduct(id, slope, transposeLeft)
    }
  }

  /// The index space in which a node's elements are computed.
  func space(of id: Int) -> IndexSpace {
    let op = source.graph.nodes[id].op
    let layout = op.isElementwise ? layoutOf(id) : bufferOf[id].map { buffers[$0].layout } ?? .plain
    return space(shape(id), layout)
  }

  func space(_ shape: Shape, _ layout: Layout) -> IndexSpace {
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
}
