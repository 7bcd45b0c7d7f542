package import TensorGraph

/// What lowering asks of a backend: which layouts its contractions want.
package protocol KernelLibrary: AnyObject {
  /// Channels that a blocked image layout holds together; nil where plain is best.
  var channelBlock: Int? { get }

  /// Elements that a tensor takes in a layout, padding included.
  func count(of shape: Shape, in layout: Layout) -> Int

  /// Chooses a kernel for a contraction between tensors in these layouts.
  ///
  /// - Parameter layouts: of the two operands and the result; nil leaves the choice to the library.
  /// - Returns: the kernel, with the layouts that it really wants.
  func contraction(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Contraction

  /// A kernel for a masked product between tensors in these layouts, the last one the result's; nil where
  /// its left operand in memory and an ordinary product take less time.
  func maskedProduct(_ op: Op, shapes: [Shape], layouts: [Layout]) throws -> Contraction?

  /// The layout in which a contraction's weights, its second operand, are best kept between
  /// executions. The kernel may want them prepared further.
  func weightLayout(_ op: Op, shapes: [Shape], layouts: [Layout?]) throws -> Layout
}

/// A kernel that the library chose.
package struct Contraction: Hashable, Sendable {
  /// The library's number for it.
  package let kernel: Int
  /// Of the operands and the result.
  package let layouts: [Layout]
  /// Bytes of working memory.
  package let scratch: Int
  /// Floating-point operations, done directly.
  package let operations: Int
  /// Whether an epilogue can be fused: a loop that takes the result part by part, while it is in the cache.
  package let fusesEpilogue: Bool

  package init(
    kernel: Int, layouts: [Layout], scratch: Int, operations: Int, fusesEpilogue: Bool = false
  ) {
    self.kernel = kernel
    self.layouts = layouts
    self.scratch = scratch
    self.operations = operations
    self.fusesEpilogue = fusesEpilogue
  }
}
