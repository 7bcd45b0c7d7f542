import Compilation
import Foundation
import Networks
import Specification
import TestSupport
import Testing
import Training

/// What a training step of each preset is compiled to. A change of the compiler that is to change no program
/// is proved by these listings; where they are to change, `GANSH_WRITE_LISTINGS=1` writes them anew.
@Suite struct StepListingTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let penalty: Bool
    let architecture: String
  }

  static let cases: [Case] = [false, true].flatMap { penalty in
    let suffix = penalty ? "-gp" : ""
    return [
      Case(
        description: "points\(suffix)", penalty: penalty, architecture: "like mlp points=2"),
      Case(
        description: "mlp\(suffix)", penalty: penalty, architecture: "like mlp image=32x32x3"),
      Case(
        description: "conv\(suffix)", penalty: penalty, architecture: "like conv image=32x32x3"),
      Case(
        description: "dcgan\(suffix)", penalty: penalty,
        architecture: "like dcgan image=32x32x3 width=16"),
    ]
  }

  @Test(arguments: cases)
  func `the kernels, layouts and bytes of a step are those of before`(preset: Case) throws {
    let architecture = try architecture(preset.architecture)
    var recipe = RecipeSpecification.standard(for: architecture)
    if preset.penalty { recipe.penalties = [PenaltySpecification("gp", weight: 10)] }
    let programs = try Plan(architecture: architecture, recipe: recipe).training()
    let step = try #require(programs.first { $0.name == Plan.step })
    let listing = try StepListing(ProgramSource(step)).description
    let file = "listings/\(preset).txt"
    if ProcessInfo.processInfo.environment["GANSH_WRITE_LISTINGS"] != nil {
      let target = Fixture.folder.appending(path: file)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(listing.utf8).write(to: target)
    }
    let before = String(decoding: try Fixture.data(file), as: UTF8.self)
    let (old, new) = (before.split(separator: "\n"), listing.split(separator: "\n"))
    let first = zip(old, new).first { $0 != $1 }
    let isSame = listing == before
    #expect(isSame, "first \(first.map { "\($0) became \($1)" } ?? "one is longer")")
  }

  /// What is computed beside the training has no vote on layouts, whatever its batch.
  @Test(arguments: cases)
  func `a step is compiled to the same with evaluations beside it`(preset: Case) throws {
    let architecture = try TestSupport.architecture(preset.architecture)
    var recipe = RecipeSpecification.standard(for: architecture)
    recipe.generatorAverage = 0.99
    let plan = try Plan(architecture: architecture, recipe: recipe)
    let step = ProgramSource(try #require(try plan.training().first { $0.name == Plan.step }))
    let others = try plan.evaluating(count: 3).map(ProgramSource.init)
    let alone = try StepListing(step).description
    let beside = try StepListing(step, between: (others, others.map { $0.renamed })).description
    #expect(others.count == 2 && alone == beside)
  }
}

extension ProgramSource {
  fileprivate var renamed: ProgramSource {
    ProgramSource(name: "\(name) again", graph: graph, outputs: outputs, updates: updates)
  }
}
