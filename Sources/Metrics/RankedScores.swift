/// Scores of what holds and of what does not, from the highest down.
package struct RankedScores: Sendable, Hashable {
  /// How many have a score or a higher one.
  package struct Point: Sendable, Hashable {
    package let score: Float
    /// Of those that hold, and of the others.
    package let held, others: Int
  }

  /// One for each different score, the highest first.
  package let points: [Point]

  /// - Parameter holds: as many as there are scores. What is no number stands below all that are.
  package init(_ scores: [Float], holds: [Bool]) {
    let all = zip(scores.map { $0.isNaN ? -.infinity : $0 }, holds).sorted { $0.0 > $1.0 }
    var points: [Point] = []
    var (held, others) = (0, 0)
    for (place, (score, isHeld)) in all.enumerated() {
      if isHeld { held += 1 } else { others += 1 }
      if place + 1 == all.count || all[place + 1].0 < score {
        points.append(Point(score: score, held: held, others: others))
      }
    }
    self.points = points
  }

  package var held: Int { points.last?.held ?? 0 }
  package var others: Int { points.last?.others ?? 0 }

  /// The area under precision over recall as a sum of steps, without interpolation, as scikit-learn's `average_precision_score`;
  /// nil where nothing holds.
  package var averagePrecision: Double? {
    guard held > 0 else { return nil }
    var (sum, before) = (0.0, 0)
    for point in points {
      sum += Double(point.held - before) * Double(point.held) / Double(point.held + point.others)
      before = point.held
    }
    return sum / Double(held)
  }

  /// The area under the receiver operating characteristic: how likely something that holds has a higher score than something that
  /// does not. Nil where one of them is missing.
  package var area: Double? {
    guard held > 0, others > 0 else { return nil }
    var (sum, before) = (0.0, (held: 0, others: 0))
    for point in points {
      sum += Double(point.others - before.others) * Double(point.held + before.held) / 2
      before = (point.held, point.others)
    }
    return sum / (Double(held) * Double(others))
  }

  /// The share at which as many that hold are refused as others are accepted, between two points on the line
  /// through them; nil where one of them is missing.
  package var equalErrorRate: Double? {
    guard held > 0, others > 0 else { return nil }
    var before = (accepted: 0.0, refused: 1.0)
    for point in points {
      let now = (
        accepted: Double(point.others) / Double(others),
        refused: 1 - Double(point.held) / Double(held)
      )
      if now.accepted >= now.refused {
        let (low, high) = (before.refused - before.accepted, now.accepted - now.refused)
        let part = low + high == 0 ? 0 : low / (low + high)
        return before.accepted + part * (now.accepted - before.accepted)
      }
      before = now
    }
    return before.accepted
  }

  /// The largest share that one score tells rightly, where what has it or a higher one is said to hold; and that score.
  package var best: (accuracy: Double, score: Float)? {
    guard held + others > 0 else { return nil }
    // To accept nothing is a choice, too.
    let none = (right: others, score: Float.infinity)
    let choices = points.map { (right: $0.held + others - $0.others, score: $0.score) }
    let best = choices.reduce(none) { $1.right > $0.right ? $1 : $0 }
    return (Double(best.right) / Double(held + others), best.score)
  }

  /// The share that a score tells rightly, where what has it or a higher one is said to hold.
  package func accuracy(at score: Float) -> Double? {
    guard held + others > 0 else { return nil }
    let point = points.last { $0.score >= score }
    let right = (point?.held ?? 0) + others - (point?.others ?? 0)
    return Double(right) / Double(held + others)
  }
}
