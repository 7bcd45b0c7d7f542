import Foundation
import Language
import Specification
import TerminalText

/// What a study declares and runs: for each size and seed so many examples of each class, a generator that has seen nothing else, and a
/// classifier for each arm, all of as many steps.
struct StudyPlan {
  let name, data: Word
  let label: Word
  let arms: [StudyArm]
  let sizes: [Int]
  let ratios: [Double]
  let seeds: Int
  let test: Word?
  var identity: Word?
  let classifier, generator: Word?
  let steps, generatorSteps, batch: Int
  let jobs: Int
  var threads: Int?

  /// A run of the study.
  struct Trial {
    let name: String
    let line: String
    /// What it is of, and on.
    let architecture, data: String
    /// A generator's; nil: of a classifier.
    let arm: StudyArm?
    let size: Int
    let seed: Int
    let ratio: Double?
    let steps: Int
  }

  /// Parts of a name.
  private func called(_ parts: String...) -> String {
    ([name.text] + parts).joined(separator: "-")
  }

  var pool: String { called("pool") }
  var validation: String { called("validation") }
  /// What all classifiers are measured on.
  var unseen: String { test?.text ?? called("test") }
  private var teller: String { classifier?.text ?? called("classifier") }
  private var pair: String { generator?.text ?? called("generator") }

  func examples(_ size: Int, _ seed: Int) -> String { called("\(size)", "\(seed)") }
  func made(_ size: Int, _ seed: Int, _ ratio: Double) -> String {
    called("\(size)", "\(seed)", "made", Self.mark(of: ratio))
  }
  private func generatorRun(_ size: Int, _ seed: Int) -> String {
    called("\(size)", "\(seed)", "generator")
  }
  private static func mark(of ratio: Double) -> String {
    printed(ratio).replacing(".", with: "_")
  }

  // MARK: Declarations

  /// Statements that split the data into what is learned from, what ratios are chosen on and what is measured on.
  ///
  /// - Parameter shape: of the examples.
  func declarations(_ shape: ImageShape) -> [String] {
    let apart = identity.map { " identity=\(Language.word($0.text))" } ?? ""
    var lines: [String] = []
    if test == nil {
      lines += [
        "data \(pool) from \(Language.word(data.text)) split=0.7\(apart)",
        "data \(called("held")) from \(Language.word(data.text)) split=0.7\(apart) part=rest",
        "data \(unseen) from \(called("held")) split=0.6\(apart)",
        "data \(validation) from \(called("held")) split=0.6\(apart) part=rest",
      ]
    } else {
      lines += [
        "data \(pool) from \(Language.word(data.text)) split=0.85\(apart)",
        "data \(validation) from \(Language.word(data.text)) split=0.85\(apart) part=rest",
      ]
    }
    let image = "\(shape.height)x\(shape.width)x\(shape.channels)"
    if classifier == nil {
      lines.append(
        "arch \(teller) like classifier image=\(image) width=16 labels=\(Language.word(label.text))"
      )
    }
    if generator == nil, arms.contains(where: \.isOfGenerated) {
      lines.append(
        "arch \(pair) like dcgan image=\(image) width=16 labels=\(Language.word(label.text))")
    }
    for size in sizes {
      for seed in 1...seeds {
        lines.append(
          "data \(examples(size, seed)) from \(pool) split=\(size) each=\(Language.word(label.text)) seed=\(seed)"
        )
        for arm in arms {
          for ratio in ratios(of: arm).compactMap(\.self) {
            guard let data = arm.data else { continue }
            let count = max(1, Int((Double(size) * ratio).rounded()))
            let part = beside(data, size, seed, ratio, "part")
            lines += [
              "data \(part) from \(Language.word(data)) split=\(count) each=\(Language.word(label.text)) seed=\(seed)",
              "data \(beside(data, size, seed, ratio)) join \(examples(size, seed)) \(part)",
            ]
          }
        }
      }
    }
    return lines
  }

  /// Examples with those of another data set beside them.
  private func beside(
    _ data: String, _ size: Int, _ seed: Int, _ ratio: Double, _ rest: String...
  ) -> String {
    ([called("\(size)", "\(seed)", "with", data, Self.mark(of: ratio))] + rest)
      .joined(separator: "-")
  }

