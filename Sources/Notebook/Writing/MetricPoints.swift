import MetricDescriptions

/// Points that wait to be written, each metric's in the order of their arrival.
struct MetricPoints {
  struct Point {
    let step: Int
    let value: Double
    /// Milliseconds since the run's start.
    let time: Int64
  }

  private(set) var count = 0
  private(set) var names: [String] = []
  private var points: [[Point]] = []
  private var places: [String: Int] = [:]
  /// What metrics are, to be written with their points.
  private(set) var descriptions: [MetricDescription] = []

  var isEmpty: Bool { count == 0 && descriptions.isEmpty }

  /// The points of every metric that has any.
  var groups: some Sequence<(name: String, points: [Point])> {
    zip(names, points).lazy.filter { !$1.isEmpty }.map { (name: $0, points: $1) }
  }

  /// - Parameter expected: where the name is likely to stand; each step logs the same names.
  mutating func append(_ point: Point, to name: String, expected: Int) {
    let place: Int
    if expected < names.count, names[expected] == name {
      place = expected
    } else if let known = places[name] {
      place = known
    } else {
      place = names.count
      places[name] = place
      names.append(name)
      points.append([])
    }
    points[place].append(point)
    count += 1
  }

  mutating func describe(_ metrics: [MetricDescription]) { descriptions += metrics }

  /// Takes in points that came later.
  mutating func append(_ later: MetricPoints) {
    describe(later.descriptions)
    for (name, group) in later.groups {
      for point in group { append(point, to: name, expected: 0) }
    }
  }

  /// Forgets the points; the names are likely to come again.
  mutating func removeAll() {
    for place in points.indices { points[place].removeAll(keepingCapacity: true) }
    count = 0
    descriptions = []
  }
}
