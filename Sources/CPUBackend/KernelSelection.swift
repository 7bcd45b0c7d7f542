import CKernels
package import Foundation
import Glibc
import Synchronization

/// A way to do a contraction.
package enum ContractionMethod: String, Sendable, CaseIterable, Codable {
  /// oneDNN's kernel.
  case library
  /// Winograd's form with tiles of 2x2 outputs; strides by phases.
  case winograd2
  /// The same with tiles of 4x4, in single precision always.
  case winograd4
  /// For images of up to four channels: all taps or phases at once.
  case imageEnd
  /// `winograd2` in single precision, where bfloat16 is permitted and may be slower.
  case winograd2Single
  /// `imageEnd` in single precision, likewise.
  case imageEndSingle
  /// The direct way in tiles of the processor's matrix unit, where bfloat16 is permitted.
  case tiles
  /// For dense layers: gansh's own product over weights in panels, with which an epilogue
  /// is fused.
  case panels
  /// For products of a left operand that is known but for its signs: sums of rows, looked up by them.
  case subsetSums
}

/// Which kernel does which contraction: as a run recorded, as measured before on this machine, or as
/// measured now.
///
/// A choice changes the order of additions and so the last bits of a result; a run that goes on takes
/// the choices that it began with.
package final class KernelSelection: Sendable {
  private let rule: Rule
  private let recorded: [String: ContractionMethod]
  private let state: Mutex<State>

  package enum Rule: Sendable {
    /// What is fastest here, measured once and kept in this file.
    case measured(cache: URL?)
    /// One method wherever it exists, else oneDNN's.
    case forced(ContractionMethod)
  }

  private struct State {
    /// Choices by question, of this machine.
    var known: [String: ContractionMethod]
    var used: [String: ContractionMethod] = [:]
  }

  /// - Parameter recorded: choices that go before all others.
  package init(_ rule: Rule, recorded: [String: ContractionMethod] = [:]) {
    self.rule = rule
    self.recorded = recorded
    var known: [String: ContractionMethod] = [:]
    if case .measured(let cache?) = rule { known = Self.read(cache) }
    state = Mutex(State(known: known.merging(recorded) { $1 }))
  }

  /// The choices that were made, by question.
  package var used: [String: ContractionMethod] { state.withLock { $0.used } }

  /// Whether a run has recorded a choice.
  func isRecorded(_ question: String) -> Bool { recorded[question] != nil }

  func method(
    for question: String, among methods: [ContractionMethod],
    seconds: (ContractionMethod) throws -> Double
  ) throws -> ContractionMethod {
    if let known = state.withLock({ $0.known[question] }), methods.contains(known) {
      state.withLock { $0.used[question] = known }
      return known
    }
    let chosen: ContractionMethod
    switch rule {
    case .forced(let method): chosen = methods.contains(method) ? method : .library
    case .measured(let cache):
      guard methods.count > 1 else { return .library }
      chosen = try Self.alone(with: cache) {
        if let cache, let known = Self.read(cache)[question], methods.contains(known) {
          return known
        }
        let fastest = try Self.fastest(of: methods, seconds)
        if let cache { Self.add([question: fastest], to: cache) }
        return fastest
      }
    }
    state.withLock {
      $0.known[question] = chosen
      $0.used[question] = chosen
    }
    return chosen
  }

  /// The fastest by its best time. All are measured by turns, so that what else the machine does strikes
  /// all alike, and those that are close more often.
  private static func fastest(
    of methods: [ContractionMethod], _ seconds: (ContractionMethod) throws -> Double
  ) rethrows -> ContractionMethod {
    var best: [ContractionMethod: Double] = [:]
    var contenders = methods
    for round in 0..<5 {
      for method in contenders {
        best[method] = min(best[method] ?? .infinity, try seconds(method))
      }
      guard round > 0 else { continue }
      let least = best.values.min() ?? .infinity
      contenders = methods.filter { (best[$0] ?? .infinity) <= 1.15 * least }
      if contenders.count < 2 { break }
    }
    return contenders.min { (best[$0] ?? .infinity) < (best[$1] ?? .infinity) } ?? .library
  }

  // MARK: Cache

  private static let measuring = Mutex(())

  /// Runs `body` while nobody else measures, in this process or in another one with the same file:
  /// what is measured beside something else is measured wrongly, and two runs that begin at once are
  /// to make the same choices.
  private static func alone<Result>(with cache: URL?, _ body: () throws -> Result) rethrows
    -> Result
  {
    try measuring.withLock { _ in
      var file: Int32 = -1
      if let cache {
        try? FileManager.default.createDirectory(
          at: cache.deletingLastPathComponent(), withIntermediateDirectories: true)
        file = open(cache.path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      }
      // Without a file to lock there is no other process to agree with.
      defer { if file >= 0 { close(file) } }
      while file >= 0, flock(file, LOCK_EX) < 0, errno == EINTR {}
      return try body()
    }
  }

  /// Choices by the machine that they were measured on.
  private typealias File = [String: [String: ContractionMethod]]

  private static func read(_ cache: URL) -> [String: ContractionMethod] {
    contents(cache)[machine] ?? [:]
  }

  /// A file that is not there, or not one of gansh's, holds no choices: they are measured again.
  private static func contents(_ cache: URL) -> File {
    guard let data = try? Data(contentsOf: cache) else { return [:] }
    return (try? JSONDecoder().decode(File.self, from: data)) ?? [:]
  }

  /// A folder that cannot be written costs the next program the measurement, and nothing else.
  private static func add(_ choices: [String: ContractionMethod], to cache: URL) {
    var file = contents(cache)
    file[machine, default: [:]].merge(choices) { $1 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(file) else { return }
    try? FileManager.default.createDirectory(
      at: cache.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? data.write(to: cache, options: .atomic)
  }

  /// Processor, library, the instructions that it uses, and threads.
  private static var machine: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = text.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) }
    return [
      model ?? "processor", CPUBackend(threads: Int(gansh_threads())).description,
      "instructions \(gansh_instructions())",
    ].joined(separator: ", ")
  }
}
