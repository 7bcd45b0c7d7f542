import TensorGraph

extension Loop {
  /// `rows ⊗ columns ∘ mask(x)`, where a product wants it in memory; buffers are x `[m, k]`, rows,
  /// columns and the result.
  package static func mask(_ extents: [Int], slope: Double, buffers: [Int]) -> Loop {
    func view(_ number: Int, _ strides: [Int]) -> View {
      View(buffer: buffers[number], offset: 0, strides: strides)
    }
    let whole = [extents[1], 1]
    var loop = Loop(extents: extents)
    loop.loads = [view(0, whole), view(1, [1, 0]), view(2, [0, 1])]
    loop.instructions = [
      Instruction(operation: .binary(.multiply), operands: [.load(1), .load(2)]),
      Instruction(
        operation: .binary(.multiply), operands: [.result(0), .constant(Float(slope))]),
      Instruction(operation: .select, operands: [.load(0), .result(0), .result(1)]),
    ]
    loop.stores = [Store(source: .result(2), view: view(3, whole))]
    return loop
  }
}
