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
  /// The same loop with what is stored or reduced as it was read copied first, where a store may have
  /// written over it by then: where there are several stores, and where a state is summed in the loop
  /// that replaces it.
  ///
  /// - Parameter base: the buffer whose memory a buffer has.
  func separated(_ base: (Int) -> Int) -> Loop {
    var loop = self
    func copied(_ source: Operand) -> Operand {
      loop.instructions.append(Instruction(operation: .copy, operands: [source]))
      return .result(loop.instructions.count - 1)
    }
    if stores.count > 1 {
      for index in stores.indices {
        guard case .load = stores[index].source else { continue }
        loop.stores[index].source = copied(stores[index].source)
      }
    }
    let written = Set(stores.map { base($0.view.buffer) })
    for index in reductions.indices {
      guard case .load(let load) = reductions[index].source,
        written.contains(base(loads[load].buffer))
      else { continue }
      loop.reductions[index].source = copied(reductions[index].source)
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
