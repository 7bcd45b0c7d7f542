import Randomness

/// Everything that a drawn portrait is: a function of (seed, number).
///
/// Lengths are in half-heights of the head; x to the right of the picture, y downwards.
struct PortraitFeatures: Sendable, Hashable {
  enum HairStyle: Sendable, Hashable, CaseIterable {
    case bald, shaven, short, quiff, curls, bob, long, waves, bun, tails
  }
  enum Expression: Sendable, Hashable, CaseIterable {
    case neutral, smile, laugh, sad, surprised
  }
  enum FacialHair: Sendable, Hashable, CaseIterable { case none, stubble, moustache, goatee, beard }
  enum Glasses: Sendable, Hashable, CaseIterable { case none, round, square, dark }
  enum Hat: Sendable, Hashable, CaseIterable { case none, beanie, cap, scarf }
  enum Collar: Sendable, Hashable, CaseIterable { case round, pointed, shirt, rolled }
  enum HairColour: Int, Sendable, Hashable, CaseIterable {
    case black, brown, blond, red, grey, dyed
  }
  enum Background: Sendable, Hashable, CaseIterable { case plain, sky, halo, spots }

  // Pose and light.
  var yaw = 0.0
  var roll = 0.0
  var pitch = 0.0
  var centre = Point(0.5, 0.48)
  var unit = 0.33
  var light = Point(-0.6, -0.6)
  var lightStrength = 0.5

  // The head.
  var skinTone = 0.3
  var skin = Ink(230, 185, 150)
  var cheekWidth = 0.76
  var jawWidth = 0.58
  var chinWidth = 0.26
  var older = false
  /// The age in years; nil: none is drawn, and `older` alone says it.
  var years: Double?
  var freckles = false
  var blush = 0.2

  // Hair.
  var style = HairStyle.short
  var hairColour = HairColour.brown
  var hair = Ink(90, 60, 40)
  /// Of brows and beard, which are not dyed.
  var beardInk = Ink(90, 60, 40)
  var bangs = false
  var part = 0.3
  var volume = 0.12
  var facialHair = FacialHair.none

  // Eyes and brows.
  var iris = Ink(90, 60, 40)
  var blueEyes = false
  var eyeSize = 1.0
  var eyeDistance = 0.3
  var gaze = Point(0, 0)
  var browWidth = 0.05
  var browArch = 0.05
  var lashes = false

  // Nose and mouth.
  var noseLength = 0.3
  var noseWidth = 0.12
  var mouthWidth = 0.26
  var lipFullness = 0.06
  var lipstick: Ink?
  var expression = Expression.neutral

  // What is worn, and what is behind.
  var glasses = Glasses.none
  var frame = Ink(30, 30, 34)
  var hat = Hat.none
  var hatInk = Ink(180, 60, 50)
  var earrings = false
  var collar = Collar.round
  var clothes = Ink(60, 90, 140)
  var background = Background.plain
  var backdrop = Ink(180, 200, 210)
  var backdropSecond = Ink(140, 170, 190)
}

/// Numbers of one portrait, taken one after the other.
struct PortraitNumbers {
  private let numbers: Philox
  private var index: Int

  /// - Parameter first: the index of the first.
  init(seed: UInt64, number: Int, first: Int = 0) {
    index = first
    numbers = Philox(
      seed: seed, stream: Stream.portrait, step: UInt32(truncatingIfNeeded: number))
  }

  /// Uniform in 0…1.
  mutating func unit() -> Double {
    defer { index += 1 }
    return Double(numbers.uniform(index))
  }

  /// Uniform between two numbers.
  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// Around zero, −1…1, small values more often than large ones.
  mutating func around() -> Double { (unit() + unit() + unit()) / 1.5 - 1 }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// One of the values, by weight.
  mutating func pick<Value>(_ choices: [(Value, Double)]) -> Value {
    var left = unit() * choices.reduce(0) { $0 + $1.1 }
    for (value, weight) in choices {
      left -= weight
      if left < 0 { return value }
    }
    return choices[choices.count - 1].0
  }

  mutating func pick(_ palette: [Ink]) -> Ink {
    palette[min(Int(unit() * Double(palette.count)), palette.count - 1)]
  }
}
