import Foundation
import Notebook

/// A folder that is gone with the value.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-notebook-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String = "notebook.sqlite") -> String { url.appendingPathComponent(name).path }
}

extension RunStart {
  /// A run with everything that does not matter filled in.
  static func sample(
    _ name: String = "base", seed: UInt64 = 7,
    process: ProcessIdentity = .current, host: String = HostFacts.current.name
  ) -> RunStart {
    RunStart(
      name: name, text: "run dc on faces as \(name)", seed: seed, stepsPlanned: 1000,
      build: "gansh 0.1", threads: 2, kernels: "reference", host: host, process: process)
  }
}

/// A process that cannot be: numbers end at 2²².
let deadProcess = ProcessIdentity(pid: 5_000_000, start: "boot/1")

/// Numbers that differ and repeat: a linear congruential generator of its own for tests.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 2 &+ 1 }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
