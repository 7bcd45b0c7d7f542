import CKernels
package import Compilation
import TensorGraph

/// Compiled programs with all their memory.
package final class CPUMachine: Machine {
  private let library: CPULibrary
  private let threads: Int32
  private var programs: [String: Compiled] = [:]
  private var stateMemory: [String: State] = [:]
  private let arena: Memory
  package let states: [(name: String, shape: [Int])]
  package private(set) var memory: Int

  private struct State {
    let memory: Memory
    let shape: Shape
    let layout: Layout
  }

  private struct Compiled {
    let handle: OpaquePointer
    /// What each kernel is, in order.
    let kernels: [KernelTime]
    let inputs: [String: Memory]
    let outputs: [String: Memory]
  }

  package var kernels: [String: String] { library.selection.used.mapValues(\.rawValue) }

  init(
    _ sources: [ProgramSource], passes: [GraphPass], threads: Int32, selection: KernelSelection,
    bfloat16: Bool
  ) throws {
    guard gansh_set_threads(threads) else {
      throw CPUBackendError(
        description: "\(threads) threads cannot be started; fewer need less of the system")
    }
    self.threads = threads
    library = CPULibrary(selection: selection, bfloat16: bfloat16)
    let compiler = try Compiler(sources, passes: passes, library: library)
    arena = try Memory(bytes: compiler.programs.map(\.arena).max() ?? 0)
    memory = arena.bytes
    states = compiler.states.map { ($0.name, $0.shape.dimensions) }
    for state in compiler.states {
      let bytes = library.count(of: state.shape, in: state.layout) * MemoryLayout<Float>.size
      let own = try Memory(bytes: bytes)
      stateMemory[state.name] = State(memory: own, shape: state.shape, layout: state.layout)
      memory += own.bytes
    }
    for (source, program) in zip(sources, compiler.programs) {
      programs[source.name] = try link(program)
    }
  }

  deinit { for program in programs.values { gansh_program_release(program.handle) } }

  // MARK: Machine

  package func setState(_ name: String, _ values: [Float]) {
    guard let state = stateMemory[name], values.count == state.shape.count else {
      preconditionFailure("state \(name) with \(values.count) values")
    }
    convert(state, fromPlain: true) { plain in
      values.withUnsafeBufferPointer { source in
        if let base = source.baseAddress { plain.update(from: base, count: source.count) }
      }
    }
  }

  package func state(_ name: String) -> [Float] {
    guard let state = stateMemory[name] else { preconditionFailure("state \(name)") }
    var values: [Float] = []
    convert(state, fromPlain: false) { plain in
      values = Array(UnsafeBufferPointer(start: plain, count: state.shape.count))
    }
    return values
  }

  package func withInput(
    _ name: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    guard let memory = programs[program]?.inputs[name] else {
      preconditionFailure("input \(name) of \(program)")
    }
    try body(UnsafeMutableBufferPointer(start: memory.floats, count: memory.count))
  }

  package func execute(_ program: String, seed: UInt64, step: UInt32) {
    guard let compiled = programs[program] else { preconditionFailure("program \(program)") }
    useThreads()
    gansh_program_run(compiled.handle, seed, step)
  }

  package func output(_ name: String, of program: String) -> [Float] {
    guard let memory = programs[program]?.outputs[name] else {
      preconditionFailure("output \(name) of \(program)")
    }
    return Array(UnsafeBufferPointer(start: memory.floats, count: memory.count))
  }

  package func profile(_ program: String, seed: UInt64, step: UInt32) -> ProgramProfile {
    guard let compiled = programs[program] else { preconditionFailure("program \(program)") }
    var seconds = [Double](repeating: 0, count: compiled.kernels.count)
    useThreads()
    let whole = ContinuousClock().measure {
      gansh_program_profile(compiled.handle, seed, step, &seconds)
    }
    let kernels = zip(compiled.kernels, seconds).map { kernel, seconds in
      KernelTime(
        kernel: kernel.kernel, tensors: kernel.tensors, seconds: seconds,
        operations: kernel.operations, bytes: kernel.bytes)
    }
    return ProgramProfile(kernels: kernels, seconds: whole / .seconds(1))
  }

  /// The number belongs to the thread that computes, and whoever has used it before may have had another.
  private func useThreads() {
    guard gansh_set_threads(threads) else {
      preconditionFailure("the machine's threads cannot be started for another thread")
    }
  }

  /// What a step is, before it is timed.
  private func describe(_ step: Step, of program: Program) -> KernelTime {
    let size = MemoryLayout<Float>.size
    func shape(_ buffer: Int) -> String { program.buffers[buffer].shape.description }
    func bytes(_ buffers: [Int]) -> Int {
      buffers.reduce(0) { $0 + program.buffers[$1].count * size }
    }
    func kernel(_ name: String, _ tensors: String, _ operations: Int, _ bytes: Int) -> KernelTime {
      KernelTime(
        kernel: name, tensors: tensors, seconds: 0, operations: operations, bytes: bytes)
    }
    switch step {
    case .loop(let loop):
      return kernel("loop", loop.description, loop.operations, loop.elements() * size)
    case .fill(let buffer, _): return kernel("fill", shape(buffer), 0, bytes([buffer]))
    case .random(let distribution, _, let buffer):
      return kernel("random", "\(distribution) \(shape(buffer))", 0, bytes([buffer]))
    case .contraction(let contraction, let buffers, _):
      return kernel(
        library.kernels[contraction.kernel].name,
        buffers.map(shape).joined(separator: " "), contraction.operations, bytes(buffers))
    case .fused(let contraction, let buffers, _, let loop, let isStored):
      let result = buffers.suffix(1)
      return kernel(
        "\(library.kernels[contraction.kernel].name), fused epilogue",
        buffers.map(shape).joined(separator: " ") + ", \(loop.description)",
        contraction.operations + loop.operations,
        bytes(buffers.dropLast() + (isStored ? result : [])) + loop.elements(except: result) * size)
    case .reorder(let from, let to):
      return kernel("reorder", shape(from), 0, bytes([from, to]))
    }
  }

  /// Lends a state's values in row-major order; what is written there becomes the state's where
  /// `fromPlain`.
  private func convert(
    _ state: State, fromPlain: Bool, _ body: (UnsafeMutablePointer<Float>) -> Void
  ) {
    if state.layout == .plain { return body(state.memory.floats) }
    useThreads()
    do {
      let plain = try Memory(bytes: state.shape.count * MemoryLayout<Float>.size)
      let kernel = try library.reorder(
        state.shape, from: fromPlain ? .plain : state.layout,
        to: fromPlain ? state.layout : .plain)
      if fromPlain { body(plain.floats) }
      let program = gansh_program_make()
      defer { gansh_program_release(program) }
      let (from, to) = fromPlain ? (plain, state.memory) : (state.memory, plain)
      var operands:
        (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?)
      operands = (from.floats, to.floats, nil)
      let scratch = try Memory(bytes: gansh_kernel_scratch(kernel))
      withUnsafeBytes(of: &operands) { bytes in
        _ = gansh_program_add_kernel(
          program, kernel,
          bytes.bindMemory(to: UnsafeMutablePointer<Float>?.self).baseAddress, scratch.raw)
      }
      gansh_program_run(program, 0, 0)
      if !fromPlain { body(plain.floats) }
    } catch { preconditionFailure("a layout that was made cannot be read: \(error)") }
  }

  // MARK: Linking

  /// Fixes every pointer of a program.
  private func link(_ program: Program) throws -> Compiled {
    guard let handle = gansh_program_make() else { throw Memory.exhausted }
    var (inputs, outputs) = ([String: Memory](), [String: Memory]())
    var outputMemory: [Int: Memory] = [:]
    for (name, buffer) in program.outputs {
      let own = try Memory(bytes: program.buffers[buffer].count * MemoryLayout<Float>.size)
      (outputs[name], outputMemory[buffer]) = (own, own)
      memory += own.bytes
    }
    var places: [UnsafeMutablePointer<Float>] = []
    for (index, buffer) in program.buffers.enumerated() {
      switch buffer.storage {
      case .temporary(let offset):
        places.append((arena.raw + offset).assumingMemoryBound(to: Float.self))
      case .state(let name):
        guard let state = stateMemory[name] else { preconditionFailure("state \(name)") }
        places.append(state.memory.floats)
      case .input(let name):
        let own = try inputs[name] ?? Memory(bytes: buffer.count * MemoryLayout<Float>.size)
        if inputs[name] == nil { memory += own.bytes }
        inputs[name] = own
        places.append(own.floats)
      case .output:
        guard let own = outputMemory[index] else { preconditionFailure("an output without memory") }
        places.append(own.floats)
      }
    }
    for step in program.steps {
      guard try add(step, of: program, places, to: handle) else { throw Memory.exhausted }
    }
    return Compiled(
      handle: handle, kernels: program.steps.map { describe($0, of: program) }, inputs: inputs,
      outputs: outputs)
  }

  private func add(
    _ step: Step, of program: Program, _ places: [UnsafeMutablePointer<Float>],
    to handle: OpaquePointer
  ) throws -> Bool {
    switch step {
    case .loop(let loop):
      return LinkedLoop(loop, places).add { gansh_program_add_loop(handle, $0) }
    case .fill(let buffer, let value):
      return gansh_program_add_fill(
        handle, places[buffer], Int64(program.buffers[buffer].count), value)
    case .random(let distribution, let stream, let buffer):
      return gansh_program_add_random(
        handle, places[buffer], Int64(program.buffers[buffer].count), stream,
        distribution == .normal)
    case .contraction(let contraction, let buffers, let scratch):
      let kernel = library.kernels[contraction.kernel]
      var operands = buffers.map { Optional(places[$0]) }
      if kernel.swapsOperands { operands.swapAt(0, 1) }
      return gansh_program_add_kernel(handle, kernel.handle, operands, arena.raw + scratch)
    case .fused(let contraction, let buffers, let scratch, let loop, let isStored):
      let kernel = library.kernels[contraction.kernel]
      var operands = buffers.map { Optional(places[$0]) }
      if kernel.swapsOperands { operands.swapAt(0, 1) }
      if !isStored { operands[2] = nil }
      guard let load = loop.loads.firstIndex(where: { $0.buffer == buffers[2] }) else {
        preconditionFailure("an epilogue that does not read the result")
      }
      return LinkedLoop(loop, places).add {
        gansh_program_add_fused_kernel(
          handle, kernel.handle, operands, arena.raw + scratch, $0, Int32(load))
      }
    case .reorder(let from, let to):
      let (source, target) = (program.buffers[from], program.buffers[to])
      let kernel = try library.reorder(source.shape, from: source.layout, to: target.layout)
      // Reorders that need working memory of their own are not made by any layout used here.
      guard gansh_kernel_scratch(kernel) == 0 else {
        throw CPUBackendError(description: "a reorder wants working memory")
      }
      return gansh_program_add_kernel(handle, kernel, [places[from], places[to], nil], nil)
    }
  }
}

