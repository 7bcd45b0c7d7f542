import Foundation
import Language
package import Metrics
import Networks
import Reports
package import Specification
import TerminalText

/// A change that has helped others, as a line that can be run.
package struct Remedy {
  /// What runs with it are called by.
  package let name: String
  /// What stands in the line: `penalty=r1:1`.
  package var change: String
  /// Why it helps here.
  let reason: String
  /// What a step costs with it, over one without.
  let cost: Double
  let source: String
  /// Whether it is a turn of a dial, for which the run need not go back.
  var isDial = false
  /// Whether dials that were turned between a branch's beginning and the failure stay as they were before.
  var leavesTurnsOut = false
}

extension Remedy {
  /// The change, as tables have it.
  var title: String {
    change.isEmpty ? leavesTurnsOut ? "without turns of dials" : "none" : change
  }

  /// The way on without turns of dials after which a run failed.
  static func leavingOut(_ turns: [Tweak]) -> Remedy {
    let made = turns.map { "\($0.dial.rawValue)=\($0.setting) at step \(grouped($0.step))" }
    return Remedy(
      name: "without-turns", change: "",
      reason:
        "the run failed after a turn of a dial (\(made.joined(separator: ", "))); this goes on without it",
      cost: 1, source: "", leavesTurnsOut: true)
  }

  /// The dials as they were turned when it was too late.
  static func asTurned(_ change: String) -> Remedy {
    Remedy(
      name: "as-turned", change: change,
      reason: "dials were turned after it had failed; this goes on with them from before",
      cost: 1, source: "", isDial: false)
  }

