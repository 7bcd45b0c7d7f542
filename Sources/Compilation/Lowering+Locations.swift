import TensorGraph

/// Where values lie, and how they come to lie there.
extension Lowering {
  /// Where a stored node, or a view of one, lies.
  mutating func locate(_ id: Int) throws -> Location {
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
  mutating func plainLocation(_ id: Int) throws -> Location {
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
  mutating func contiguous(_ id: Int, _ location: Location) throws -> Int {
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
}
