import CKernels
import Compilation
import TensorGraph

/// Convolutions and their adjoints: oneDNN's kernels or gansh's own, whichever is faster for the shape.
extension CPULibrary {
  func convolution(_ op: Op, _ shapes: [Shape], _ layouts: [Layout?]) throws -> Contraction {
    let question = try ConvolutionQuestion(op, shapes, layouts, precision)
    let method = try selection.method(for: question.description, among: methods(for: question)) {
      let handle = try kernel(for: question, $0)
      defer { gansh_kernel_release(handle) }
      return try seconds(of: handle) + preparation(for: question, $0, handle)
    }
    return register(try kernel(for: question, method), shapes, isOwn: method != .library)
  }

  /// The ways in which this processor can do it, oneDNN's first. Where bfloat16 is permitted, so are the
  /// ways of single precision.
  private func methods(for question: ConvolutionQuestion) -> [ContractionMethod] {
    [.library]
      + [
        .winograd2, .winograd4, .imageEnd, .winograd2Single, .imageEndSingle, .tiles,
      ].filter { method in
        guard let handle = question.ownKernel(method, nil, 0) else { return false }
        gansh_kernel_release(handle)
        return true
      }
  }

  private func kernel(
    for question: ConvolutionQuestion, _ method: ContractionMethod
  ) throws -> OpaquePointer {
    guard method != .library else { return try libraryKernel(for: question) }
    return try made { question.ownKernel(method, $0, $1) }
  }

  /// The share of preparing the weights that one use pays: of a step that prepares them twice, before and
  /// after their update, and uses them on three batches.
  private func preparation(
    for question: ConvolutionQuestion, _ method: ContractionMethod, _ kernel: OpaquePointer
  ) throws -> Double {
    let extents = question.shapes[question.weights].dimensions.map(Int64.init)
    guard method != .library, question.weights == 1, let hwio = gansh_layout_hwio(extents),
      let prepared = gansh_kernel_layout(kernel, 1)
    else { return 0 }
    defer {
      gansh_layout_release(hwio)
      gansh_layout_release(prepared)
    }
    let preparation = try made { gansh_make_reorder(hwio, prepared, $0, $1) }
    defer { gansh_kernel_release(preparation) }
    return try seconds(of: preparation, operands: 2) * 2 / 3
  }

  /// oneDNN's kernel in the layouts given, or in others if it has none generated for these.
  private func libraryKernel(for question: ConvolutionQuestion) throws -> OpaquePointer {
    var relaxed = question.layouts
    relaxed[question.weights] = nil
    var best: (handle: OpaquePointer, rank: Int)?
    for layouts in [question.layouts, relaxed, [nil, nil, nil]]
    where best.map({ $0.rank > 0 }) ?? true {
      let handles = zip(layouts, question.shapes).map { handle(for: $0, $1) }
      defer { handles.forEach { $0.map { gansh_layout_release($0) } } }
      guard let made = question.libraryKernel(handles) else { continue }
      let rank = rank(name(made))
      if let known = best, known.rank <= rank {
        gansh_kernel_release(made)
        continue
      }
      if let known = best { gansh_kernel_release(known.handle) }
      best = (made, rank)
    }
    guard let best else { throw CPUBackendError(description: "no kernel for a \(question)") }
    return best.handle
  }

  /// How good a kernel is by its name. What is not generated for the shape is correct and up to
  /// hundreds of times slower: other layouts, with reorders around them, do better.
  private func rank(_ name: String) -> Int {
    name.contains("ref") ? 2 : name.contains("gemm") ? 1 : 0
  }
}

/// What is asked of a convolution's kernel.
struct ConvolutionQuestion: CustomStringConvertible {
  let shapes: [Shape]
  let layouts: [Layout?]
  /// Places among the two operands and the result.
  let images: Int
  let weights: Int
  let result: Int
  private let direction: gansh_direction
  private let precision: gansh_precision
  private let shape: gansh_convolution

  init(_ op: Op, _ shapes: [Shape], _ layouts: [Layout?], _ precision: gansh_precision) throws {
    let geometry: ConvolutionGeometry
    switch op {
    case .convolution(let own):
      (images, weights, result, direction, geometry) = (0, 1, 2, gansh_forward, own)
    case .convolutionInputGradient(let own, _):
      (images, weights, result, direction, geometry) = (2, 1, 0, gansh_input_gradient, own)
    case .convolutionWeightGradient(let own, _):
      (images, weights, result, direction, geometry) = (0, 2, 1, gansh_weight_gradient, own)
    default: throw CPUBackendError(description: "\(op) is not a convolution")
    }
    (self.shapes, self.layouts, self.precision) = (shapes, layouts, precision)
    let (x, w, y) = (shapes[images], shapes[weights], shapes[result])
    func pair(_ values: [Int]) -> (Int64, Int64) { (Int64(values[0]), Int64(values[1])) }
    var shape = gansh_convolution()
    (shape.batch, shape.input_channels) = (Int64(x[0]), Int64(x[1]))
    shape.output_channels = Int64(w[0])
    shape.input = pair([x[2], x[3]])
    shape.output = pair([y[2], y[3]])
    shape.kernel = pair([w[2], w[3]])
    shape.stride = pair(geometry.strides)
    shape.padding_low = pair(geometry.paddingLow)
    shape.padding_high = pair(geometry.paddingHigh)
    self.shape = shape
  }

  /// The same for what is the same to a kernel: `forward 64x3x64x64 to 64x64x32x32, 4x4`.
  var description: String {
    let names = ["forward", "input gradient", "weight gradient"]
    func joined(_ shape: Shape) -> String {
      shape.dimensions.map(String.init).joined(separator: "x")
    }
    let (kernel, stride, padding) = (shape.kernel, shape.stride, shape.padding_low)
    return
      "\(names[Int(direction.rawValue)]) \(joined(shapes[images])) to \(joined(shapes[result])), "
      + "\(kernel.0)x\(kernel.1) stride \(stride.0)x\(stride.1) padding \(padding.0)x\(padding.1), "
      + "\(precision == gansh_bfloat16 ? "bf16" : "fp32"), \(gansh_threads()) threads"
  }

  /// A kernel of gansh's own; nil where there is none.
  func ownKernel(
    _ method: ContractionMethod, _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
  ) -> OpaquePointer? {
    let own: gansh_method
    var arithmetic = precision
    switch method {
    case .library, .panels, .subsetSums: return nil
    case .winograd2: own = gansh_winograd_2
    case .winograd4: (own, arithmetic) = (gansh_winograd_4, gansh_single)
    case .tiles: own = gansh_tiles
    case .imageEnd: own = gansh_image_end
    case .winograd2Single, .imageEndSingle:
      guard precision != gansh_single else { return nil }
      own = method == .imageEndSingle ? gansh_image_end : gansh_winograd_2
      arithmetic = gansh_single
    }
    return withUnsafePointer(to: shape) {
      gansh_make_own_convolution($0, direction, own, arithmetic, error, capacity)
    }
  }

  /// oneDNN's kernel for operands in these layouts, or nil.
  func libraryKernel(_ handles: [OpaquePointer?]) -> OpaquePointer? {
    withUnsafePointer(to: shape) {
      gansh_make_convolution(
        $0, direction, handles[images], handles[weights], handles[result], nil, 0)
    }
  }
}