  /// What is worth trying for a run that fails, the best first, and last what its networks do not suit. What the run
  /// has already is left out.
  package static func proposed(
    for failure: Failure, _ specification: RunSpecification
  ) -> [Remedy] {
    let (recipe, isOfPoints) = (specification.recipe, specification.architecture.example.isPoint)
    let (g, d) = (
      recipe.generatorOptimiser.learningRate, recipe.discriminatorOptimiser.learningRate
    )
    let has = { (keyword: String) in recipe.penalties.contains { $0.keyword == keyword } }
    let weight = isOfPoints ? "1" : "10"
    var all: [Remedy] = []
    func add(_ isWanted: Bool, _ remedy: Remedy) { if isWanted { all.append(remedy) } }

    let slower = Remedy(
      name: "slower-generator", change: "glr=\(printed(d))",
      reason:
        "the generator learns \(Readable.number(g / d, digits: 2)) times as fast as the discriminator, and moves from mode to mode before the discriminator's scores of them have fallen",
      cost: 1, source: "Heusel et al. 2017, arXiv:1706.08500", isDial: true)
    let standard = RecipeSpecification.standard(for: specification.architecture)
    let (usualG, usualD) = (
      standard.generatorOptimiser.learningRate, standard.discriminatorOptimiser.learningRate
    )
    let usual = Remedy(
      name: "usual-rates",
      change: usualG == usualD
        ? "lr=\(printed(usualG))" : "glr=\(printed(usualG)) dlr=\(printed(usualD))",
      reason:
        "a learning rate is \(Readable.number(max(g / usualG, d / usualD), digits: 2)) times that of the model's own recipe",
      cost: 1, source: "the recipe of `\(specification.architecture.origin)`", isDial: true)
    let steadier = Remedy(
      name: "r1", change: "penalty=r1:\(weight)",
      reason: "a discriminator whose gradient on the data is small lets the training converge",
      cost: 1.5, source: "Mescheder et al. 2018, arXiv:1801.04406")
    let wasserstein = Remedy(
      name: "wasserstein",
      change:
        "objective=wasserstein penalty=gp:\(isOfPoints ? "0.1" : "10") critic=5 lr=1e-4 betas=0,0.9",
      reason: "a critic that is kept Lipschitz tells the generator of modes that it does not make",
      cost: 5, source: "Gulrajani et al. 2017, arXiv:1704.00028")
    let relativistic = Remedy(
      name: "relativistic", change: "objective=relativistic penalty=r1:\(weight)+r2:\(weight)",
      reason:
        "each fake is judged beside a real example, so that its loss falls with the modes that are missing",
      cost: 2, source: "Huang et al. 2024, arXiv:2501.05441")
    let packed = Remedy(
      name: "pack", change: "pack=2",
      reason: "two samples are judged together, and two that are alike are judged as fakes",
      cost: 1.1, source: "Lin et al. 2018, arXiv:1712.04086")
    let seeking = Remedy(
      name: "mode-seeking", change: "mode-seeking=1",
      reason: "samples of different latents are driven apart",
      cost: 1.4, source: "Mao et al. 2019, arXiv:1903.05628")
    let unrolled = Remedy(
      name: "unrolled", change: "unrolled=5",
      reason:
        "the generator sees what the discriminator will say next of samples that are all alike",
      cost: 5, source: "Metz et al. 2017, arXiv:1611.02163")
    let noise = Remedy(
      name: "instance-noise", change: "instance-noise=0.1",
      reason: "data and samples that overlap give a gradient everywhere",
      cost: 1, source: "Sønderby et al. 2017, arXiv:1610.04490",
      isDial: recipe.hasRemedy("instance-noise"))
    let lower = Remedy(
      name: "lower-rates", change: "lr=\(printed(rounded(min(g, d) / 4)))",
      reason: "smaller steps, from before the failure",
      cost: 1, source: "Mescheder et al. 2018, arXiv:1801.04406", isDial: true)
    let clipped = Remedy(
      name: "clip-norm", change: "clip-norm=1",
      reason: "a single large gradient makes no large step",
      cost: 1, source: "Pascanu et al. 2013, arXiv:1211.5063")
    let weaker = Remedy(
      name: "slower-discriminator", change: "dlr=\(printed(rounded(d / 4)))",
      reason: "the discriminator is sure, and its gradient is nothing to learn from",
      cost: 1, source: "Arjovsky and Bottou 2017, arXiv:1701.04862", isDial: true)
    let nonsaturating = Remedy(
      name: "nonsaturating", change: "objective=nonsaturating",
      reason: "the generator's loss keeps its gradient where the discriminator is sure",
      cost: 1, source: "Goodfellow et al. 2014, arXiv:1406.2661, section 3")
    let soft = Remedy(
      name: "smooth", change: "smooth=0.9",
      reason: "a discriminator that is never to be certain stays of use",
      cost: 1, source: "Salimans et al. 2016, arXiv:1606.03498", isDial: true)
    let augmented = Remedy(
      name: "augment", change: "augment-colour=1 augment-translation=0.125 augment-cutout=0.5",
      reason: "it cannot learn by heart what it never sees twice alike",
      cost: 1.2, source: "Zhao et al. 2020, arXiv:2006.10738")

    let isSameOptimiser =
      recipe.generatorOptimiser.keyword == standard.generatorOptimiser.keyword
      && recipe.discriminatorOptimiser.keyword == standard.discriminatorOptimiser.keyword
    let areUnusual = isSameOptimiser && max(g / usualG, d / usualD) >= unusual
    let isSlower = [.collapsed, .partlyCollapsed].contains(failure) && g > 2 * d && d > 0
    add(isSlower, slower)
    add(areUnusual, usual)
    switch failure {
    case .collapsed, .partlyCollapsed:
      add(!has("r1"), steadier)
      add(recipe.objective.keyword != "relativistic", relativistic)
      add(specification.architecture.pack == 1 && recipe.batch % 2 == 0, packed)
      add(!recipe.hasRemedy("mode-seeking"), seeking)
      add(isOfPoints && recipe.unrolledSteps == 0 && recipe.generatorSteps == 1, unrolled)
      add(recipe.objective.keyword != "wasserstein", wasserstein)
      add(!recipe.hasRemedy("instance-noise"), noise)
    case .diverging:
      add(true, lower)
      add(!has("r1"), steadier)
      add(!recipe.hasRemedy("clip-norm"), clipped)
      add(recipe.objective.keyword != "wasserstein", wasserstein)
    case .vanishing:
      add(recipe.objective.keyword == "minimax", nonsaturating)
      add(!has("r1"), steadier)
      add(true, weaker)
      add(!recipe.hasRemedy("instance-noise"), noise)
      add(recipe.realLabel == 1 && recipe.objective.keyword == "nonsaturating", soft)
    case .overfitting, .memorising:
      add(!isOfPoints && !recipe.hasRemedy("augment-colour"), augmented)
      add(!has("r1"), steadier)
      add(true, weaker)
      add(!recipe.hasRemedy("instance-noise"), noise)
    }
    let fitting = all.compactMap { $0.fitted(to: specification) }
    return fitting.filter { !$0.isCautioned(for: specification) }
      + fitting.filter { $0.isCautioned(for: specification) }
  }

  /// So many times the rate of a model's own recipe is far too large.
  private static let unusual = 20.0

  /// One digit, as one would type it.
  private static func rounded(_ rate: Double) -> Double {
    Double(String(format: "%.0e", rate)) ?? rate
  }
}

extension RecipeSpecification {
  fileprivate func hasRemedy(_ keyword: String) -> Bool {
    remedies.contains { $0.keyword == keyword && $0.strength > 0 }
  }
}

extension ExampleShape {
  var isPoint: Bool { if case .point = self { true } else { false } }
}
