/// Which checkpoints of a run stay when newer ones come: those that any of these names.
package struct Retention: Sendable, Hashable {
  /// So many of the newest; the newest always stays, since the run goes on from it.
  package var newest: Int
  /// So many spread evenly over what was run before those.
  package var spread: Int
  /// The first at or after each multiple of so many steps; nil: none for this.
  package var interval: Int?
  /// Metrics of which the checkpoint with the best value stays.
  package var metrics: [String]

  package init(
    newest: Int, spread: Int = 0, interval: Int? = nil, metrics: [String] = []
  ) {
    self.newest = newest
    self.spread = spread
    self.interval = interval
    self.metrics = metrics
  }

  /// What is kept where a run's text says nothing: what programs did before they could be told. Never changed.
  package static let neutral = Retention(newest: 3)
  /// What is kept of a run that is begun and says nothing, so that there is always something to go back to.
  package static let standard = Retention(newest: 3, spread: 10)
}

extension Retention {
  /// Why a checkpoint stays.
  package enum Reason: Sendable, Hashable {
    case newest, spread
    /// A branch begins with it.
    case origin
    case interval(Int)
    case best(String)
    /// The newest from before signals spoke of a failure; whatever `keep=` says.
    case beforeAlarm
  }

  /// The checkpoints that stay, each with its reasons.
  ///
  /// Thinning again with every new checkpoint gives the same ones as thinning once, up to ties: at any
  /// moment no gap between those that are spread is more than a few times as long as another.
  ///
  /// - Parameters:
  ///   - steps: of the checkpoints that there are.
  ///   - origin: the step at which a branch begins: without its checkpoint it could not be repeated.
  ///   - suspicions: steps at which signals of two families began to be past their thresholds.
  ///   - best: which of them has the best value of a metric; nil: none has any.
  package func kept(
    of steps: [Int], origin: Int? = nil, suspicions: [Int] = [], best: (String) throws -> Int?
  ) rethrows -> [Int: [Reason]] {
    let steps = Set(steps).sorted()
    let (older, young) = (
      steps.dropLast(max(newest, 1)), steps.suffix(max(newest, 1))
    )
    var reasons: [Int: [Reason]] = [:]
    if let origin, steps.contains(origin) { reasons[origin, default: []].append(.origin) }
    for step in young { reasons[step, default: []].append(.newest) }
    for step in Self.spread(Array(older), count: spread, before: young.first ?? 0) {
      reasons[step, default: []].append(.spread)
    }
    if let interval, interval > 0 {
      var last = 0
      for step in steps where step / interval > last {
        last = step / interval
        reasons[step, default: []].append(.interval(interval))
      }
    }
    for suspicion in suspicions {
      guard let step = steps.last(where: { $0 < suspicion }),
        reasons[step]?.contains(.beforeAlarm) != true
      else { continue }
      reasons[step, default: []].append(.beforeAlarm)
    }
    for metric in metrics {
      if let step = try best(metric), steps.contains(step) {
        reasons[step, default: []].append(.best(metric))
      }
    }
    return reasons
  }

  /// Takes away, as long as there are too many, the one without which the gap is shortest.
  private static func spread(_ steps: [Int], count: Int, before end: Int) -> [Int] {
    var rest = steps
    while rest.count > max(0, count) {
      let gaps = rest.indices.map { index in
        (index + 1 < rest.count ? rest[index + 1] : end) - (index > 0 ? rest[index - 1] : 0)
      }
      guard let index = gaps.indices.min(by: { gaps[$0] < gaps[$1] }) else { break }
      rest.remove(at: index)
    }
    return rest
  }
}
