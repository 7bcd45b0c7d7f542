extension Lowering {
  /// Fuses contractions with their epilogues: the loop that reads a result first takes it part by part, while
  /// it is in the cache, if it reads it as it lies. The contraction is then done where the loop is.
  mutating func fuseEpilogues() {
    var removed: Set<Int> = []
    for index in units.indices.reversed() {
      guard case .step(.contraction(let contraction, let operands, _)) = units[index],
        contraction.fusesEpilogue, let result = operands.last, buffers[result].storage == .temporary
      else { continue }
      let readers = units.indices.filter { reader in
        reader > index && units[reader].reads.contains { base($0.buffer) == result }
      }
      guard let reader = readers.first, case .loop(let builder) = units[reader],
        takes(result, builder), canMove(operands, from: index, to: reader)
      else { continue }
      units[reader] = .fused(
        contraction, buffers: operands, epilogue: builder, isStored: readers.count > 1)
      removed.insert(index)
    }
    units = units.indices.filter { !removed.contains($0) }.map { units[$0] }
  }

  /// Whether a loop reads a buffer once, element by element in the order of memory.
  private func takes(_ buffer: Int, _ builder: LoopBuilder) -> Bool {
    let views = builder.loop.loads.filter { base($0.buffer) == buffer }
    let space = builder.space
    guard views.count == 1, let view = views.first, space.layout == buffers[buffer].layout,
      space.extents.count <= 2
    else { return false }
    return view.buffer == buffer && view.offset == 0 && view.strides == space.ownStrides
      && space.extents.reduce(1, *) == buffers[buffer].count
  }

  /// Whether nothing writes what a contraction reads before it would be done, nor while it is.
  private func canMove(_ operands: [Int], from index: Int, to reader: Int) -> Bool {
    let read = Set(operands.dropLast().map(base))
    return units[(index + 1)...reader].allSatisfy { unit in
      unit.writes.allSatisfy { !read.contains(base($0)) }
    }
  }
}
