import TensorGraph

/// A loop that still grows: chains over the same index space join it as they come.
struct LoopBuilder {
  let space: IndexSpace
  private(set) var loop: Loop
  /// What this loop knows of a node's value.
  private(set) var known: [Int: Loop.Operand] = [:]
  private var loadIndices: [Loop.View: Int] = [:]

  /// Instructions beyond which a loop takes no further chain.
  private static let capacity = 160

  init(space: IndexSpace) {
    self.space = space
    loop = Loop(extents: space.extents)
  }

  var isFull: Bool { loop.instructions.count >= Self.capacity }

  /// Whether the loop reads this view already; a view of one number does not count.
  func shares(_ view: Loop.View) -> Bool {
    view.strides.contains { $0 != 0 } && loadIndices[view] != nil
  }

  mutating func load(_ view: Loop.View) -> Loop.Operand {
    if let index = loadIndices[view] { return .load(index) }
    loop.loads.append(view)
    loadIndices[view] = loop.loads.count - 1
    return .load(loop.loads.count - 1)
  }

  mutating func learn(_ node: Int, _ operand: Loop.Operand) { known[node] = operand }

  mutating func append(_ operation: Loop.Operation, _ operands: [Loop.Operand]) -> Loop.Operand {
    loop.instructions.append(Loop.Instruction(operation: operation, operands: operands))
    return .result(loop.instructions.count - 1)
  }

  mutating func store(_ source: Loop.Operand, to view: Loop.View) {
    loop.stores.append(Loop.Store(source: source, view: view))
  }

  mutating func reduce(_ source: Loop.Operand, _ kind: Loop.Reduction.Kind, to view: Loop.View) {
    loop.reductions.append(Loop.Reduction(source: source, kind: kind, view: view))
  }
}

extension Loop {
  /// The same loop with what is only read and stored copied first where there are several stores: one
  /// of them may be into the memory that another reads.
  func separated() -> Loop {
    guard stores.count > 1 else { return self }
    var loop = self
    for index in loop.stores.indices {
      guard case .load = loop.stores[index].source else { continue }
      loop.instructions.append(
        Instruction(operation: .copy, operands: [loop.stores[index].source]))
      loop.stores[index].source = .result(loop.instructions.count - 1)
    }
    return loop
  }

  /// The same loop over as few axes as its views allow.
  package func collapsed() -> Loop {
    var loop = self
    var axis = loop.extents.count - 2
    while axis >= 0 {
      let inner = loop.extents[axis + 1]
      let canMerge = loop.views.allSatisfy {
        loop.extents[axis] == 1 || inner == 1
          || $0.strides[axis] == $0.strides[axis + 1] * inner
      }
      if canMerge {
        let keepsOuter = inner == 1
        loop.extents[axis] *= inner
        loop.extents.remove(at: axis + 1)
        loop.mapViews { view in view.strides.remove(at: keepsOuter ? axis + 1 : axis) }
      }
      axis -= 1
    }
    return loop
  }

  private var views: [View] { loads + stores.map(\.view) + reductions.map(\.view) }

  private mutating func mapViews(_ change: (inout View) -> Void) {
    for index in loads.indices { change(&loads[index]) }
    for index in stores.indices { change(&stores[index].view) }
    for index in reductions.indices { change(&reductions[index].view) }
  }
}