extension Loop {
  fileprivate var description: String {
    let extents = extents.map(String.init).joined(separator: "x")
    return "\(instructions.count + reductions.count) operations over \(extents)"
  }

  fileprivate var operations: Int {
    extents.reduce(1, *) * (instructions.count + reductions.count)
  }

  /// Elements that it reads and writes.
  fileprivate func elements(except excluded: some Sequence<Int> = []) -> Int {
    let views = loads + stores.map(\.view) + reductions.map(\.view)
    return views.reduce(0) { sum, view in
      let elements = zip(extents, view.strides).reduce(1) { $1.1 == 0 ? $0 : $0 * $1.0 }
      return sum + (excluded.contains(view.buffer) ? 0 : elements)
    }
  }
}

/// A stretch of aligned, zeroed memory.
final class Memory {
  let raw: UnsafeMutableRawPointer
  let bytes: Int

  static let exhausted = CPUBackendError(
    description: "not enough memory; a smaller batch, width or image needs less")

  init(bytes: Int) throws {
    guard let raw = gansh_allocate(bytes) else { throw Self.exhausted }
    self.raw = raw
    self.bytes = bytes
  }

  deinit { gansh_release(raw) }

  var floats: UnsafeMutablePointer<Float> { raw.assumingMemoryBound(to: Float.self) }
  var count: Int { bytes / MemoryLayout<Float>.size }
}
