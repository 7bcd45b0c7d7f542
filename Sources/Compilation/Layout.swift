import TensorGraph

/// How a tensor's elements lie in memory.
package enum Layout: Hashable, Sendable {
  /// Row-major.
  case plain
  /// Images `[N, C, H, W]` as `[N, C / block, H, W, block]`.
  case blocked(Int)
  /// Weights as a kernel wants them: a number that the kernel library gave.
  case packed(Int)
}

/// The index space of a loop: a tensor's extents in the order in which they lie in memory.
struct IndexSpace: Hashable {
  let shape: Shape
  let layout: Layout
  /// Elements in memory, where the layout is packed.
  let packedCount: Int

  var extents: [Int] {
    switch layout {
    case .plain: shape.rank == 0 ? [1] : shape.dimensions
    case .blocked(let block): [shape[0], shape[1] / block, shape[2], shape[3], block]
    case .packed: [packedCount]
    }
  }

  /// The steps of a whole tensor of this space.
  var ownStrides: [Int] { Shape(extents).strides }

  /// Steps along the space's extents for a row-major tensor with these steps along its axes; nil for
  /// a packed space, whose order only the library knows.
  func strides(fromPlain strides: [Int]) -> [Int]? {
    switch layout {
    case .plain: return shape.rank == 0 ? [0] : strides
    case .blocked(let block):
      return [strides[0], strides[1] * block, strides[2], strides[3], strides[1]]
    case .packed: return strides.allSatisfy { $0 == 0 } ? [0] : nil
    }
  }
}
