package import TensorGraph

/// A flat list of kernels over numbered buffers, and where each buffer lies.
package struct Program: Sendable {
  package var buffers: [Buffer] = []
  package var steps: [Step] = []
  /// Bytes of the arena that temporaries share, and where each temporary and scratch lies in it.
  package var arena = 0
  /// Outputs in the order of the source, with their buffers; all are plain.
  package var outputs: [(name: String, buffer: Int)] = []
}

/// A stretch of memory that holds one tensor.
package struct Buffer: Sendable {
  package let shape: Shape
  package let layout: Layout
  /// Elements, padding included.
  package let count: Int
  package var storage: Storage

  package enum Storage: Sendable, Hashable {
    /// At a byte offset in the arena.
    case temporary(offset: Int)
    case state(String)
    case input(String)
    case output
  }
}

/// One kernel of a program.
package enum Step: Sendable {
  case loop(Loop)
  case fill(buffer: Int, value: Float)
  case random(Distribution, stream: UInt64, buffer: Int)
  /// Buffers of the operands and the result; scratch lies at an offset in the arena.
  case contraction(Contraction, buffers: [Int], scratch: Int)
  /// A contraction with its epilogue, the loop that takes its result part by part; the result is written to
  /// memory only where something else reads it too.
  case fused(Contraction, buffers: [Int], scratch: Int, epilogue: Loop, isStored: Bool)
  case reorder(from: Int, to: Int)
}

/// A chain of element-wise operations over one index space.
package struct Loop: Sendable {
  package var extents: [Int]
  package var loads: [View] = []
  package var instructions: [Instruction] = []
  package var stores: [Store] = []
  package var reductions: [Reduction] = []

  package init(extents: [Int]) { self.extents = extents }

  /// A buffer seen from the loop's index space.
  package struct View: Sendable, Hashable {
    package var buffer: Int
    /// In elements.
    package var offset: Int
    package var strides: [Int]

    package init(buffer: Int, offset: Int, strides: [Int]) {
      self.buffer = buffer
      self.offset = offset
      self.strides = strides
    }
  }

  package struct Instruction: Sendable, Hashable {
    package let operation: Operation
    package let operands: [Operand]

    package init(operation: Operation, operands: [Operand]) {
      (self.operation, self.operands) = (operation, operands)
    }
  }

  package enum Operation: Sendable, Hashable {
    case copy
    case unary(Unary)
    case binary(Binary)
    case select
  }

  package enum Operand: Sendable, Hashable {
    case load(Int)
    /// The result of an earlier instruction.
    case result(Int)
    case constant(Float)
  }

  package struct Store: Sendable {
    package var source: Operand
    package var view: View

    package init(source: Operand, view: View) { (self.source, self.view) = (source, view) }
  }

  package struct Reduction: Sendable {
    package var source: Operand
    package var kind: Kind
    /// Steps are 0 along the reduced axes.
    package var view: View

    package enum Kind: Sendable { case sum, maximum }
  }
}
