/// What years do to a drawn face: lines, grey hair, a heavier jaw, thinner lips, smaller eyes.
///
/// Everything else is as it is without an age.
extension PortraitFeatures {
  static let years = 18.0...80.0

  /// Draws an age, and how early the hair turns grey, from numbers that no other feature takes.
  mutating func drawAge(seed: UInt64, number: Int) {
    var numbers = PortraitNumbers(seed: seed, number: number, first: 4096)
    age(
      to: numbers.between(Self.years.lowerBound, Self.years.upperBound),
      greyFrom: 42 + 8 * numbers.around(), baseShade: numbers.unit())
  }

  private mutating func age(to years: Double, greyFrom: Double, baseShade: Double) {
    let share = (years - Self.years.lowerBound) / (Self.years.upperBound - Self.years.lowerBound)
    self.years = years
    older = years >= 45
    turnGrey(min(max((years - greyFrom) / 25, 0), 1), baseShade)
    jawWidth += 0.07 * (share - 0.4)
    chinWidth += 0.05 * (share - 0.4)
    noseLength += 0.04 * (share - 0.4)
    noseWidth += 0.02 * (share - 0.4)
    eyeSize *= 1.07 - 0.2 * share
    lipFullness *= 1.15 - 0.45 * share
    blush *= 1.25 - 0.7 * share
    skin = skin.darker(0.06 * share)
  }

  /// - Parameter share: of the hair, 0…1.
  private mutating func turnGrey(_ share: Double, _ shade: Double) {
    // Grey hair that was drawn without an age has a colour to begin with.
    if hairColour == .grey {
      hairColour = skinTone > 0.6 || shade < 0.4 ? .black : .brown
      hair = Ink.along(Self.hairs[hairColour.rawValue], shade)
      beardInk = hair
    }
    let grey = Ink.along(Self.hairs[HairColour.grey.rawValue], 0.3 + 0.7 * share)
    beardInk = beardInk.mixed(with: grey, min(1, 1.2 * share))
    guard hairColour != .dyed else { return }
    hair = hair.mixed(with: grey, share)
    if share > 0.6 { hairColour = .grey }
  }

  /// How deep the lines of the face are: 0 for none, 1 for those of `older` where no age is drawn.
  var lines: Double {
    guard let years else { return older ? 1 : 0 }
    return min(max((years - 26) / 32, 0), 1.7)
  }
}
