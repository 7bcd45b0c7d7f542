import CKernels
import Compilation
import TensorGraph

extension CPULibrary {
  /// The time that a kernel takes at best of three, between tensors of zeros.
  func seconds(of kernel: OpaquePointer, operands count: Int32 = 3) throws -> Double {
    let memory = try (0..<count).map { try Memory(for: kernel, operand: $0) }
    let scratch = try Memory(bytes: gansh_kernel_scratch(kernel))
    let operands = memory.map { Optional($0.floats) }
    return try withExtendedLifetime((memory, scratch)) {
      try seconds { gansh_program_add_kernel($0, kernel, operands, scratch.raw) }
    }
  }

  /// The time that a kernel and a loop that reads its result take together, fused where they can be.
  ///
  /// - Parameter loop: with the kernel's result as its buffer 0, and others of the same size at most.
  func seconds(of kernel: OpaquePointer, and loop: Loop) throws -> Double {
    let operands = try (0..<3).map { try Memory(for: kernel, operand: $0) }
    let buffers = (loop.loads + loop.stores.map(\.view)).map(\.buffer).max() ?? 0
    let others = try (0..<buffers).map { _ in try Memory(bytes: operands[2].bytes) }
    let scratch = try Memory(bytes: gansh_kernel_scratch(kernel))
    let linked = LinkedLoop(loop, [operands[2].floats] + others.map(\.floats))
    return try withExtendedLifetime((operands, others, scratch)) {
      try seconds { program in
        var places = operands.map { Optional($0.floats) }
        if gansh_kernel_fuses_epilogue(kernel) {
          if !loop.isOfLayer { places[2] = nil }
          return linked.add {
            gansh_program_add_fused_kernel(program, kernel, places, scratch.raw, $0, 0)
          }
        }
        return gansh_program_add_kernel(program, kernel, places, scratch.raw)
          && linked.add { gansh_program_add_loop(program, $0) }
      }
    }
  }

  /// The time that a loop takes, with buffers of so many elements.
  func seconds(of loop: Loop, elements: Int) throws -> Double {
    let last = (loop.loads + loop.stores.map(\.view)).map(\.buffer).max() ?? 0
    let memory = try (0...last).map { _ in
      try Memory(bytes: elements * MemoryLayout<Float>.size)
    }
    let linked = LinkedLoop(loop, memory.map(\.floats))
    return try withExtendedLifetime(memory) {
      try seconds { program in linked.add { gansh_program_add_loop(program, $0) } }
    }
  }

  private func seconds(_ add: (OpaquePointer) -> Bool) throws -> Double {
    guard let program = gansh_program_make() else { throw Memory.exhausted }
    defer { gansh_program_release(program) }
    guard add(program) else { throw Memory.exhausted }
    let clock = ContinuousClock()
    let times = (0..<3).map { _ in clock.measure { gansh_program_run(program, 0, 0) } }
    return (times.min() ?? .zero) / .seconds(1)
  }
}

extension Memory {
  /// As much as a kernel's operand takes.
  fileprivate convenience init(for kernel: OpaquePointer, operand: Int32) throws {
    guard let layout = gansh_kernel_layout(kernel, operand) else { throw Self.exhausted }
    defer { gansh_layout_release(layout) }
    try self.init(bytes: gansh_layout_bytes(layout))
  }
}

extension Loop {
  /// An optimiser's update of so many weights, with two moments; buffer 0 is the gradient.
  static func update(of count: Int) -> Loop {
    var loop = Loop(extents: [count])
    loop.loads = (0..<4).map { View(buffer: $0, offset: 0, strides: [1]) }
    func add(_ operation: Operation, _ operands: Operand...) -> Operand {
      loop.instructions.append(Instruction(operation: operation, operands: operands))
      return .result(loop.instructions.count - 1)
    }
    func mean(_ old: Operand, _ new: Operand) -> Operand {
      add(
        .binary(.add), add(.binary(.multiply), old, .constant(0.9)),
        add(.binary(.multiply), new, .constant(0.1)))
    }
    let first = mean(.load(1), .load(0))
    let second = mean(.load(2), add(.binary(.multiply), .load(0), .load(0)))
    let change = add(
      .binary(.divide), first,
      add(.binary(.add), add(.unary(.sqrt), second), .constant(1e-8)))
    let weights = add(.binary(.subtract), .load(3), change)
    loop.stores = zip([first, second, weights], loop.loads.dropFirst()).map {
      Store(source: $0, view: $1)
    }
    return loop
  }

  /// A bias and an activation of a layer's result; buffer 0 is the result.
  static func activation(_ rows: Int, _ columns: Int) -> Loop {
    var loop = Loop(extents: [rows, columns])
    loop.loads = [
      View(buffer: 0, offset: 0, strides: [columns, 1]),
      View(buffer: 1, offset: 0, strides: [0, 1]),
    ]
    loop.instructions = [
      Instruction(operation: .binary(.add), operands: [.load(0), .load(1)]),
      Instruction(operation: .binary(.multiply), operands: [.result(0), .constant(0.2)]),
      Instruction(operation: .binary(.maximum), operands: [.result(0), .result(1)]),
    ]
    loop.stores = [
      Store(source: .result(2), view: View(buffer: 2, offset: 0, strides: [columns, 1]))
    ]
    return loop
  }

  /// Whether it is the epilogue of a layer, whose result is wanted again for its gradient.
  fileprivate var isOfLayer: Bool { extents.count > 1 }
}
