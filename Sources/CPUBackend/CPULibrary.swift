import CKernels
import Compilation
import TensorGraph

/// oneDNN's kernels and the layouts they ask for, by number.
final class CPULibrary: KernelLibrary {
  private(set) var kernels: [Kernel] = []
  private var chosen: [Question: Contraction] = [:]
  private(set) var packed: [OpaquePointer] = []

  struct Kernel {
    let handle: OpaquePointer
    /// Whether the kernel takes its two operands the other way round.
    var swapsOperands = false
    /// Whether it is gansh's and not oneDNN's.
    var isOwn = false
    let name: String
  }

  private struct Question: Hashable {
    let op: Op
    let shapes: [Shape]
    let layouts: [Layout?]
  }

  let channelBlock: Int?
  let selection: KernelSelection
  let precision: gansh_precision

  init(selection: KernelSelection, bfloat16: Bool) {
    self.selection = selection
    precision = bfloat16 ? gansh_bfloat16 : gansh_single
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
    let made: Contraction
    if case .matmul(let left, let right) = op {
      made = try product(left, right, shapes, layouts)
    } else {
      made = try convolution(op, shapes, layouts)
    }
    let contraction = Contraction(
      kernel: made.kernel, layouts: made.layouts, scratch: made.scratch,
      operations: op.operations(shapes), fusesEpilogue: made.fusesEpilogue)
    chosen[question] = contraction
    return contraction
  }

  func weightLayout(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Layout {
    let contraction = try contraction(op, shapes: shapes, layouts: layouts)
    guard kernels[contraction.kernel].isOwn,
      let hwio = gansh_layout_hwio(shapes[1].dimensions.map(Int64.init))
    else { return contraction.layouts[1] }
    return known(hwio, shapes[1])
  }

  // MARK: Handles

  func made(
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

  func name(_ kernel: OpaquePointer) -> String {
    gansh_kernel_name(kernel).map { String(cString: $0) } ?? ""
  }

  /// Adds a kernel whose operands have these shapes.
  func register(
    _ handle: OpaquePointer, _ shapes: [Shape], isOwn: Bool = false
  ) -> Contraction {
    register(
      handle, layouts: shapes.indices.map { layout(handle, operand: $0, shapes[$0]) },
      isOwn: isOwn)
  }

  func register(
    _ handle: OpaquePointer, layouts: [Layout], swapsOperands: Bool = false, operations: Int = 0,
    isOwn: Bool = false
  ) -> Contraction {
    kernels.append(
      Kernel(
        handle: handle, swapsOperands: swapsOperands, isOwn: isOwn, name: name(handle)))
    return Contraction(
      kernel: kernels.count - 1, layouts: layouts, scratch: gansh_kernel_scratch(handle),
      operations: operations, fusesEpilogue: gansh_kernel_fuses_epilogue(handle))
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
    kernels.append(Kernel(handle: kernel, name: name(kernel)))
    return kernel
  }

  /// A handle that the caller releases; nil leaves the choice to the library.
  func handle(for layout: Layout?, _ shape: Shape) -> OpaquePointer? {
    let extents = shape.dimensions.map(Int64.init)
    switch layout {
    case nil: return nil
    case .plain: return gansh_layout_plain(Int32(extents.count), extents)
    case .blocked: return gansh_layout_blocked(extents)
    case .packed(let number): return gansh_layout_copy(packed[number])
    }
  }

  /// The layout of a kernel's operand, in gansh's terms.
  func layout(_ kernel: OpaquePointer, operand: Int, _ shape: Shape) -> Layout {
    gansh_kernel_layout(kernel, Int32(operand)).map { known($0, shape) } ?? .plain
  }

  /// The layout in gansh's terms, which takes the handle.
  private func known(_ own: OpaquePointer, _ shape: Shape) -> Layout {
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
