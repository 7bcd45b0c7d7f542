import CKernels
import Compilation
import TensorGraph

/// Products: those of dense layers by oneDNN's inner products or gansh's own, the others, and batches of
/// them, by oneDNN's matrix product.
extension CPULibrary {
  func product(
    _ left: Bool, _ right: Bool, _ shapes: [Shape], _ layouts: [Layout?]
  ) throws -> Contraction {
    if let question = DenseQuestion(left, right, shapes, layouts) { return try dense(question) }
    return register(
      try libraryProduct(left, right, shapes, layouts), layouts: [.plain, .plain, .plain])
  }

  /// oneDNN's kernel, which the caller releases.
  func libraryProduct(
    _ left: Bool, _ right: Bool, _ shapes: [Shape], _ layouts: [Layout?]
  ) throws -> OpaquePointer {
    if let question = DenseQuestion(left, right, shapes, layouts) {
      let given = handle(for: question.layout, question.shapes[question.weights])
      defer { given.map { gansh_layout_release($0) } }
      return try made { question.kernel(.library, given, $0, $1) }
    }
    let result = shapes[2].dimensions.map(Int64.init)
    let (a, rank) = (shapes[0], result.count)
    return try made { error, capacity in
      gansh_make_product(
        rank > 2 ? result[0] : 0, result[rank - 2], result[rank - 1],
        Int64(left ? a[rank - 2] : a[rank - 1]), left, right,
        rank > 2 ? precision : gansh_single, error, capacity)
    }
  }

  private func dense(_ question: DenseQuestion) throws -> Contraction {
    let given = handle(for: question.layout, question.shapes[question.weights])
    defer { given.map { gansh_layout_release($0) } }
    let methods = methods(for: question, given)
    let description = description(of: question, methods)
    let method = try selection.method(for: description, among: methods) { method in
      let handle = try made { question.kernel(method, given, $0, $1) }
      defer { gansh_kernel_release(handle) }
      return try seconds(of: handle, and: question.typicalLoop(self))
    }
    let handle = try made { question.kernel(method, given, $0, $1) }
    var layouts: [Layout] = [.plain, .plain, .plain]
    layouts[question.weights] = layout(
      handle, operand: question.weights, question.shapes[question.weights])
    return register(
      handle, layouts: layouts, swapsOperands: question.direction == gansh_weight_gradient)
  }

  /// The ways in which this processor can do it, oneDNN's first.
  private func methods(for question: DenseQuestion, _ layout: OpaquePointer?) -> [ContractionMethod]
  {
    let own: [ContractionMethod] = precision == gansh_bfloat16 ? [.panels, .tiles] : [.panels]
    return [.library]
      + own.filter { method in
        guard let handle = question.kernel(method, layout, nil, 0) else { return false }
        gansh_kernel_release(handle)
        return true
      }
  }

  /// What the choice is recorded as. Where there is nothing in bfloat16, or a run was begun without, it is that of
  /// single precision.
  private func description(of question: DenseQuestion, _ methods: [ContractionMethod]) -> String {
    let single = question.description(gansh_single)
    let hasSingle = !methods.contains(.tiles) || selection.isRecorded(single)
    return hasSingle ? single : question.description(precision)
  }
}

/// What is asked of a dense layer's kernel, where the weights have a layout of their own.
struct DenseQuestion {
  let shapes: [Shape]
  /// The place of the weights among operands and result.
  let weights: Int
  let direction: gansh_direction
  /// Of the weights; nil where the library may choose.
  let layout: Layout?

  /// Nil for a product that is no layer's, or whose weights are row-major.
  init?(_ left: Bool, _ right: Bool, _ shapes: [Shape], _ layouts: [Layout?]) {
    switch (left, right) {
    case (false, true): (weights, direction) = (1, gansh_forward)
    case (false, false): (weights, direction) = (1, gansh_input_gradient)
    case (true, false): (weights, direction) = (2, gansh_weight_gradient)
    case (true, true): return nil
    }
    guard shapes[0].rank == 2 else { return nil }
    (self.shapes, layout) = (shapes, layouts[weights])
    switch layout {
    case .packed, nil: break
    case .plain, .blocked: return nil
    }
  }

  private var batch: Int { shapes[0][0] }
  private var outputs: Int { shapes[weights][0] }
  private var inputs: Int { shapes[weights][1] }

  /// The same for what is the same to a kernel: `dense forward 64x100 to 64x256, fp32, 2 threads`.
  func description(_ precision: gansh_precision) -> String {
    let names = ["forward", "input gradient", "weight gradient"]
    return
      "dense \(names[Int(direction.rawValue)]) \(batch)x\(inputs) to \(batch)x\(outputs), "
      + "\(precision == gansh_bfloat16 ? "bf16" : "fp32"), \(gansh_threads()) threads"
  }

  /// Such a loop as reads the result.
  func typicalLoop(_ library: CPULibrary) -> Loop {
    switch direction {
    case gansh_weight_gradient:
      .update(of: library.count(of: shapes[weights], in: layout ?? .plain))
    case gansh_input_gradient: .activation(batch, inputs)
    default: .activation(batch, outputs)
    }
  }

  /// A kernel for weights in a layout; nil where there is none.
  func kernel(
    _ method: ContractionMethod, _ layout: OpaquePointer?, _ error: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
  ) -> OpaquePointer? {
    let (m, n, k) = (Int64(batch), Int64(outputs), Int64(inputs))
    guard method != .library else {
      return gansh_make_inner_product(m, n, k, direction, layout, error, capacity)
    }
    return gansh_make_own_inner_product(
      m, n, k, direction, method == .tiles ? gansh_bfloat16 : gansh_single, layout, error, capacity)
  }
}
