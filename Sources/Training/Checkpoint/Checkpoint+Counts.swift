import Foundation
package import Networks
package import Specification

extension Checkpoint {
  /// What a file counts.
  enum Counts: Sendable, Hashable {
    /// Of the third version of the format: everything.
    case all(TrainingCounters)
    /// Of earlier ones: the discriminator's updates, each of which took a batch.
    case discriminatorUpdates(Int)

    struct Fault: Error { let reason: String }

    /// Executions of a step, at most, and updates of a phase in it.
    private static let mostInStep = 1000

    init(_ metadata: [String: String], version: Int, step: Int) throws(Fault) {
      func number(_ key: String, most: Int) throws(Fault) -> Int {
        guard let number = metadata[key].flatMap(Int.init), number >= 0 else {
          throw Fault(reason: "its \(key) cannot be read")
        }
        guard number <= most else {
          throw Fault(reason: "no run has \(key) \(number) after \(step) steps")
        }
        return number
      }
      func table(_ key: String) throws(Fault) -> [String: Int] {
        guard let text = metadata[key],
          let table = try? JSONDecoder().decode([String: Int].self, from: Data(text.utf8))
        else { throw Fault(reason: "its \(key) cannot be read") }
        for (name, number) in table where number < 0 || number > step * Self.mostInStep {
          throw Fault(reason: "no run has \(key) \(number) of \(name) after \(step) steps")
        }
        return table
      }
      guard version > 2 else {
        // A step took a batch for each of the discriminator's updates.
        let most = Int(Dial.discriminatorSteps.range.upperBound)
        let batches = try number("batches", most: step * most)
        guard batches >= step else {
          throw Fault(reason: "no run has batches \(batches) after \(step) steps")
        }
        self = .discriminatorUpdates(batches)
        return
      }
      let most = step * Self.mostInStep
      self = .all(
        TrainingCounters(
          step: step, updates: try table("updates"), draws: try table("draws"),
          batches: try number("position", most: most),
          // Not of the position: with other data it begins anew, and what was seen before is still counted.
          examples: try number("examples", most: most * Limits.batch.upperBound)))
    }

    static func metadata(_ counters: TrainingCounters) -> [String: String] {
      [
        "updates": Checkpoint.written(counters.updates),
        "draws": Checkpoint.written(counters.draws), "position": String(counters.batches),
        "examples": String(counters.examples),
      ]
    }
  }

  /// How far the run had come that wrote it.
  ///
  /// - Throws: `.foreign` where the plan has a phase that it does not count.
  package func counters(
    for plan: Plan, _ recipe: RecipeSpecification
  ) throws(TrainingError) -> TrainingCounters {
    let counters: TrainingCounters
    switch counts {
    case .all(let all): counters = all
    case .discriminatorUpdates(let updates):
      // Further updates of the generator, of which each step had as many, took a batch where they read one.
      let further = step * max(0, recipe.generatorSteps - 1)
      let reads = plan.phases.contains { $0.name == "generator" && $0.columns.contains(.image) }
      let batches = updates + (reads ? further : 0)
      counters = TrainingCounters(
        step: step, updates: ["discriminator": updates, "generator": step + further],
        draws: ["discriminator": updates, "generator": further], batches: batches,
        examples: batches * plan.batch)
    }
    for phase in plan.phases where counters.updates[phase.name] == nil {
      throw .foreign(file: tensors.name, "it does not count the updates of the \(phase.name)")
    }
    return counters
  }
}
