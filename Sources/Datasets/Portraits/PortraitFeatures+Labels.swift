/// The labels of portraits, named as CelebA names the same things.
extension PortraitFeatures {
  /// Each label with the question it answers.
  static let labels: [(name: String, holds: @Sendable (PortraitFeatures) -> Bool)] = [
    ("Smiling", { $0.expression == .smile || $0.expression == .laugh }),
    ("Mouth_Slightly_Open", { $0.expression == .laugh || $0.expression == .surprised }),
    ("Sad", { $0.expression == .sad }),
    ("Surprised", { $0.expression == .surprised }),
    ("Eyeglasses", { $0.glasses != .none }),
    ("Sunglasses", { $0.glasses == .dark }),
    ("Beard", { $0.facialHair == .beard || $0.facialHair == .goatee }),
    ("Mustache", { $0.facialHair == .moustache }),
    ("Goatee", { $0.facialHair == .goatee }),
    ("No_Beard", { $0.facialHair == .none }),
    ("Bald", { $0.style == .bald && $0.hat == .none }),
    ("Long_Hair", { $0.hasLongHair }),
    ("Curly_Hair", { $0.style == .curls && $0.hat != .scarf }),
    ("Wavy_Hair", { $0.style == .waves && $0.hat != .scarf }),
    ("Bangs", { $0.showsBangs }),
    ("Black_Hair", { $0.showsHair && $0.hairColour == .black }),
    ("Brown_Hair", { $0.showsHair && $0.hairColour == .brown }),
    ("Blond_Hair", { $0.showsHair && $0.hairColour == .blond }),
    ("Red_Hair", { $0.showsHair && $0.hairColour == .red }),
    ("Gray_Hair", { $0.showsHair && $0.hairColour == .grey }),
    ("Dyed_Hair", { $0.showsHair && $0.hairColour == .dyed }),
    ("Blue_Eyes", { $0.blueEyes && $0.glasses != .dark }),
    ("Looking_Left", { $0.gaze.x < -0.25 && $0.glasses != .dark }),
    ("Looking_Right", { $0.gaze.x > 0.25 && $0.glasses != .dark }),
    ("Bushy_Eyebrows", { $0.browWidth > 0.066 }),
    ("Big_Nose", { $0.noseWidth > 0.14 }),
    ("Big_Lips", { $0.lipFullness > 0.072 }),
    ("Wearing_Lipstick", { $0.lipstick != nil }),
    ("Wearing_Earrings", { $0.earrings && $0.hat != .scarf }),
    ("Wearing_Hat", { $0.hat != .none }),
    ("Wearing_Headscarf", { $0.hat == .scarf }),
    ("Freckles", { $0.freckles }),
    ("Rosy_Cheeks", { $0.blush > 0.25 }),
    ("Pale_Skin", { $0.skinTone < 0.2 }),
    ("Dark_Skin", { $0.skinTone > 0.65 }),
    ("Young", { !$0.older }),
    ("Facing_Left", { $0.yaw < -0.15 }),
    ("Facing_Right", { $0.yaw > 0.15 }),
    ("Light_From_Left", { $0.light.x < 0 }),
    ("Strong_Light", { $0.lightStrength > 0.6 }),
    ("Spotted_Background", { $0.background == .spots }),
  ]

  /// Numbers: how the head is turned in radians (yaw above 0 to the right of the picture), where the light comes from (x above 0 from
  /// the right, y below 0 from above) and how strong it is.
  ///
  /// - Parameter areAged: whether the age in years is one of them.
  static func numbers(areAged: Bool) -> [Number] {
    areAged ? numbers + [age] : numbers
  }

  typealias Number = (name: String, value: @Sendable (PortraitFeatures) -> Double)

  private static let age: Number = ("Age", { $0.years ?? 0 })

  private static let numbers: [Number] = [
    ("Yaw", { $0.yaw }), ("Pitch", { $0.pitch }), ("Roll", { $0.roll }),
    ("Light_X", { $0.light.x }), ("Light_Y", { $0.light.y }),
    ("Light_Strength", { $0.lightStrength }),
  ]

  var hasLongHair: Bool {
    hat != .scarf && (style == .long || style == .waves || style == .tails)
  }

  var showsHair: Bool { style != .bald && hat != .scarf }

  /// Whether hair falls over the forehead.
  var showsBangs: Bool {
    guard bangs, hat == .none else { return false }
    switch style {
    case .bald, .shaven, .quiff, .curls: return false
    case .short, .bob, .long, .waves, .bun, .tails: return true
    }
  }
}
