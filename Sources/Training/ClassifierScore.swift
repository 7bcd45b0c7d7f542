import Foundation
package import MetricDescriptions
package import Metrics
package import Specification

/// How often the scores of a classifier say what is known.
package struct ClassifierScore: Sendable, Hashable {
  package let layout: LabelLayout
  /// Of the words of a layout of one column: how often the scores said one where another is known,
  /// `[known][said]`. Empty for attributes.
  package private(set) var confusion: [[Int]]
  /// Of each number of the layout (of words of all together): what is known, and what was said rightly.
  package private(set) var known: [Int]
  package private(set) var right: [Int]
  /// Of each attribute: of how many it is known to hold, of how many it was said, and of how many both.
  package private(set) var held: [Int]
  package private(set) var said: [Int]
  package private(set) var found: [Int]
  /// Of each number of the layout that is one: the sum of absolute errors, and of squared ones.
  package private(set) var errors: [Double]
  package private(set) var squares: [Double]
  /// Whether what is said with a confidence is right as often.
  package private(set) var calibration = Calibration()
  private var loss = 0.0
  /// Of each number of the layout that is one: what is half of the range that networks see as -1…1, and what is known of labels, summed and squared.
  private let halves: [Double]
  private var sums: [Double]
  private var labelSquares: [Double]
  /// Of each number of the layout: its scores, and whether it holds. Empty where nobody ranks them.
  private var ranks: [Ranks]

  /// - Parameters:
  ///   - labels: what the model tells, with the ranges of numbers; the loss of these is of shares of them.
  ///   - isRanked: whether scores are kept for `ranked`; those of more than a hundred classes are not.
  package init(_ layout: LabelLayout, of labels: LabelShape? = nil, isRanked: Bool = false) {
    self.layout = layout
    if case .numbers(let numbers) = labels, numbers.count == layout.width {
      halves = numbers.map(\.half)
    } else {
      halves = [Double](repeating: 1, count: layout.width)
    }
    ranks =
      isRanked && layout.width <= Self.mostRanked
      ? [Ranks](repeating: Ranks(), count: layout.width) : []
    let isOfWords = layout.columns.count == 1 && layout.width > 1
    confusion =
      isOfWords
      ? [[Int]](repeating: [Int](repeating: 0, count: layout.width), count: layout.width) : []
    known = [Int](repeating: 0, count: isOfWords ? 1 : layout.width)
    right = known
    (held, said, found) = (known, known, known)
    errors = [Double](repeating: 0, count: known.count)
    (squares, sums, labelSquares) = (errors, errors, errors)
  }

  /// Whether numbers are told, and nothing that holds or does not.
  package var isOfNumbers: Bool { layout.columns.allSatisfy { $0.kind == .number } }

  /// Whether an example's class is one of some words.
  package var isOfClasses: Bool { !confusion.isEmpty }

  /// Counts an example.
  ///
  /// - Parameters:
  ///   - scores: of each number of the layout.
  ///   - label: what it is.
  ///   - isKnown: where that is known.
  package mutating func count(_ scores: [Float], _ label: [Float], known isKnown: [Float]) {
    guard scores.count == layout.width, label.count == layout.width, isKnown.count == layout.width
    else { return }
    if isOfClasses {
      guard let own = label.firstIndex(of: 1), let said = Self.largest(scores) else { return }
      confusion[own][said] += 1
      known[0] += 1
      right[0] += own == said ? 1 : 0
      let top = Double(scores[said])
      let sum = scores.reduce(0.0) { $0 + exp(Double($1) - top) }
      calibration.note(1 / sum, isRight: own == said)
      for place in ranks.indices {
        rank(Float(Self.probability(of: place, scores)), place, place == own)
      }
      loss += log(sum) + top - Double(scores[own])
      return
    }
    if isOfNumbers {
      for place in label.indices where isKnown[place] > 0 {
        let apart = Double(scores[place]) - Double(label[place])
        known[place] += 1
        errors[place] += abs(apart)
        squares[place] += apart * apart
        sums[place] += Double(label[place])
        labelSquares[place] += Double(label[place]) * Double(label[place])
        loss += apart * apart / (halves[place] * halves[place])
      }
      return
    }
    for place in label.indices where isKnown[place] > 0 {
      let score = Double(scores[place])
      let (isSaid, holds) = (score > 0, label[place] > 0.5)
      known[place] += 1
      right[place] += isSaid == holds ? 1 : 0
      held[place] += holds ? 1 : 0
      said[place] += isSaid ? 1 : 0
      found[place] += isSaid && holds ? 1 : 0
      calibration.note(1 / (1 + exp(-abs(score))), isRight: isSaid == holds)
      if !ranks.isEmpty { rank(scores[place], place, holds) }
      loss += max(score, 0) + log1p(exp(-abs(score))) - score * Double(label[place])
    }
  }

  private static let mostRanked = 100

  private struct Ranks: Sendable, Hashable {
    var scores: [Float] = []
    var holds: [Bool] = []
  }

  private mutating func rank(_ score: Float, _ place: Int, _ holds: Bool) {
    ranks[place].scores.append(score)
    ranks[place].holds.append(holds)
  }

  /// The scores of a number of the layout, the highest first; nil where they were not kept.
  package func ranked(_ place: Int) -> RankedScores? {
    ranks.indices.contains(place)
      ? RankedScores(ranks[place].scores, holds: ranks[place].holds) : nil
  }

  /// The place of the largest of some scores, the first of several; nil where one is not a number.
  static func largest(_ scores: [Float]) -> Int? {
    guard !scores.contains(where: \.isNaN) else { return nil }
    return scores.indices.max { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) }
  }

  /// How likely scores of classes make one of them: the softmax.
  static func probability(of place: Int, _ scores: [Float]) -> Double {
    let own = Double(scores[place])
    return 1 / scores.reduce(0.0) { $0 + exp(Double($1) - own) }
  }

  /// The share of what is known that was said rightly; nil where nothing is known.
  package var accuracy: Double? {
    if isOfNumbers { return nil }
    let all = known.reduce(0, +)
    return all == 0 ? nil : Double(right.reduce(0, +)) / Double(all)
  }

  /// The mean over classes of the share of each that was said rightly; of attributes over those that hold and those that do not, a
  /// mean over attributes. Nil where of one of them none is known.
  package var balancedAccuracy: Double? {
    if isOfNumbers { return nil }
    let shares =
      isOfClasses
      ? confusion.enumerated().map { place, row in
        let known = row.reduce(0, +)
        return known > 0 ? Double(row[place]) / Double(known) : nil
      } : known.indices.map { balancedAccuracy(of: $0) }
    let told = shares.compactMap(\.self)
    guard !told.isEmpty, told.count == shares.count else { return nil }
    return told.reduce(0, +) / Double(told.count)
  }

  /// The mean of the shares told rightly of those of which an attribute holds and of the others; nil where of one of them none is known.
  package func balancedAccuracy(of place: Int) -> Double? {
    let (others, rightOthers) = (known[place] - held[place], right[place] - found[place])
    guard held[place] > 0, others > 0 else { return nil }
    return (Double(found[place]) / Double(held[place]) + Double(rightOthers) / Double(others)) / 2
  }

  /// The mean absolute error of numbers; nil where nothing is known, or there are none.
  package var error: Double? {
    let all = known.reduce(0, +)
    return isOfNumbers && all > 0 ? errors.reduce(0, +) / Double(all) : nil
  }

  /// How much of the spread of a number is told, R² = 1 - Σ(told - known)² / Σ(known - mean)²; nil where all are alike.
  package func told(ofSpread place: Int) -> Double? {
    guard known[place] > 1 else { return nil }
    let spread = labelSquares[place] - sums[place] * sums[place] / Double(known[place])
    return spread > 1e-12 * max(1, labelSquares[place]) ? 1 - squares[place] / spread : nil
  }

  /// The mean cross-entropy of what is known, in nats; of numbers the mean squared error, of those of a range as shares of half of it.
  package var crossEntropy: Double? {
    let all = known.reduce(0, +)
    return all == 0 ? nil : loss / Double(all)
  }

  package static let metrics = [testAccuracy, testError, testLoss]

  package static let testAccuracy = MetricDescription(
    "test_accuracy", label: "test accuracy", family: "accuracy", direction: .highest,
    format: .percent,
    meaning:
      "the share of labels told rightly in the data of `test=`; over the labels that are known",
    isListed: true)
  package static let testError = MetricDescription(
    "test_error", label: "test error", family: "label error", direction: .lowest,
    meaning:
      "how far numbers are told off in the data of `test=`; the mean absolute error over those that are known",
    isListed: true)
  package static let testLoss = MetricDescription(
    "test_loss", label: "test loss", family: "classifier loss", unit: "nats", direction: .lowest,
    meaning: "the classifier's cross-entropy on the data of `test=`; over the labels that are known"
  )

  package var readings: [MetricReading] {
    [
      (Self.testAccuracy, accuracy), (Self.testError, error), (Self.testLoss, crossEntropy),
    ].compactMap { metric, value in
      value.map { MetricReading(metric, $0) }
    }
  }
}
