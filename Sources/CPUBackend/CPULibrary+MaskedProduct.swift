import CKernels
import Compilation
import TensorGraph

extension CPULibrary {
  func maskedProduct(_ op: Op, shapes: [Shape], layouts: [Layout]) throws -> Contraction? {
    guard case .maskedMatmul(let slope, let transposed) = op else { return nil }
    let weights = transposed ? 4 : 3
    let given = handle(for: layouts[weights], shapes[weights])
    defer { given.map { gansh_layout_release($0) } }
    let (x, n) = (shapes[0], shapes[3][1])
    guard
      let own = gansh_make_masked_product(
        Int64(x[0]), Int64(x[1]), Int64(n), transposed, Float(slope), given, nil, 0)
    else { return nil }
    // Runs have recorded their choices under this name.
    let description =
      "gated product \(x[0])x\(x[1])\(transposed ? " transposed" : "") by \(n), fp32, "
      + "\(gansh_threads()) threads"
    let method = try selection.method(for: description, among: [.library, .subsetSums]) { method in
      if method == .subsetSums { return try seconds(of: own, operands: 5) }
      let product = try libraryProduct(
        transposed, false, [x, shapes[3], shapes[4]], [.plain, layouts[3], layouts[4]])
      defer { gansh_kernel_release(product) }
      let mask = Loop.mask(x.dimensions, slope: slope, buffers: [0, 1, 2, 3])
      return try seconds(of: product) + seconds(of: mask, elements: x.count)
    }
    guard method == .subsetSums else {
      gansh_kernel_release(own)
      return nil
    }
    var all = [Layout](repeating: .plain, count: shapes.count)
    all[weights] = layouts[weights]
    return register(own, layouts: all, operations: op.operations(shapes), isOwn: true)
  }
}
