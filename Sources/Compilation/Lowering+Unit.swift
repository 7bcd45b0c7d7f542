extension Lowering {
  /// What becomes one step of the program.
  enum Unit {
    case loop(LoopBuilder)
    case step(Step)
    /// A contraction with its epilogue, the loop that takes its result part by part.
    case fused(Contraction, buffers: [Int], epilogue: LoopBuilder, isStored: Bool)
  }
}

extension Lowering.Unit {
  /// What the unit reads, as views; whole buffers have no steps.
  var reads: [Loop.View] {
    switch self {
    case .loop(let builder): return builder.loop.loads
    case .fused(_, let buffers, let builder, _):
      return Self.whole(buffers.dropLast())
        + builder.loop.loads.filter { $0.buffer != buffers.last }
    case .step(.contraction(_, let buffers, _)): return Self.whole(buffers.dropLast())
    case .step(.reorder(let from, _)): return Self.whole([from])
    case .step(.loop(let loop)): return loop.loads
    case .step: return []
    }
  }

  /// Buffers that the unit writes.
  var writes: [Int] {
    func written(_ loop: Loop) -> [Int] {
      loop.stores.map(\.view.buffer) + loop.reductions.map(\.view.buffer)
    }
    switch self {
    case .loop(let builder): return written(builder.loop)
    case .fused(_, let buffers, let builder, _):
      return buffers.suffix(1) + written(builder.loop)
    case .step(.fill(let buffer, _)), .step(.random(_, _, let buffer)): return [buffer]
    case .step(.contraction(_, let buffers, _)), .step(.fused(_, let buffers, _, _, _)):
      return buffers.suffix(1)
    case .step(.reorder(_, let to)): return [to]
    case .step(.loop(let loop)): return written(loop)
    }
  }

  private static func whole(_ buffers: some Sequence<Int>) -> [Loop.View] {
    buffers.map { Loop.View(buffer: $0, offset: 0, strides: []) }
  }
}
