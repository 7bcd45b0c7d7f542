/// How features are drawn from numbers; each step takes the same count of numbers whatever it finds,
/// as far as that is easy, so that one feature can be refined without changing all others.
extension PortraitFeatures {
  /// - Parameter isAged: whether an age is drawn.
  init(seed: UInt64, number: Int, isAged: Bool = false) {
    var numbers = PortraitNumbers(seed: seed, number: number)
    // Long hair, lashes and lipstick go together more often than not, as do beards and short hair.
    let soft = numbers.chance(0.5)
    drawPose(&numbers)
    drawHead(&numbers, soft)
    drawHair(&numbers, soft)
    drawEyes(&numbers, soft)
    drawMouth(&numbers, soft)
    drawDress(&numbers, soft)
    drawBackground(&numbers)
    if isAged { drawAge(seed: seed, number: number) }
  }

  /// A portrait of one of some people: who it is, is a function of (seed, person), and how this person looks on it, of (seed, number).
  init(seed: UInt64, number: Int, person: Int, isAged: Bool) {
    // Far from the numbers of portraits that show somebody else each.
    self.init(seed: seed, number: -1 - person, isAged: isAged)
    let other = PortraitFeatures(seed: seed, number: number)
    (yaw, roll, pitch, centre, unit) = (
      other.yaw, other.roll, other.pitch, other.centre, other.unit
    )
    (light, lightStrength) = (other.light, other.lightStrength)
    (gaze, expression) = (other.gaze, other.expression)
    (hat, hatInk) = (other.hat == .scarf ? .none : other.hat, other.hatInk)
    (collar, clothes) = (other.collar, other.clothes)
    (background, backdrop, backdropSecond) = (
      other.background, other.backdrop, other.backdropSecond
    )
  }

  private mutating func drawPose(_ numbers: inout PortraitNumbers) {
    yaw = numbers.around() * 0.75
    roll = numbers.around() * 0.16
    pitch = numbers.around() * 0.08
    centre = Point(0.5 + numbers.around() * 0.05, 0.475 + numbers.around() * 0.03)
    unit = 0.315 + numbers.around() * 0.028
    light = Point(numbers.chance(0.5) ? -0.75 : 0.75, numbers.between(-0.9, -0.35))
    lightStrength = numbers.between(0.25, 0.85)
  }

  private mutating func drawHead(_ numbers: inout PortraitNumbers, _ soft: Bool) {
    skinTone = numbers.unit()
    skin = Ink.along(Self.skins, skinTone)
    let build = numbers.around()
    cheekWidth = 0.74 + build * 0.06
    jawWidth = (soft ? 0.52 : 0.575) + build * 0.05 + numbers.around() * 0.04
    chinWidth = (soft ? 0.2 : 0.27) + numbers.around() * 0.06
    older = numbers.chance(0.16)
    freckles = numbers.chance(skinTone < 0.45 ? 0.16 : 0.03)
    blush = numbers.between(0.05, soft ? 0.4 : 0.24)
    noseLength = 0.29 + numbers.around() * 0.05
    noseWidth = 0.115 + skinTone * 0.03 + numbers.around() * 0.03
  }

  private mutating func drawHair(_ numbers: inout PortraitNumbers, _ soft: Bool) {
    style = numbers.pick(
      soft
        ? [
          (.short, 0.6), (.curls, 1), (.bob, 2), (.long, 2.4), (.waves, 2.4), (.bun, 1.2),
          (.tails, 0.9), (.shaven, 0.15),
        ]
        : [
          (.bald, 0.9), (.shaven, 1.4), (.short, 3.4), (.quiff, 2.2), (.curls, 1.2),
          (.long, 0.35), (.bun, 0.25),
        ])
    let dark = skinTone > 0.6
    hairColour = numbers.pick(
      dark
        ? [(.black, 5), (.brown, 2), (.blond, 0.15), (.red, 0.1), (.grey, 0.3), (.dyed, 0.2)]
        : [(.black, 2.2), (.brown, 3.4), (.blond, 2.4), (.red, 1.1), (.grey, 0.4), (.dyed, 0.25)])
    if older && numbers.chance(0.75) { hairColour = .grey }
    let shade = numbers.unit()
    hair = Ink.along(Self.hairs[hairColour.rawValue], shade)
    beardInk = hairColour == .dyed ? Ink.along(Self.hairs[1], shade) : hair
    bangs = numbers.chance(soft ? 0.4 : 0.12)
    part = (numbers.chance(0.5) ? 1 : -1) * numbers.between(0.12, 0.45)
    volume = numbers.between(0.07, 0.17)
    facialHair =
      soft
      ? .none
      : numbers.pick([
        (.none, 4.5), (.stubble, 1.6), (.moustache, 0.9), (.goatee, 0.9), (.beard, 2.1),
      ])
  }

