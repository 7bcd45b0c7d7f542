import CKernels
import Compilation
import TensorGraph

/// A loop in the C kernels' terms: pointers fixed, results given registers.
struct LinkedLoop {
  private var extents: [Int]
  private var loads: [gansh_view]
  private var instructions: [gansh_instruction] = []
  private var stores: [gansh_store] = []
  private var reductions: [gansh_reduction] = []
  private let registers: Int

  init(_ loop: Loop, _ places: [UnsafeMutablePointer<Float>]) {
    extents = loop.extents
    func view(_ view: Loop.View) -> gansh_view {
      var result = gansh_view()
      result.base = places[view.buffer] + view.offset
      withUnsafeMutableBytes(of: &result.strides) { bytes in
        for (axis, stride) in zip(bytes.bindMemory(to: Int64.self).indices, view.strides) {
          bytes.bindMemory(to: Int64.self)[axis] = Int64(stride)
        }
      }
      return result
    }
    let allocation = RegisterAllocation(loop)
    func operand(_ operand: Loop.Operand) -> gansh_operand {
      switch operand {
      case .load(let index):
        gansh_operand(kind: gansh_operand_load, index: Int32(index), constant: 0)
      case .result(let index):
        gansh_operand(
          kind: gansh_operand_register, index: Int32(allocation.register[index]), constant: 0)
      case .constant(let value):
        gansh_operand(kind: gansh_operand_constant, index: 0, constant: value)
      }
    }
    loads = loop.loads.map(view)
    for (index, instruction) in loop.instructions.enumerated() {
      let operands = instruction.operands.map(operand)
      let none = gansh_operand(kind: gansh_operand_constant, index: 0, constant: 0)
      instructions.append(
        gansh_instruction(
          op: Self.op(instruction.operation), result: Int32(allocation.register[index]),
          operands: (
            operands[0], operands.count > 1 ? operands[1] : none,
            operands.count > 2 ? operands[2] : none
          )))
    }
    stores = loop.stores.map { gansh_store(source: operand($0.source), view: view($0.view)) }
    reductions = loop.reductions.map { reduction in
      let count = zip(loop.extents, reduction.view.strides)
        .reduce(1) { $0 + ($1.0 - 1) * $1.1 }
      return gansh_reduction(
        source: operand(reduction.source),
        kind: reduction.kind == .sum ? gansh_reduce_sum : gansh_reduce_maximum,
        view: view(reduction.view), count: Int64(count))
    }
    registers = allocation.count
  }

  /// Lends the description to what adds it to a program.
  func add(_ add: (UnsafePointer<gansh_loop>) -> Bool) -> Bool {
    loads.withUnsafeBufferPointer { loads in
      instructions.withUnsafeBufferPointer { instructions in
        stores.withUnsafeBufferPointer { stores in
          reductions.withUnsafeBufferPointer { reductions in
            var loop = gansh_loop()
            loop.rank = Int32(extents.count)
            withUnsafeMutableBytes(of: &loop.extents) { bytes in
              let target = bytes.bindMemory(to: Int64.self)
              for axis in extents.indices { target[axis] = Int64(extents[axis]) }
            }
            loop.registers = Int32(registers)
            (loop.loads, loop.load_count) = (loads.baseAddress, Int32(loads.count))
            (loop.instructions, loop.instruction_count) = (
              instructions.baseAddress, Int32(instructions.count)
            )
            (loop.stores, loop.store_count) = (stores.baseAddress, Int32(stores.count))
            (loop.reductions, loop.reduction_count) = (
              reductions.baseAddress, Int32(reductions.count)
            )
            return add(&loop)
          }
        }
      }
    }
  }

  private static func op(_ operation: Loop.Operation) -> gansh_op {
    switch operation {
    case .copy: gansh_op_copy
    case .select: gansh_op_select
    case .unary(let unary):
      switch unary {
      case .negate: gansh_op_negate
      case .exp: gansh_op_exp
      case .log: gansh_op_log
      case .sqrt: gansh_op_sqrt
      case .tanh: gansh_op_tanh
      case .sigmoid: gansh_op_sigmoid
      case .softplus: gansh_op_softplus
      case .absolute: gansh_op_absolute
      case .sign: gansh_op_sign
      case .erf: gansh_op_erf
      }
    case .binary(let binary):
      switch binary {
      case .add: gansh_op_add
      case .subtract: gansh_op_subtract
      case .multiply: gansh_op_multiply
      case .divide: gansh_op_divide
      case .maximum: gansh_op_maximum
      case .minimum: gansh_op_minimum
      case .greater: gansh_op_greater
      }
    }
  }
}

/// Registers for a loop's results: one is free again after the last instruction that reads it; what is
/// stored or reduced keeps its register to the end of the tile.
struct RegisterAllocation {
  private(set) var register: [Int] = []
  private(set) var count = 0

  init(_ loop: Loop) {
    var lastUse = [Int](repeating: -1, count: loop.instructions.count)
    for (index, instruction) in loop.instructions.enumerated() {
      for case .result(let operand) in instruction.operands { lastUse[operand] = index }
    }
    for case .result(let result) in loop.stores.map(\.source) + loop.reductions.map(\.source) {
      lastUse[result] = .max
    }
    var free: [Int] = []
    for (index, instruction) in loop.instructions.enumerated() {
      let dying = Set(
        instruction.operands.compactMap { operand in
          if case .result(let result) = operand, lastUse[result] == index { result } else { nil }
        })
      // A selection may write its result before it has read all operands.
      let reusesAtOnce = instruction.operation != .select
      if reusesAtOnce { free.append(contentsOf: dying.map { register[$0] }.sorted(by: >)) }
      if let reused = free.popLast() {
        register.append(reused)
      } else {
        register.append(count)
        count += 1
      }
      if !reusesAtOnce { free.append(contentsOf: dying.map { register[$0] }.sorted(by: >)) }
    }
  }
}
