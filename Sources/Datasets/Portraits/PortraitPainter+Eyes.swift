import Foundation

extension PortraitPainter {
  /// How wide the eyes are open, by expression.
  private var opening: Double {
    switch features.expression {
    case .neutral: 1
    case .smile: 0.86
    case .laugh: 0.7
    case .sad: 0.8
    case .surprised: 1.36
    }
  }

  func paintEye(_ side: Double) {
    let centre = at(side * features.eyeDistance, -0.04)
    let size = 0.158 * features.eyeSize
    // The eye on the far side of a turned head is seen narrower.
    let across = size * (1 - 0.3 * max(0, side * sin(features.yaw)))
    let up = size * 0.66 * opening
    let down = size * 0.5 * min(1.1, opening)
    let tilt = features.expression == .sad ? 0.03 : -0.012
    func point(_ x: Double, _ y: Double) -> Point {
      Point(centre.x + side * x * across, centre.y + y + x * tilt)
    }
    let upper = [
      point(-1, 0.012), point(-0.55, -up * 0.78), point(0.08, -up), point(0.66, -up * 0.66),
      point(1.04, -0.008),
    ]
    let lower = [point(0.6, down * 0.72), point(0, down), point(-0.6, down * 0.66)]
    let almond = upper + lower
    canvas.fill(almond, .flat(Ink(250, 246, 242).mixed(with: features.skin.darker(0.3), 0.06)))
    canvas.inside(almond) { paintIris(centre, size) }
    paintLids(upper, lower, side)
  }

  private func paintIris(_ centre: Point, _ size: Double) {
    let look = Point(
      centre.x + features.gaze.x * size * 0.34 + sin(features.yaw) * 0.035,
      centre.y - 0.012 + features.gaze.y * size * 0.16)
    let radius = size * 0.6
    let iris = features.iris
    canvas.fillEllipse(
      look, radius, radius,
      .radial(
        Point(look.x, look.y), radius,
        [
          .init(0, iris.darker(0.3)), .init(0.45, iris.lighter(0.24)), .init(0.8, iris),
          .init(1, iris.darker(0.55)),
        ]))
    canvas.fillEllipse(look, radius * 0.5, radius * 0.5, .flat(.black))
    // The shadow of the lid.
    canvas.fillEllipse(
      Point(centre.x, centre.y - size * 0.72), size * 1.2, size * 0.42, .flat(.black, 0.28))
    canvas.fillEllipse(
      Point(look.x + lightSide * radius * 0.36, look.y - radius * 0.38), radius * 0.27,
      radius * 0.27, .flat(.white, 0.96))
    canvas.fillEllipse(
      Point(look.x - lightSide * radius * 0.36, look.y + radius * 0.4), radius * 0.14,
      radius * 0.14, .flat(.white, 0.45))
  }

  private func paintLids(_ upper: [Point], _ lower: [Point], _ side: Double) {
    let skin = features.skin
    let lash = features.lashes ? Ink.black : skin.darker(0.82)
    canvas.stroke(upper, width: features.lashes ? 0.046 : 0.034, .flat(lash, 0.94))
    if features.lashes, let corner = upper.last {
      canvas.stroke(
        [corner, Point(corner.x + side * 0.055, corner.y - 0.05)], width: 0.03, .flat(lash))
    }
    canvas.stroke(
      [upper[upper.count - 1]] + lower + [upper[0]], width: 0.016, .flat(skin.darker(0.6), 0.55))
    canvas.stroke(
      upper.map { Point($0.x, $0.y - 0.058) }, width: 0.02, .flat(skin.darker(0.5), 0.5))
  }

  func paintBrow(_ side: Double) {
    let distance = features.eyeDistance
    var (inner, middle, outer) = (-0.318, -0.322 - features.browArch * 0.75, -0.262)
    switch features.expression {
    case .neutral: break
    case .smile: (inner, middle) = (inner - 0.012, middle - 0.012)
    case .laugh: (inner, middle) = (inner - 0.03, middle - 0.035)
    case .sad: (inner, middle, outer) = (inner - 0.085, middle + 0.01, outer + 0.045)
    case .surprised: (inner, middle, outer) = (inner - 0.1, middle - 0.12, outer - 0.09)
    }
    let ink =
      features.hairColour == .blond || features.hairColour == .grey
      ? features.beardInk.darker(0.34) : features.beardInk.darker(0.22)
    let width = features.browWidth
    let line = [
      at(side * (distance - 0.15), inner),
      at(side * (distance - 0.02), (inner + middle) / 2 - 0.02),
      at(side * (distance + 0.09), middle + 0.01), at(side * (distance + 0.2), outer),
    ]
    // Thick towards the nose, thin at the end.
    let below = zip(line, [1.0, 1.05, 0.8, 0.1]).map { Point($0.x, $0.y + width * $1) }
    canvas.fill(line + below.reversed(), .flat(ink, 0.92))
  }

  func paintGlasses() {
    guard features.glasses != .none else { return }
    let frame = features.frame
    let centres = [-1.0, 1.0].map { at($0 * (features.eyeDistance + 0.012), -0.02) }
    for (centre, side) in zip(centres, [-1.0, 1.0]) {
      let temple = Point(side * (features.cheekWidth + 0.01) - sin(features.yaw) * 0.1, -0.07)
      canvas.stroke(
        [Point(centre.x + side * 0.2, centre.y - 0.06), temple], width: 0.042, .flat(frame))
      paintLens(centre, frame)
    }
    let bridge = at(0, -0.1)
    canvas.stroke(
      [
        Point(centres[0].x + 0.19, centres[0].y - 0.03), Point(bridge.x, bridge.y - 0.01),
        Point(centres[1].x - 0.19, centres[1].y - 0.03),
      ], width: 0.042, .flat(frame))
  }

  private func paintLens(_ centre: Point, _ frame: Ink) {
    let dark = features.glasses == .dark
    let glass: Paint =
      dark
      ? .linear(
        Point(centre.x, centre.y - 0.2), Point(centre.x, centre.y + 0.2),
        [.init(0, Ink(22, 22, 28), 0.97), .init(1, Ink(70, 62, 66), 0.9)])
      : .flat(Ink(235, 244, 250), 0.15)
    if features.glasses == .round {
      canvas.fillEllipse(centre, 0.215, 0.205, glass)
      canvas.strokeEllipse(centre, 0.215, 0.205, width: 0.042, .flat(frame))
    } else {
      let rim = [
        (-0.215, -0.15), (0, -0.165), (0.215, -0.15), (0.215, 0.05), (0.13, 0.16), (-0.13, 0.16),
        (-0.215, 0.05),
      ].map { Point(centre.x + $0.0, centre.y + $0.1) }
      canvas.fill(rim, glass)
      canvas.stroke(rim, width: 0.042, closed: true, .flat(frame))
    }
    canvas.stroke(
      [
        Point(centre.x - 0.1 + lightSide * 0.03, centre.y + 0.07),
        Point(centre.x + 0.02 + lightSide * 0.03, centre.y - 0.09),
      ], width: 0.045, .flat(.white, dark ? 0.3 : 0.34))
  }
}
