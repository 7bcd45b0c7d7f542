/// What is known of the points of one stretch of a metric; two stretches merge into one.
struct Aggregate: Sendable, Equatable {
  var count = 0
  var finiteCount = 0
  /// Of the finite values.
  var sum = 0.0
  var firstStep = 0
  var first = 0.0
  var lastStep = 0
  var last = 0.0
  var minimum: Double?
  var minimumStep: Int?
  var maximum: Double?
  var maximumStep: Int?

  var mean: Double? { finiteCount == 0 ? nil : sum / Double(finiteCount) }

  /// Takes in a point that comes after every point so far.
  mutating func append(step: Int, value: Double) {
    if count == 0 { (firstStep, first) = (step, value) }
    (lastStep, last) = (step, value)
    count += 1
    guard value.isFinite else { return }
    finiteCount += 1
    add(value)
    if value < minimum ?? .infinity { (minimum, minimumStep) = (value, step) }
    if value > maximum ?? -.infinity { (maximum, maximumStep) = (value, step) }
  }

  /// Takes in a stretch that comes after this one.
  mutating func append(_ later: Aggregate) {
    guard later.count > 0 else { return }
    if count == 0 { (firstStep, first) = (later.firstStep, later.first) }
    (lastStep, last) = (later.lastStep, later.last)
    count += later.count
    finiteCount += later.finiteCount
    add(later.sum)
    if let value = later.minimum, value < minimum ?? .infinity {
      (minimum, minimumStep) = (value, later.minimumStep)
    }
    if let value = later.maximum, value > maximum ?? -.infinity {
      (maximum, maximumStep) = (value, later.maximumStep)
    }
  }

  /// A diverging metric may exceed what a double holds; the sum then stays at the greatest one.
  private mutating func add(_ value: Double) {
    let limit = Double.greatestFiniteMagnitude
    sum = max(-limit, min(limit, sum + value))
  }
}
