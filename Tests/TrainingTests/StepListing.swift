import CPUBackend
import Compilation
import TensorGraph

/// A kernel library whose answers depend on nothing but what it is asked, so that what the compiler makes of
/// a program is the same on every machine: images of sixteen channels lie blocked, weights as packed as they
/// are many, and every product fuses an epilogue.
final class FixedLibrary: KernelLibrary {
  let channelBlock: Int? = 16
  private(set) var kernels: [String] = []

  func count(of shape: Shape, in layout: Layout) -> Int { shape.count }

  func contraction(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Contraction {
    let isProduct: Bool
    if case .matmul = op { isProduct = true } else { isProduct = false }
    return kernel(
      isProduct ? "product" : "convolution", op,
      zip(layouts, shapes).map { $0 ?? .packed($1.count) }, shapes, fusesEpilogue: isProduct)
  }

  func maskedProduct(_ op: Op, shapes: [Shape], layouts: [Layout]) throws -> Contraction? {
    kernel("signed product", op, layouts, shapes)
  }

  func weightLayout(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Layout {
    .packed(shapes[1].count)
  }

  private func kernel(
    _ name: String, _ op: Op, _ layouts: [Layout], _ shapes: [Shape], fusesEpilogue: Bool = false
  ) -> Contraction {
    kernels.append(name)
    return Contraction(
      kernel: kernels.count - 1, layouts: layouts, scratch: 128, operations: op.operations(shapes),
      fusesEpilogue: fusesEpilogue)
  }
}

/// The kernels of a program in order, with the tensors that they read and write and the layouts of these; its
/// bytes; and a digest of every offset, stride and instruction.
struct StepListing: CustomStringConvertible {
  let description: String

  /// - Parameter others: compiled before and after it, with the states that they share.
  init(
    _ source: ProgramSource,
    between others: (before: [ProgramSource], after: [ProgramSource]) = ([], [])
  ) throws {
    let library = FixedLibrary()
    let compiler = try Compiler(
      others.before + [source] + others.after, passes: CPUBackend().passes, library: library)
    let program = compiler.programs[others.before.count]
    var (lines, details) = ([String](), [String]())
    func buffer(_ number: Int) -> String {
      let buffer = program.buffers[number]
      let layout =
        switch buffer.layout {
        case .plain: ""
        case .blocked(let block): " blocked \(block)"
        case .packed: " packed"
        }
      let place =
        switch buffer.storage {
        case .temporary(let offset):
          { () -> String in
            details.append("at \(offset)")
            return ""
          }()
        case .state(let name): " \(name)"
        case .input(let name): " \(name)"
        case .output: " output"
        }
      return "\(buffer.shape)\(layout)\(place)"
    }
    func described(_ loop: Loop) -> String {
      func views(_ views: [Loop.View]) -> String {
        for view in views { details.append("\(view.offset) \(view.strides)") }
        return views.map { buffer($0.buffer) }.joined(separator: " ")
      }
      for instruction in loop.instructions {
        details.append("\(instruction.operation.number) \(instruction.operands)")
      }
      for store in loop.stores { details.append("\(store.source)") }
      for reduction in loop.reductions { details.append("\(reduction.kind) \(reduction.source)") }
      return "\(loop.instructions.count) operations over \(Shape(loop.extents)):"
        + " reads \(views(loop.loads)), writes \(views(loop.stores.map(\.view))),"
        + " reduces to \(views(loop.reductions.map(\.view)))"
    }
    for step in program.steps {
      switch step {
      case .loop(let loop): lines.append("loop, \(described(loop))")
      case .fill(let target, let value): lines.append("fill \(buffer(target)) with \(value)")
      case .random(let distribution, _, let target):
        lines.append("random \(distribution) \(buffer(target))")
      case .reorder(let from, let to): lines.append("reorder \(buffer(from)) to \(buffer(to))")
      case .contraction(let contraction, let buffers, _):
        let operands = buffers.map(buffer).joined(separator: " ")
        lines.append("\(library.kernels[contraction.kernel]) \(operands)")
      case .fused(let contraction, let buffers, _, let loop, let isStored):
        let operands = buffers.map(buffer).joined(separator: " ")
        lines.append(
          "\(library.kernels[contraction.kernel]) \(operands)\(isStored ? "" : " (not stored)"),"
            + " epilogue, \(described(loop))")
      }
    }
    // FNV-1a, 64 bits.
    let digest = details.joined(separator: "\n").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    lines.append("arena of \(program.arena) bytes, details \(String(digest, radix: 16))")
    description = lines.joined(separator: "\n") + "\n"
  }
}

extension Loop.Operation {
  /// A number that no name changes.
  fileprivate var number: String {
    switch self {
    case .copy: "copy"
    case .select: "select"
    case .unary(let unary): "u\(Unary.allCases.firstIndex(of: unary) ?? -1)"
    case .binary(let binary): "b\(Binary.allCases.firstIndex(of: binary) ?? -1)"
    }
  }
}
