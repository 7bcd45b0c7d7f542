import TensorGraph
import Testing

@Suite struct TypingTests {
  private let graph = Graph()

  private func message(_ op: Op, _ shapes: [Shape]) -> String? {
    let operands = shapes.enumerated().map { graph.input("\($0)", $1) }
    do {
      _ = try graph.add(op, operands)
      return nil
    } catch { return error.description }
  }

  @Test func `shapes that do not fit are named`() {
    #expect(
      message(.matmul(transposeLeft: false, transposeRight: false), [[2, 3], [4, 5]])?
        .hasSuffix("wants equal inner extents, got [2, 3] and [4, 5]") == true)
    let product = Op.matmul(transposeLeft: false, transposeRight: false)
    #expect(
      message(product, [[2, 3, 4], [3, 4, 5]])?
        .hasSuffix("wants two matrices, or two batches of as many, got [2, 3, 4] and [3, 4, 5]")
        == true)
    #expect(message(product, [[2, 3, 4], [4, 5]]) != nil)
    #expect(message(product, [[2, 3, 4], [2, 3, 5]]) != nil)
    #expect(message(.reshape([5]), [[2, 3]])?.contains("[2, 3]") == true)
    #expect(message(.binary(.add), [[2], [3]]) != nil)
    #expect(message(.transpose([0, 0]), [[2, 3]]) != nil)
    #expect(message(.broadcast([2, 4]), [[2, 3]]) != nil)
    #expect(message(.slice(starts: [1], sizes: [3], strides: [1]), [[3]]) != nil)
    #expect(message(.pad(low: [-1], high: [0], interior: [0]), [[3]]) != nil)
    #expect(message(.concatenate(axis: 0), [[2, 3], [2, 4]]) != nil)
    #expect(message(.sum([1]), [[3]]) != nil)
    #expect(message(.select, [[2], [2]]) != nil)
  }

  @Test func `a kernel larger than the padded image is refused`() {
    let geometry = ConvolutionGeometry(strides: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
    #expect(message(.convolution(geometry), [[1, 2, 3, 3], [4, 2, 5, 5]]) != nil)
    #expect(message(.convolution(geometry), [[1, 3, 3, 3], [4, 2, 2, 2]]) != nil)
    #expect(
      message(
        .convolutionInputGradient(geometry, inputSize: [9, 9]), [[1, 4, 3, 3], [4, 2, 2, 2]])
        != nil)
  }

  @Test func `equal expressions are one node`() {
    let x = graph.input("x", [4])
    #expect((x + 1).exp().id == (1 + x).exp().id)
  }
}

private func + (a: Double, b: Tensor) -> Tensor { b + a }