  private mutating func drawEyes(_ numbers: inout PortraitNumbers, _ soft: Bool) {
    let colour = numbers.pick(
      skinTone > 0.6
        ? [(0, 8), (1, 1), (2, 0.2), (3, 0.2), (4, 0.1)]
        : [(0, 3), (1, 1.5), (2, 1.2), (3, 2.6), (4, 0.8)])
    iris = Self.irises[colour].mixed(with: Self.irises[0], numbers.between(0, 0.2))
    blueEyes = colour == 3
    eyeSize = (soft ? 1.08 : 0.96) + numbers.around() * 0.14
    eyeDistance = 0.305 + numbers.around() * 0.025
    gaze = Point(numbers.around(), numbers.around() * 0.6)
    browWidth = (soft ? 0.042 : 0.062) + numbers.around() * 0.02
    browArch = 0.05 + numbers.around() * 0.04
    lashes = soft
  }

  private mutating func drawMouth(_ numbers: inout PortraitNumbers, _ soft: Bool) {
    expression = numbers.pick([
      (.neutral, 3), (.smile, 3.2), (.laugh, 2.2), (.sad, 0.9), (.surprised, 0.9),
    ])
    mouthWidth = 0.255 + numbers.around() * 0.04
    lipFullness = (soft ? 0.066 : 0.05) + skinTone * 0.015 + numbers.around() * 0.016
    let painted = numbers.chance(soft ? 0.45 : 0)
    let ink = numbers.pick(Self.lipsticks)
    lipstick = painted ? ink : nil
  }

  private mutating func drawDress(_ numbers: inout PortraitNumbers, _ soft: Bool) {
    glasses = numbers.pick([(.none, 7), (.round, 1.2), (.square, 1.2), (.dark, 0.35)])
    frame = numbers.pick(Self.frames)
    hat = numbers.pick([(.none, 8.4), (.beanie, 0.8), (.cap, 0.7), (.scarf, soft ? 0.7 : 0)])
    hatInk = numbers.pick(Self.fabrics)
    earrings = numbers.chance(soft ? 0.4 : 0.04)
    collar = numbers.pick([(.round, 3), (.pointed, 2), (.shirt, 2.2), (.rolled, 1)])
    clothes = numbers.pick(Self.fabrics).mixed(with: .white, numbers.between(0, 0.2))
  }

  private mutating func drawBackground(_ numbers: inout PortraitNumbers) {
    background = numbers.pick([(.plain, 2), (.sky, 3), (.halo, 3), (.spots, 1.4)])
    backdrop = numbers.pick(Self.backdrops)
    let second = numbers.pick(Self.backdrops)
    backdropSecond = backdrop.mixed(with: second, numbers.between(0.3, 0.8))
  }

  static let skins = [
    Ink(255, 226, 204), Ink(248, 211, 181), Ink(236, 190, 154), Ink(219, 166, 124),
    Ink(190, 134, 94), Ink(150, 100, 68), Ink(108, 70, 50), Ink(82, 54, 42),
  ]
  /// By `HairColour`.
  static let hairs = [
    [Ink(26, 22, 24), Ink(48, 38, 38)],
    [Ink(62, 40, 30), Ink(124, 82, 52)],
    [Ink(190, 144, 82), Ink(240, 214, 150)],
    [Ink(126, 46, 28), Ink(206, 104, 52)],
    [Ink(128, 128, 134), Ink(226, 226, 230)],
    [Ink(206, 84, 140), Ink(70, 110, 190), Ink(60, 150, 140)],
  ]
  static let irises = [
    Ink(72, 44, 28), Ink(128, 92, 44), Ink(78, 124, 80), Ink(62, 118, 180), Ink(112, 126, 138),
  ]
  static let lipsticks = [
    Ink(186, 36, 52), Ink(204, 74, 92), Ink(150, 34, 66), Ink(214, 96, 88), Ink(136, 52, 60),
  ]
  static let frames = [
    Ink(26, 24, 28), Ink(84, 50, 30), Ink(140, 30, 40), Ink(190, 160, 90), Ink(70, 80, 100),
  ]
  static let fabrics = [
    Ink(44, 62, 96), Ink(176, 58, 52), Ink(58, 110, 96), Ink(226, 172, 74), Ink(92, 70, 120),
    Ink(236, 232, 222), Ink(48, 48, 56), Ink(208, 118, 84), Ink(112, 146, 178),
    Ink(146, 160, 112), Ink(196, 132, 152), Ink(120, 84, 62),
  ]
  static let backdrops = [
    Ink(168, 198, 214), Ink(232, 206, 178), Ink(188, 206, 176), Ink(216, 190, 204),
    Ink(96, 120, 148), Ink(150, 112, 100), Ink(74, 92, 92), Ink(226, 222, 210),
    Ink(236, 186, 132), Ink(120, 152, 136), Ink(132, 122, 160), Ink(66, 62, 80),
  ]
}
