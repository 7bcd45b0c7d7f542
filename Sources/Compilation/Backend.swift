package import TensorGraph

/// Something that can run programs. Only the composition root names one.
package protocol Backend: Sendable {
  /// What computes, for the notebook: library, version, instruction set, threads.
  var description: String { get }
  /// Threads that compute what a machine of it runs.
  var threads: Int { get }
  /// Rewritings of graphs that its kernels gain by, in order.
  var passes: [GraphPass] { get }

  /// Compiles programs that share states, and allocates everything that they will ever need.
  ///
  /// - Throws: where memory or a kernel is not to be had.
  func makeMachine(
    running programs: [ProgramSource], options: MachineOptions
  ) throws -> any Machine
}

extension Backend {
  package func makeMachine(running programs: [ProgramSource]) throws -> any Machine {
    try makeMachine(running: programs, options: MachineOptions())
  }
}

/// How programs are computed, where that is not all the same.
package struct MachineOptions: Sendable {
  /// Whether contractions that have such a kernel multiply in bfloat16. Sums, and what lies in memory,
  /// are single precision.
  package var bfloat16: Bool
  /// Kernels that a run recorded (`Machine.kernels`), and goes on with.
  package var kernels: [String: String]

  package init(bfloat16: Bool = false, kernels: [String: String] = [:]) {
    (self.bfloat16, self.kernels) = (bfloat16, kernels)
  }
}

/// Compiled programs and the states that they share. A machine is used by one thread at a time.
///
/// Names of programs, inputs, outputs and states are those of the sources; an unknown one is a
/// programmer's error.
package protocol Machine: AnyObject {
  /// All states, in the order of their names, row-major.
  var states: [(name: String, shape: [Int])] { get }

  /// Replaces the values of a state (row-major).
  func setState(_ name: String, _ values: [Float])

  /// The values of a state (row-major).
  func state(_ name: String) -> [Float]

  /// Lends the memory of a program's input (row-major), to be filled before `execute`. It keeps its
  /// values between executions.
  func withInput(
    _ name: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows

  /// Runs a program. Random numbers are a function of `seed`, `step` and the streams in the graph.
  func execute(_ program: String, seed: UInt64, step: UInt32)

  /// Runs a program as `execute` does, and says what each kernel took.
  func profile(_ program: String, seed: UInt64, step: UInt32) -> ProgramProfile

  /// The values of an output after the latest `execute` of its program (row-major).
  func output(_ name: String, of program: String) -> [Float]

  /// The kernels that were chosen where there was a choice, by what they compute. Another choice is
  /// as right, and differs in the last bits.
  var kernels: [String: String] { get }

  /// Bytes held for states, weights in other layouts, and intermediate results.
  var memory: Int { get }
}

extension Machine {
  /// Sets a scalar input.
  package func setInput(_ name: String, of program: String, to value: Float) {
    withInput(name, of: program) { $0[0] = value }
  }

  /// A scalar output.
  package func scalar(_ name: String, of program: String) -> Float {
    output(name, of: program)[0]
  }
}
