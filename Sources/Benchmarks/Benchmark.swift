import ArgumentParser
import CPUBackend
import Compilation
import Foundation

/// Times training steps, each workload in a process of its own.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gansh-bench",
    abstract: "Time training steps: a JSON line for each workload.",
    discussion: "Workloads: " + Workload.all.map(\.name).joined(separator: ", ")
      + "; and, each alone, notebook: writing metrics, and asking a notebook of 10,000 runs; augmentation: changing "
      + "examples, and a step with that.")

  @Argument(help: "Workloads; all of them if none is named.")
  var workloads: [String] = []

  @Option(help: "Steps to time, after three that are not; enough for a second if not given.")
  var steps: Int?

  @Option(
    help:
      "library, winograd2, winograd4, imageEnd, winograd2Single, imageEndSingle, tiles, panels or subsetSums where it exists; else the fastest."
  )
  var kernels: ContractionMethod?

  @Option(help: "Images that inception or vgg16 look at together.")
  var batch: Int?

  @Option(help: "Threads that compute; one for each processor if not given.")
  var threads: Int?

  @Flag(help: "Print the kernels of a step by their time instead.")
  var profile = false

  @Flag(help: "Time workloads in single precision and with bfloat16 permitted, by turns, instead.")
  var precisions = false

  @Flag(help: "Time dcgan over widths, sizes and batches instead, as a Markdown table.")
  var growth = false

  @Option(help: "Time the decoding of this CelebA folder or archive instead.")
  var celeba: String?

  @Option(help: "With notebook: keep the one of 10,000 runs here, or use the one that is there.")
  var kept: String?

  func run() throws {
    if workloads == [AugmentationBenchmark.name] {
      return try AugmentationBenchmark(backend: backend, steps: steps).run()
    }
    if workloads == [NotebookBenchmark.name] { return try NotebookBenchmark(kept: kept).run() }
    if workloads.count == 1, let network = FeatureBenchmark.network(workloads[0]) {
      let benchmark = FeatureBenchmark(network: network, batch: batch, threads: threads)
      if profile { return print(try benchmark.profile(on: backend)) }
      return try benchmark.time(on: backend, steps: steps)
    }
    if let celeba { return try PipelineBenchmark(path: celeba).run() }
    if growth { return try GrowthTable(backend: backend).print() }
    let names = workloads.isEmpty ? Workload.all.map(\.name) : workloads
    let chosen = try names.map { name in
      guard let workload = Workload.all.first(where: { $0.name == name }) else {
        throw ValidationError("there is no workload \(name)")
      }
      return workload
    }
    if precisions {
      let compared = workloads.isEmpty ? chosen.filter { $0.name.hasPrefix("dcgan64-64") } : chosen
      for workload in compared {
        try PrecisionComparison(workload: workload, backend: backend).print(steps: steps ?? 20)
      }
      return
    }
    if chosen.count == 1 { return try time(chosen[0]) }
    // Peak memory is a process's.
    for workload in chosen { try runAlone(workload) }
  }

  private var backend: CPUBackend {
    let cache = URL(filePath: NSHomeDirectory()).appending(path: ".cache/gansh/kernels.json")
    return CPUBackend(
      threads: threads, kernels: kernels.map { .forced($0) } ?? .measured(cache: cache))
  }

  private func runAlone(_ workload: Workload) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    var arguments = [workload.name]
    if let steps { arguments += ["--steps", String(steps)] }
    if let kernels { arguments += ["--kernels", kernels.rawValue] }
    if profile { arguments.append("--profile") }
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ExitCode.failure }
  }

  private func time(_ workload: Workload) throws {
    let prepared = try workload.prepared(on: backend)
    for _ in 0..<3 { prepared.advance() }
    if profile { return print(prepared.profile()) }
    let timing = Timing(steps: steps) { prepared.advance() }
    let rate = Double(prepared.operations) / timing.median / 1e9
    let product = MatrixProduct.rate
    try Result(
      workload: workload.name, batch: workload.batch,
      stepMilliseconds: timing.median * 1e3, fastestMilliseconds: timing.fastest * 1e3,
      imagesPerSecond: Double(workload.batch) / timing.median, gigaflops: rate,
      productGigaflops: product, shareOfProduct: rate / product,
      peakMemoryMiB: Self.peakMemory(), kernels: CPUBackend().description
    ).print()
  }

  private func print(_ profile: ProgramProfile) {
    func milliseconds(_ seconds: Double) -> String { String(format: "%9.3f ms", seconds * 1e3) }
    Swift.print(
      "\(profile.kernels.count) kernels,\(milliseconds(profile.seconds)), between them"
        + milliseconds(profile.secondsBetween))
    for kernel in profile.kernels.sorted(by: { $0.seconds > $1.seconds }) {
      let rates = String(
        format: " %5.1f%% %7.0f GFLOP/s %6.1f GB/s  ", 100 * kernel.seconds / profile.seconds,
        Double(kernel.operations) / kernel.seconds / 1e9,
        Double(kernel.bytes) / kernel.seconds / 1e9)
      Swift.print(milliseconds(kernel.seconds) + rates + kernel.kernel + " " + kernel.tensors)
    }
  }

  /// A JSON line.
  private struct Result: Encodable {
    let workload: String
    let batch: Int
    let stepMilliseconds: Double
    let fastestMilliseconds: Double
    let imagesPerSecond: Double
    /// Direct arithmetic over time, and over what a large matrix product reaches in this run.
    let gigaflops: Double
    let productGigaflops: Double
    let shareOfProduct: Double
    let peakMemoryMiB: Double
    let kernels: String

    func print() throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
      fflush(nil)
    }
  }

  /// The largest resident set of this process so far.
  private static func peakMemory() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}

extension ContractionMethod: ExpressibleByArgument {}
