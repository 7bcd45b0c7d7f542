import Foundation
import MetricDescriptions
import Networks
import Notebook
import Shell
import Specification

/// Runs as researchers have them, of the architectures and with the numbers that they try.
enum SampleRuns {
  /// What a run measures, and scores of its samples.
  static let metrics =
    AdversarialMetrics.all.map(\.name) + ["images", "distance", "precision", "recall"]
  private static let count = 10_000
  private static let steps = 200

  /// A number that looks like a metric's: it wanders and is noisy.
  static func value(_ metric: Int, _ step: Int, run: Int = 0) -> Double {
    // SplitMix64's mixing.
    var bits = UInt64(bitPattern: Int64(run &* 1_000_003 &+ step &* 11 &+ metric))
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    let noise = Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
    return Double(metric + 1) * (1 / (1 + Double(step) / 500) + 0.1 * noise)
  }

  private static let architectures: [(name: String, specification: ArchitectureSpecification)] = {
    [("mlp", "mlp"), ("conv", "conv"), ("dc", "dcgan")].compactMap { name, preset in
      let specification = try? ArchitectureSpecification(like: "\(preset) image=64x64x3")
      return specification.map { (name, $0) }
    }
  }()

  /// The run of that number; its declarations are those of the notebook.
  static func start(_ name: String, number: Int, in notebook: Notebook) throws -> RunStart {
    let (architecture, networks) = architectures[number % architectures.count]
    var recipe = RecipeSpecification.standard(for: networks)
    recipe.batch = [16, 32, 64, 128][number / 3 % 4]
    let specification = RunSpecification(
      architecture: networks, dataset: faces, recipe: recipe, steps: 20_000,
      seed: UInt64(number))
    func declare(
      _ kind: DeclarationKind, _ name: String, _ text: String
    ) throws -> Int64 {
      try notebook.declare(kind, name: name, text: text).id
    }
    return RunStart(
      name: name,
      architecture: try declare(.architecture, architecture, "arch"),
      dataset: try declare(.dataset, "faces", "data"),
      recipe: try declare(.recipe, "batch\(recipe.batch)", "recipe"),
      text: specification.script(
        architecture: architecture, dataset: "faces", recipe: "batch\(recipe.batch)", run: name),
      seed: UInt64(number), stepsPlanned: 20_000,
      build: "gansh", threads: 2, kernels: "oneDNN 2.6.3, AVX-512, 2 threads")
  }

  private static let faces = DatasetSpecification(
    source: .read(
      SourceSpecification(
        "ring",
        [
          .init("modes", .bare("8")), .init("radius", .bare("1")), .init("sigma", .bare("0.01")),
        ])), preprocessing: nil)

  /// Makes a notebook of 10,000 runs with 2,000 points each.
  static func write(to path: String) throws {
    let notebook = try Notebook.open(at: path, derivation: .language)
    for index in 0..<count {
      let run = try notebook.begin(try start("run-\(index)", number: index, in: notebook))
      let writer = notebook.metricWriter(for: run)
      for step in 1...steps {
        let values = metrics.indices.map { (metrics[$0], value($0, step, run: index)) }
        try writer.log(values, step: step * 100)
      }
      try writer.finish(index % 10 == 9 ? .stopped : .finished, stepsDone: steps * 100)
      if index % 5 == 0 { try notebook.tag("seen", run: run.id) }
    }
    try notebook.close()
  }

  /// What is asked of it.
  static func questions(names: [String]) -> [(String, (Notebook) throws -> Void)] {
    let chosen = (0..<20).compactMap { names.isEmpty ? nil : names[$0 * names.count / 20] }
    return [
      ("everyRun", { _ = try $0.runs() }),
      ("everySummary", { _ = try $0.summaries() }),
      (
        "listing",
        { notebook in
          _ = try notebook.query(
            "select name, status, stepsDone, stepsPlanned, seed, started, heartbeat from run")
          _ = try notebook.summaries(metrics: Array(metrics.prefix(4)))
        }
      ),
      ("names", { _ = try $0.runNames() }),
      ("metricNames", { _ = try $0.metricNames() }),
      ("where", { _ = try $0.values(columns, ofRuns: good) }),
      (
        "whereAtStep",
        {
          _ = try $0.values(
            columns,
            ofRuns: RowQuery(.compare(.metricAt("fid", step: 100), .less, .real(7)), limit: 20))
        }
      ),
      ("compare20", { _ = try $0.compare(chosen) }),
      (
        "best",
        {
          let fid = RunQuantity.metric("fid", .minimum)
          _ = try $0.values(columns + [fid], ofRuns: RowQuery(order: [.init(fid)], limit: 10))
        }
      ),
      ("series", { _ = try $0.series(run: 5000, metric: "fid") }),
      ("details", { _ = try $0.details(ofRun: chosen[0]) }),
    ]
  }

  /// What a listing shows of a run.
  private static let columns: [RunQuantity] =
    [.column(.name), .column(.status), .column(.steps), .column(.architecture), .column(.took)]
    + metrics.prefix(4).map { .metric($0, .last) }

  /// `where lr<3e-4 and fid<6 and arch=dc order by fid limit 20`.
  private static let good = RowQuery<RunQuantity>(
    .all([
      .compare(.numericParameter("lr"), .less, .real(3e-4)),
      .compare(.metric("fid", .last), .less, .real(6)),
      .compare(.column(.architecture), .equal, .text("dc")),
    ]), order: [.init(.metric("fid", .last))], limit: 20)
}
