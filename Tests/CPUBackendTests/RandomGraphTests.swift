import CPUBackend
import Compilation
import Foundation
import TensorGraph
import TestSupport
import Testing

/// Random graphs with their gradients, and gradients of these, on the processor and by the reference.
///
/// `GANSH_RANDOM_GRAPHS` says how many (2,000; 200 where nothing is optimised), `GANSH_RANDOM_SEED` tries one
/// alone, the seed that a failure names.
@Suite struct RandomGraphTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count: Int = {
    var isOptimised = true
    assert({ isOptimised = false }() == ())
    return environment["GANSH_RANDOM_GRAPHS"].flatMap(Int.init) ?? (isOptimised ? 2000 : 200)
  }()
  private static let chunks = 8

  @Test(arguments: 0..<chunks)
  func `what the processor computes is what the reference does`(chunk: Int) throws {
    if let seed = Self.environment["GANSH_RANDOM_SEED"].flatMap(UInt64.init) {
      if chunk == 0 { _ = try check(seed) }
      return
    }
    let wanted = (Self.count + Self.chunks - 1) / Self.chunks
    var (checked, seed) = (0, UInt64(chunk))
    while checked < wanted, seed < 4 * UInt64(Self.count + Self.chunks) {
      if try check(seed) { checked += 1 }
      seed += UInt64(Self.chunks)
    }
    #expect(checked == wanted, "too many graphs are near a jump")
  }

  /// - Returns: false where a value is so near a jump that single precision may fall on its other side.
  private func check(_ seed: UInt64) throws -> Bool {
    let program = RandomProgram(seed: seed)
    guard let expected = try program.expected() else { return false }
    let source = program.source
    do {
      let methods: [ContractionMethod] = [.winograd2, .library, .panels, .subsetSums]
      let backend = CPUBackend(
        threads: 1 + Int(seed % 3), kernels: .forced(methods[Int(seed / 8 % 4)]))
      let machine = try backend.makeMachine(running: [source])
      var comparison = Comparison(source, machine: machine)
      comparison.inputs = program.inputs
      comparison.states = program.states
      let actual = try comparison.run(expecting: expected.map(\.value)).actual
      for (index, (values, wanted)) in zip(actual, expected).enumerated() {
        let worst = zip(values, wanted.value).map { abs(Double($0) - $1) }.max() ?? 0
        let isClose = worst <= wanted.tolerance && !values.contains { $0.isNaN }
        let name = (source.outputs + source.updates)[index].name
        #expect(
          isClose, "seed \(seed): \(name) is off by \(worst), allowed is \(wanted.tolerance)")
      }
    } catch { Issue.record("seed \(seed): \(error)") }
    if seed % 4 == 1 { try checkSimplification(program, expected.map(\.value)) }
    if try seed % 16 == 3 && !program.hasTies() { try checkDifferences(program) }
    return true
  }

  /// The same graph, never simplified, has the same values.
  private func checkSimplification(_ program: RandomProgram, _ expected: [[Double]]) throws {
    let plain = RandomProgram(seed: program.seed, simplifies: false)
    for (index, (x, y)) in zip(try plain.values(), expected).enumerated() {
      let scale = max(1, y.map(abs).max() ?? 0)
      let worst = zip(x, y).map { abs($0 - $1) }.max() ?? 0
      #expect(
        worst <= 1e-8 * scale,
        "seed \(program.seed): result \(index) is off by \(worst) for simplification")
    }
  }

  /// Central differences of the loss, what is stopped held fast.
  private func checkDifferences(_ program: RandomProgram) throws {
    let held = try program.withStopsHeld()
    let exact = try program.firstGradients()
    for (index, source) in program.sources.enumerated() {
      for element in exact[index].indices.prefix(3) {
        let (coarse, fine) = (
          try held.difference(source, element, 2e-5), try held.difference(source, element, 1e-5)
        )
        // Where a kink lies between, the two differ.
        guard abs(coarse - fine) <= 1e-6 * max(1, abs(fine)) else { continue }
        #expect(
          abs(fine - exact[index][element]) <= 2e-5 * max(1, abs(fine)),
          """
          seed \(program.seed): \(source), element \(element): \(fine) by differences, \
          \(exact[index][element]) by rule
          """)
      }
    }
  }
}
