import COneDNN
import Compilation
import TensorGraph

/// oneDNN's kernels and the layouts they ask for, by number.
final class CPULibrary: KernelLibrary {
  private(set) var kernels: [Kernel] = []
  private var chosen: [Question: Contraction] = [:]
  private var packed: [OpaquePointer] = []

  struct Kernel {
    let handle: OpaquePointer
    /// Whether the kernel takes its two operands the other way round.
    let swapsOperands: Bool
    let name: String
  }

  private struct Question: Hashable {
    let op: Op
    let shapes: [Shape]
    let layouts: [Layout?]
  }

  let channelBlock: Int?

  init() {
    let block = Int(gansh_channel_block())
    channelBlock = block > 0 ? block : nil
  }

  deinit {
    for kernel in kernels { gansh_kernel_release(kernel.handle) }
    for layout in packed { gansh_layout_release(layout) }
  }

  func count(of shape: Shape, in layout: Layout) -> Int {
    guard case .packed(let number) = layout else { return shape.count }
    return gansh_layout_bytes(packed[number]) / MemoryLayout<Float>.size
  }

  func contraction(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Contraction {
    let question = Question(op: op, shapes: shapes, layouts: layouts)
    if let known = chosen[question] { return known }
    let contraction: Contraction
    if case .matmul(let left, let right) = op {
      contraction = try product(left, right, shapes, layouts)
    } else {
      contraction = try convolution(op, shapes, layouts)
    }
    chosen[question] = contraction
    return contraction
  }

  // MARK: Products

  private func product(
    _ left: Bool, _ right: Bool, _ shapes: [Shape], _ layouts: [Layout?]
  ) throws -> Contraction {
    if let dense = try dense(left, right, shapes, layouts) { return dense }
    let (m, n) = (shapes[2][0], shapes[2][1])
    let k = left ? shapes[0][0] : shapes[0][1]
    let handle = try made { error, capacity in
      gansh_make_product(Int64(m), Int64(n), Int64(k), left, right, error, capacity)
    }
    return register(handle, layouts: [.plain, .plain, .plain])
  }

  /// A dense layer or one of its adjoints, where the weights have a layout of their own.
  private func dense(
    _ left: Bool, _ right: Bool, _ shapes: [Shape], _ layouts: [Layout?]
  ) throws -> Contraction? {
    let place: Int  // of the weights among operands and result
    let direction: gansh_direction
    switch (left, right) {
    case (false, true): (place, direction) = (1, gansh_forward)
    case (false, false): (place, direction) = (1, gansh_input_gradient)
    case (true, false): (place, direction) = (2, gansh_weight_gradient)
    case (true, true): return nil
    }
    var given: OpaquePointer?
    switch layouts[place] {
    case .packed(let number): given = packed[number]
    case nil: break
    case .plain, .blocked: return nil
    }
    let weights = shapes[place]
    let batch = direction == gansh_weight_gradient ? shapes[0][0] : shapes[0][0]
    let handle = try made { error, capacity in
      gansh_make_inner_product(
        Int64(batch), Int64(weights[0]), Int64(weights[1]), direction, given, error, capacity)
    }
    var result: [Layout] = [.plain, .plain, .plain]
    result[place] = layout(handle, operand: place, weights)
    return register(
      handle, layouts: result, swapsOperands: direction == gansh_weight_gradient)
  }

  // MARK: Convolutions

  private func convolution(_ op: Op, _ shapes: [Shape], _ layouts: [Layout?]) throws -> Contraction
  {
    let (images, weights, result): (Int, Int, Int)
    let direction: gansh_direction
    let geometry: ConvolutionGeometry
    switch op {
    case .convolution(let own):
      (images, weights, result, direction, geometry) = (0, 1, 2, gansh_forward, own)
    case .convolutionInputGradient(let own, _):
      (images, weights, result, direction, geometry) = (2, 1, 0, gansh_input_gradient, own)
    case .convolutionWeightGradient(let own, _):
      (images, weights, result, direction, geometry) = (0, 2, 1, gansh_weight_gradient, own)
    default: throw CPUBackendError(description: "\(op) is not a contraction")
    }
    let (x, w, y) = (shapes[images], shapes[weights], shapes[result])
    var shape = gansh_convolution()
    (shape.batch, shape.input_channels) = (Int64(x[0]), Int64(x[1]))
    shape.output_channels = Int64(w[0])
    shape.input = pair([x[2], x[3]])
    shape.output = pair([y[2], y[3]])
    shape.kernel = pair([w[2], w[3]])
    shape.stride = pair(geometry.strides)
    shape.padding_low = pair(geometry.paddingLow)
    shape.padding_high = pair(geometry.paddingHigh)

    var relaxed = layouts
    relaxed[weights] = nil
    var best: (handle: OpaquePointer, rank: Int)?
    for candidate in [layouts, relaxed, [nil, nil, nil]] where best.map({ $0.rank > 0 }) ?? true {
      let handles = zip(candidate, shapes).map { handle(for: $0, $1) }
      defer { handles.forEach { $0.map { gansh_layout_release($0) } } }
      var error = [CChar](repeating: 0, count: 256)
      guard
        let made = gansh_make_convolution(
          &shape, direction, handles[images], handles[weights], handles[result], &error,
          error.count)
      else { continue }
      let rank = rank(name(made))
      if let known = best, known.rank <= rank {
        gansh_kernel_release(made)
        continue
      }
      if let known = best { gansh_kernel_release(known.handle) }
      best = (made, rank)
    }
    guard let best else {
      throw CPUBackendError(description: "no kernel for \(op) of \(shapes)")
    }
    return register(
      best.handle, layouts: shapes.indices.map { layout(best.handle, operand: $0, shapes[$0]) })
  }

  /// How good a kernel is by its name. What is not generated for the shape is correct and up to
  /// hundreds of times slower: other layouts, with reorders around them, do better.
  private func rank(_ name: String) -> Int {
    name.contains("ref") ? 2 : name.contains("gemm") ? 1 : 0
  }

  private func pair(_ values: [Int]) -> (Int64, Int64) { (Int64(values[0]), Int64(values[1])) }

  // MARK: Handles

  private func made(
    _ make: (UnsafeMutablePointer<CChar>, Int) -> OpaquePointer?
  ) throws -> OpaquePointer {
    var error = [CChar](repeating: 0, count: 256)
    let handle = error.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { make($0, buffer.count) }
    }
    guard let handle else {
      let text = String(
        decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw CPUBackendError(description: "the library could not make a kernel: \(text)")
    }
    return handle
  }

  private func name(_ kernel: OpaquePointer) -> String {
    gansh_kernel_name(kernel).map { String(cString: $0) } ?? ""
  }

  private func register(
    _ handle: OpaquePointer, layouts: [Layout], swapsOperands: Bool = false
  ) -> Contraction {
    kernels.append(Kernel(handle: handle, swapsOperands: swapsOperands, name: name(handle)))
    return Contraction(
      kernel: kernels.count - 1, layouts: layouts, scratch: gansh_kernel_scratch(handle))
  }

  /// A kernel that copies from one layout to another.
  func reorder(_ shape: Shape, from: Layout, to: Layout) throws -> OpaquePointer {
    guard let source = handle(for: from, shape), let target = handle(for: to, shape) else {
      throw CPUBackendError(description: "no reorder for a tensor of shape \(shape)")
    }
    defer {
      gansh_layout_release(source)
      gansh_layout_release(target)
    }
    let kernel = try made { gansh_make_reorder(source, target, $0, $1) }
    kernels.append(Kernel(handle: kernel, swapsOperands: false, name: "reorder"))
    return kernel
  }

  /// A handle that the caller releases; nil leaves the choice to the library.
  private func handle(for layout: Layout?, _ shape: Shape) -> OpaquePointer? {
    let extents = shape.dimensions.map(Int64.init)
    switch layout {
    case nil: return nil
    case .plain: return gansh_layout_plain(Int32(extents.count), extents)
    case .blocked: return gansh_layout_blocked(extents)
    case .packed(let number): return gansh_layout_copy(packed[number])
    }
  }

  /// The layout of a kernel's operand, in gansh's terms.
  private func layout(_ kernel: OpaquePointer, operand: Int, _ shape: Shape) -> Layout {
    guard let own = gansh_kernel_layout(kernel, Int32(operand)) else { return .plain }
    var candidates: [Layout] = [.plain]
    if shape.rank == 4, let block = channelBlock, shape[1] % block == 0 {
      candidates.append(.blocked(block))
    }
    for candidate in candidates + packed.indices.map({ .packed($0) }) {
      guard let handle = handle(for: candidate, shape) else { continue }
      defer { gansh_layout_release(handle) }
      if gansh_layout_equal(own, handle) {
        gansh_layout_release(own)
        return candidate
      }
    }
    packed.append(own)
    return .packed(packed.count - 1)
  }
}
