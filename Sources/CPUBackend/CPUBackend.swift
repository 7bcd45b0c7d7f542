import CKernels
package import Compilation
package import TensorGraph

/// Runs programs on the processor, with oneDNN and gansh's own kernels.
package struct CPUBackend: Backend {
  private let rule: KernelSelection.Rule
  package let threads: Int
  package let passes: [GraphPass] = [
    .narrowProducts, .rectifierResults, .maskedProducts,
  ]

  /// - Parameters:
  ///   - threads: that every kernel uses; nil: one per available core.
  ///   - kernels: how a kernel is chosen where there are several.
  package init(threads: Int? = nil, kernels rule: KernelSelection.Rule = .forced(.winograd2)) {
    self.threads = threads.map { max(1, $0) } ?? Int(gansh_processors())
    self.rule = rule
  }

  package var description: String {
    var text = [CChar](repeating: 0, count: 128)
    gansh_describe(&text, text.count, Int32(clamping: threads))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package func makeMachine(
    running programs: [ProgramSource], options: MachineOptions
  ) throws -> any Machine {
    let recorded = options.kernels.compactMapValues(ContractionMethod.init)
    return try CPUMachine(
      programs, passes: passes, threads: Int32(clamping: threads),
      selection: KernelSelection(rule, recorded: recorded),
      bfloat16: options.bfloat16)
  }

  /// C++ objects that kernels have put on the heap while they ran, since the process began.
  package static var heapObjects: Int { Int(gansh_heap_objects()) }
}

/// What the processor or its memory could not do.
package struct CPUBackendError: Error, CustomStringConvertible {
  package let description: String
}
