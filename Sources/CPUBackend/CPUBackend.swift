import COneDNN
package import Compilation

/// Runs programs on the processor, with oneDNN for contractions and gansh's own vector kernels for the
/// rest.
package struct CPUBackend: Backend {
  /// - Parameter threads: that every kernel uses; nil: one per available core.
  package init(threads: Int? = nil) {
    if let threads { gansh_set_threads(Int32(clamping: threads)) }
  }

  package var description: String {
    var text = [CChar](repeating: 0, count: 128)
    gansh_describe(&text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package func makeMachine(running programs: [ProgramSource]) throws -> any Machine {
    try CPUMachine(programs)
  }
}

/// What the processor or its memory could not do.
package struct CPUBackendError: Error, CustomStringConvertible {
  package let description: String
}
