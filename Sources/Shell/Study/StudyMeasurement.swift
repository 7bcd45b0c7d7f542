import Datasets
import Language
import MetricDescriptions
import Metrics
import Notebook
import Randomness
import Repair
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// How the classifiers of a study tell what they have not seen, and what its generators have made.
struct StudyMeasurement {
  let plan: StudyPlan
  /// Of the examples.
  let shape: ImageShape

  func report(in session: Session) throws {
    var result = StudyResult(of: plan)
    let (validation, unseen) = (
      try plan.open(plan.validation, in: session), try plan.open(plan.unseen, in: session)
    )
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    for (number, trial) in plan.classifiers.enumerated() {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update {
        "measuring \(grouped(number + 1)) of \(grouped(plan.classifiers.count)) classifiers"
      }
      let classifier = try classifier(of: trial.name, in: session)
      func note(_ score: ClassifierScore, _ place: StudyResult.Place) {
        if let value = score.balancedAccuracy { result.note(value, of: trial.name, on: place) }
      }
      note(try classifier.classifier.score(on: validation), .validation)
      note(try classifier.classifier.score(on: unseen), .unseen)
      for text in StudyResult.damages {
        let damage = try Damage(
          parsing: Term(.name(text), at: plan.data.span, source: text))
        let maker = DamageMaker(
          damage, of: shape, seed: StoredDamage.usualSeed,
          stream: Randomness.Stream.storedDamage)
        note(try classifier.classifier.score(on: unseen, damagedBy: maker), .damaged(text))
      }
    }
    line.erase()
    let generated =
      plan.arms.contains(where: \.isOfGenerated) ? try generated(in: session) : nil
    // A program reads one table.
    guard !session.configuration.prefersJSON else {
      return session.show(result.table(with: generated))
    }
    session.show(result.table())
    if let generated { session.show(generated.table) }
    for sentence in result.verdict { session.output.line(sentence) }
  }

  private func classifier(of name: String, in session: Session) throws -> OpenClassifier {
    do { return try OpenClassifier(of: Word(name, at: plan.name.span), in: session) } catch let
      fault as TrainingError
    {
      throw ShellError.failed(
        "run `\(name)` cannot be read: \(fault); `resume \(name)` trains it again, then the same line goes on"
      )
    }
  }

  /// Of what was generated: how it is told by a classifier that knows the whole pool, and how near it lies to what its generator has
  /// seen.
  private func generated(in session: Session) throws -> StudyGenerated {
    let extractor = try FeatureSource.network(.random)
      .extractor(of: shape, telling: [], backend: session.makeBackend(nil))
    let measures: Set<Measure> = [.nearestRatio, .duplicates]
    func side(_ dataset: Dataset) -> EvaluatedSide {
      var side = EvaluatedSide(of: .image(shape), for: measures, by: extractor, seed: 0)
      let count = dataset.count ?? 0
      side.add((0..<count).flatMap { dataset.values(of: $0) }, count: count)
      return side
    }
    var generated = StudyGenerated()
    for size in plan.sizes {
      for ratio in plan.madeRatios {
        var row = StudyGenerated.Row(size: size, ratio: ratio)
        for seed in 1...plan.seeds {
          guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
          let made = try plan.open(plan.made(size, seed, ratio), in: session)
          let judge = try classifier(of: "\(plan.name.text)-all-\(seed)", in: session)
          if let accuracy = try judge.classifier.score(on: made).accuracy {
            row.told.append(accuracy)
          }
          let evaluation = SampleEvaluation(
            samples: side(made),
            examples: side(try plan.open(plan.examples(size, seed), in: session)),
            seed: 0)
          for (_, readings) in evaluation.readings(of: measures, check: {}) {
            // Of a set that is too small for a measure there is none.
            guard case .success(let readings) = readings else { continue }
            for reading in readings {
              row.nearness[reading.description, default: []].append(reading.value)
            }
          }
        }
        generated.rows.append(row)
      }
    }
    return generated
  }
}

extension StudyPlan {
  /// A data set of the study.
  func open(_ name: String, in session: Session) throws -> Dataset {
    let word = Word(name, at: data.span)
    return try session.open(
      try session.declaration(.dataset, named: word).dataset(), namedBy: word)
  }
}
