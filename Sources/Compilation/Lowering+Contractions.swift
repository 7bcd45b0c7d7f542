import TensorGraph

/// Contractions, in the layouts that their kernels want.
extension Lowering {
  struct MaskKey: Hashable {
    let slope: Double
    var operands: [Int]
  }

  mutating func lowerContraction(_ id: Int) throws {
    let node = source.graph.nodes[id]
    let given = try node.operands.map { try wholeBuffer($0) }
    try lowerContraction(id, node.op, given, node.operands.map(shape) + [node.shape])
  }

  private mutating func lowerContraction(
    _ id: Int, _ op: Op, _ given: [Int], _ shapes: [Shape]
  ) throws {
    var layouts: [Layout?] = given.map { buffers[$0].layout } + [layoutOf(id)]
    // Plain weights mean that nobody asked for an order: the library may choose.
    switch op {
    case .convolution, .convolutionInputGradient: if layouts[1] == .plain { layouts[1] = nil }
    case .convolutionWeightGradient: if layouts[2] == .plain { layouts[2] = nil }
    default: break
    }
    contract(try library.contraction(op, shapes: shapes, layouts: layouts), id, given, shapes)
  }

  /// Adds a contraction of these buffers, in the layouts that it wants.
  private mutating func contract(
    _ contraction: Contraction, _ id: Int, _ given: [Int], _ shapes: [Shape]
  ) {
    var used = [Int]()
    for (index, buffer) in given.enumerated() {
      used.append(reordered(buffer, shapes[index], to: contraction.layouts[index]))
    }
    let result = addBuffer(shape(id), contraction.layouts[given.count])
    append(.contraction(contraction, buffers: used + [result], scratch: 0), writing: result)
    bufferOf[id] = reordered(result, shape(id), to: layoutOf(id))
  }

  /// By a kernel of its own where there is one, else as an ordinary product.
  mutating func lowerMaskedProduct(
    _ id: Int, _ slope: Double, _ transposeLeft: Bool
  ) throws {
    let node = source.graph.nodes[id]
    let given = try node.operands.map { try wholeBuffer($0) }
    let shapes = node.operands.map(shape) + [node.shape]
    let layouts = given.map { buffers[$0].layout } + [layoutOf(id)]
    if let kernel = try library.maskedProduct(node.op, shapes: shapes, layouts: layouts) {
      return contract(kernel, id, given, shapes)
    }
    var key = MaskKey(slope: slope, operands: [])
    for index in 0..<3 { key.operands.append(reordered(given[index], shapes[index], to: .plain)) }
    let mask = masks[key] ?? addBuffer(shapes[0], .plain)
    if masks[key] == nil {
      masks[key] = mask
      let loop = Loop.mask(shapes[0].dimensions, slope: slope, buffers: key.operands + [mask])
      append(.loop(loop), writing: mask)
    }
    try lowerContraction(
      id, .matmul(transposeLeft: transposeLeft, transposeRight: false), [mask, given[3]],
      [shapes[0], shapes[3], shapes[4]])
  }
}