  /// Statements about what generators have made, which have to be trained by then.
  var generatedDeclarations: [String] {
    guard arms.contains(where: \.isOfGenerated) else { return [] }
    return sizes.flatMap { size in
      (1...seeds).flatMap { seed in
        madeRatios.flatMap { ratio -> [String] in
          let (own, made) = (examples(size, seed), made(size, seed, ratio))
          // An example has a class of two.
          let count = max(2, Int((2 * Double(size) * ratio).rounded()))
          return [
            "data \(made) generated run=\(generatorRun(size, seed)) count=\(count) seed=\(seed)",
            "data \(joined(size, seed, ratio)) join \(own) \(made)",
          ]
        }
      }
    }
  }

  /// The ratios that an arm is tried with. Alone, generated examples are as many as the others or more.
  func ratios(of arm: StudyArm) -> [Double?] {
    switch arm.kind {
    case .generated, .beside: ratios
    case .made: [ratios.max().map { max(1, $0) } ?? 1]
    case .examples, .all: [nil]
    }
  }

  /// All of them.
  var madeRatios: [Double] {
    Set(arms.filter(\.isOfGenerated).flatMap { ratios(of: $0) }.compactMap(\.self)).sorted()
  }

  private func joined(_ size: Int, _ seed: Int, _ ratio: Double) -> String {
    called("\(size)", "\(seed)", "both", Self.mark(of: ratio))
  }

  // MARK: Runs

  /// What every run of a study has.
  private func common(_ steps: Int, _ seed: Int) -> String {
    "steps=\(steps) seed=\(seed) signals=no log-every=50 sample-every=\(steps) checkpoint-every=\(steps) keep=last:1"
      + (threads.map { " threads=\($0)" } ?? "")
  }

  /// How much an average of the generator's weights keeps in a step. Of what they began with it keeps e^-6 after all steps.
  private var average: String {
    let kept = min(0.999, 1 - 6 / Double(generatorSteps))
    return kept > 0 ? printed((kept * 1e4).rounded() / 1e4) : "no"
  }

  /// The generators, each trained on so many examples of a class and on nothing else.
  var generators: [Trial] {
    guard arms.contains(where: \.isOfGenerated) else { return [] }
    return sizes.flatMap { size in
      (1...seeds).map { seed in
        let name = generatorRun(size, seed)
        let line =
          "run \(pair) on \(examples(size, seed)) batch=\(min(32, 2 * size)) ema=\(average) "
          + "\(common(generatorSteps, seed)) as \(name)"
        return Trial(
          name: name, line: line, architecture: pair, data: examples(size, seed), arm: nil,
          size: size, seed: seed, ratio: nil,
          steps: generatorSteps)
      }
    }
  }

  /// The classifiers: of each arm, size and seed, and of all examples one for each seed.
  var classifiers: [Trial] {
    var trials: [Trial] = []
    for size in sizes {
      for seed in 1...seeds {
        for arm in arms {
          for ratio in ratios(of: arm) {
            let data =
              switch (arm.kind, ratio) {
              case (.made, let ratio?): made(size, seed, ratio)
              case (.generated, let ratio?): joined(size, seed, ratio)
              case (.beside(let data), let ratio?): beside(data, size, seed, ratio)
              default: examples(size, seed)
              }
            trials.append(
              classifier(
                on: data, arm, size, seed, ratio,
                as: called("\(size)", "\(seed)", arm.word)
                  + (ratio.map { "-" + Self.mark(of: $0) } ?? "")))
          }
        }
      }
    }
    for seed in 1...seeds {
      trials.append(
        classifier(on: pool, .ceiling, 0, seed, nil, as: called(StudyArm.ceiling.word, "\(seed)")))
    }
    return trials
  }

  private func classifier(
    on data: String, _ arm: StudyArm, _ size: Int, _ seed: Int, _ ratio: Double?, as name: String
  ) -> Trial {
    let line =
      "run \(teller) on \(data) batch=\(batch) augment=\(arm.augmentation) \(common(steps, seed)) as \(name)"
    return Trial(
      name: name, line: line, architecture: teller, data: data, arm: arm, size: size, seed: seed,
      ratio: ratio, steps: steps)
  }
}
