import Foundation
import Glibc
import Notebook
import Shell
import Specification

/// Writing metrics into a notebook, and asking one of many runs.
struct NotebookBenchmark {
  /// Where the notebook that is asked is kept, or is already; nil: it is made and removed.
  let kept: String?

  static let name = "notebook"

  func run() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "gansh-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try print(Writing(in: folder))
    try print(Logging(in: folder))
    try print(Asking(at: kept ?? folder.appending(path: "many.sqlite").path))
  }

  private func print(_ result: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    Swift.print(String(decoding: try encoder.encode(result), as: UTF8.self))
    fflush(nil)
  }
}

/// As fast as it goes: steps of ten metrics, with closing the notebook.
private struct Writing: Encodable {
  var workload = "notebook-writing"
  let points: Int
  let pointsPerSecond: Double
  let bytesPerPoint: Double
  /// Of the whole process, for a point.
  let processorMicroseconds: Double

  init(in folder: URL) throws {
    let (steps, path) = (100_000, folder.appending(path: "writing.sqlite").path)
    let notebook = try Notebook.open(at: path, derivation: .language)
    let run = try notebook.begin(SampleRuns.start("writing", number: 1, in: notebook))
    let (clock, used) = (ContinuousClock(), ProcessorTime.ofProcess)
    let names = SampleRuns.metrics
    let elapsed = try clock.measure {
      let writer = notebook.metricWriter(for: run)
      for step in 1...steps {
        try writer.log(names.indices.map { (names[$0], SampleRuns.value($0, step)) }, step: step)
      }
      try writer.finish(.finished, stepsDone: steps)
      try notebook.close()
    }
    points = steps * names.count
    pointsPerSecond = Double(points) / (elapsed / .seconds(1))
    processorMicroseconds = (ProcessorTime.ofProcess - used) * 1e6 / Double(points)
    bytesPerPoint = Double(notebook.size) / Double(points)
  }
}

/// At the pace of the smallest preset: ten metrics every 0.6 ms, for five seconds.
private struct Logging: Encodable {
  var workload = "notebook-logging"
  let stepMilliseconds = 0.6
  /// How long a call for ten metrics keeps the one who logs.
  let callMicroseconds: Double
  let callMicroseconds99: Double
  /// Of a step's time, on the thread that logs.
  let share: Double
  /// Processor time of all threads, as a share of a step's time.
  let processorShare: Double

  init(in folder: URL) throws {
    let notebook = try Notebook.open(at: folder.appending(path: "logging.sqlite").path)
    let run = try notebook.begin(SampleRuns.start("logging", number: 1, in: notebook))
    let writer = notebook.metricWriter(for: run)
    let (names, steps) = (SampleRuns.metrics, 8000)
    let clock = ContinuousClock()
    var calls: [Double] = []
    let pause = Duration.seconds(stepMilliseconds / 1e3)
    let before = ProcessorTime.ofProcess - ProcessorTime.ofThread
    let begun = clock.now
    for step in 1...steps {
      let values = names.indices.map { (names[$0], SampleRuns.value($0, step)) }
      let call = try clock.measure { try writer.log(values, step: step) }
      calls.append(call / .seconds(1))
      // What waiting costs is this thread's, and not counted.
      while clock.now < begun + pause * step { usleep(100) }
    }
    try writer.close()
    let others = ProcessorTime.ofProcess - ProcessorTime.ofThread - before
    let sum = calls.reduce(0, +)
    calls.sort()
    callMicroseconds = calls[steps / 2] * 1e6
    callMicroseconds99 = calls[steps * 99 / 100] * 1e6
    let trained = Double(steps) * stepMilliseconds / 1e3
    share = sum / trained
    processorShare = (sum + others) / trained
  }
}

/// Questions to a notebook of 10,000 runs and 20 million points.
private struct Asking: Encodable {
  var workload = "notebook-asking"
  let runs: Int
  let points: Int
  let mebibytes: Double
  /// Nil where the notebook was there.
  let secondsToMake: Double?
  /// Medians of five.
  let milliseconds: [String: Double]

  init(at path: String) throws {
    let clock = ContinuousClock()
    let isThere = FileManager.default.fileExists(atPath: path)
    let making = isThere ? nil : try clock.measure { try SampleRuns.write(to: path) } / .seconds(1)
    secondsToMake = making
    let notebook = try Notebook.open(at: path, derivation: .language)
    let summaries = try notebook.query("select count(*), sum(count) from metricSummary").rows
    guard case .integer(let points)? = summaries.first?.last else {
      throw NotebookError.noSuchRun("in the notebook at \(path)")
    }
    let names = try notebook.runs().map(\.name)
    (runs, self.points) = (names.count, Int(points))
    mebibytes = Double(notebook.size) / 1_048_576
    var milliseconds: [String: Double] = [:]
    for (question, answer) in SampleRuns.questions(names: names) {
      let times = try (0..<5).map { _ in
        // A connection of its own each time, as a program that is started has.
        let notebook = try Notebook.open(at: path, derivation: .language)
        let time = try clock.measure { try answer(notebook) }
        try notebook.close()
        return time / .milliseconds(1)
      }
      milliseconds[question] = times.sorted()[2]
    }
    milliseconds["open"] =
      try clock.measure { try Notebook.open(at: path, derivation: .language).close() }
      / .milliseconds(1)
    self.milliseconds = milliseconds
  }
}

/// Processor seconds that were used.
private enum ProcessorTime {
  static var ofProcess: Double { seconds(RUSAGE_SELF.rawValue) }
  static var ofThread: Double { seconds(1) }

  private static func seconds(_ who: Int32) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
