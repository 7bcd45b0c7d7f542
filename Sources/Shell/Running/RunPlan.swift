import Datasets
import Foundation
import Language
import Specification
import Training

/// What the options of `run` ask for, beside the recipe's own.
struct RunPlan {
  let seed: UInt64
  let threads: Int?
  let logInterval: Int
  let sheetInterval: Int
  let checkpointInterval: Int
  let sampleCount: Int
  private let stepCount: Int?
  private let epochs: (count: Double, place: Span)?
  private let recipeOptions: [Option]

  /// - Throws: for a value out of its range, an unknown option (the recipe's are known), and for
  ///   `steps` beside `epochs`.
  init(_ options: [Option]) throws(Diagnostic) {
    var reader = try OptionReader(options, of: "run")
    stepCount = try reader.take("steps")?.integer(in: Limits.steps, for: "steps")
    if let term = reader.take("epochs") {
      let range = Double.leastNonzeroMagnitude...1e6
      epochs = (try term.number(in: range, for: "epochs"), term.span)
      if stepCount != nil {
        throw Diagnostic("either `steps` or `epochs`, not both", at: term.span)
      }
    } else {
      epochs = nil
    }
    seed = try reader.take("seed")?.seed(for: "seed") ?? 1
    threads = try reader.take("threads")?.integer(in: 1...1024, for: "threads")
    let intervals = 1...Limits.steps.upperBound
    logInterval = try reader.take("log")?.integer(in: intervals, for: "log") ?? 1
    sheetInterval = try reader.take("sheets")?.integer(in: intervals, for: "sheets") ?? 500
    checkpointInterval =
      try reader.take("checkpoints")?.integer(in: intervals, for: "checkpoints") ?? 500
    sampleCount = try reader.take("samples")?.integer(in: 1...4096, for: "samples") ?? 64
    recipeOptions = reader.remaining
    _ = try recipe(changing: RecipeSpecification())
  }

  /// A recipe with what the options change in it.
  func recipe(changing base: RecipeSpecification) throws(Diagnostic) -> RecipeSpecification {
    try base.changed(by: recipeOptions, of: "run")
  }

  /// Updates of the generator in all; `epochs` become whole passes over the data.
  func steps(over dataset: Dataset, recipe: RecipeSpecification) throws(Diagnostic) -> Int {
    guard let epochs else { return stepCount ?? 20_000 }
    guard let count = dataset.count else {
      throw Diagnostic(
        "points never end, so they have no epochs", at: epochs.place,
        help: ["say how long in steps: `steps=20k`"])
    }
    let steps = Training.steps(
      epochs: epochs.count, count: count, batch: recipe.batch,
      discriminatorSteps: recipe.discriminatorSteps)
    return min(max(steps, 1), Limits.steps.upperBound)
  }

  /// A run's name is a folder's name too.
  ///
  /// - Throws: for anything but letters, digits and `- _ .`, and for a dot or dash in front.
  static func check(name: Word) throws(Diagnostic) {
    let isPlain = name.text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0)
    }
    let starts = name.text.first.map { $0 != "." && $0 != "-" } ?? false
    guard isPlain, starts, name.text.utf8.count <= 100 else {
      throw Diagnostic(
        "a run's name is made of letters, digits, `-`, `_` and `.`, at most 100",
        at: name.span, help: ["it names the folder of its checkpoints too"])
    }
  }
}
