import Foundation

extension PortraitPainter {
  func paintEars() {
    guard features.hat != .scarf else { return }
    let skin = features.skin
    for side in [-1.0, 1.0] {
      // The ear on the side the head turns to is hidden by it.
      let place = Point(
        side * (features.cheekWidth + 0.02) * cos(features.yaw) - sin(features.yaw) * 0.14, 0.06)
      let ink = side == lightSide ? skin : skin.darker(0.26)
      canvas.fillEllipse(place, 0.12, 0.2, angle: side * 0.16, .flat(ink))
      canvas.fillEllipse(
        Point(place.x + side * 0.015, place.y), 0.06, 0.12, angle: side * 0.16,
        .flat(skin.darker(0.38), 0.6))
      if features.earrings {
        canvas.fillEllipse(Point(place.x + side * 0.03, 0.3), 0.055, 0.06, .flat(Ink(226, 186, 92)))
        canvas.fillEllipse(
          Point(place.x + side * 0.015, 0.28), 0.02, 0.02, .flat(Ink(255, 244, 200)))
      }
    }
  }

  func paintHead() {
    let skin = features.skin
    let strength = features.lightStrength
    let bright = Point(features.light.x * 0.36, features.light.y * 0.42)
    canvas.fill(
      outline,
      .radial(
        bright, 1.62,
        [
          .init(0, skin.lighter(0.1 + 0.2 * strength)), .init(0.4, skin),
          .init(0.8, skin.darker(0.14 + 0.2 * strength)),
          .init(1, skin.darker(0.24 + 0.3 * strength)),
        ]))
    paintShadowSide()
    paintCheeks()
    paintSockets()
    if features.lines > 0 { paintLines() }
    if features.years != nil { paintYears() }
    if features.freckles { paintFreckles() }
  }

  /// The side away from the light, and a little light that comes back from behind.
  private func paintShadowSide() {
    let skin = features.skin
    let turn = sin(features.yaw) * 0.3
    canvas.fill(
      outline,
      .linear(
        Point(turn + lightSide * 0.1, 0), Point(turn - lightSide * 0.86, 0.22),
        [
          .init(0, skin.darker(0.55), 0),
          .init(0.75, skin.darker(0.55), 0.2 + 0.38 * features.lightStrength),
          .init(1, skin.darker(0.4), 0.24 + 0.2 * features.lightStrength),
        ]))
    canvas.fill(outline, .glow(at(0, 1.08), 0.42, skin.darker(0.5), 0.42))
  }

  private func paintCheeks() {
    let rosy = features.skin.mixed(with: Ink(222, 70, 66), 0.7)
    for side in [-1.0, 1.0] {
      let cheek = at(side * 0.42, 0.3)
      canvas.fillEllipse(cheek, 0.28, 0.24, .glow(cheek, 0.28, rosy, features.blush))
    }
    let shine = at(lightSide * 0.36, 0.16)
    canvas.fillEllipse(
      shine, 0.22, 0.2,
      .glow(shine, 0.22, features.skin.lighter(0.7), 0.16 + 0.2 * features.lightStrength))
    let forehead = at(lightSide * 0.2, -0.55)
    canvas.fillEllipse(
      forehead, 0.42, 0.3,
      .glow(forehead, 0.42, features.skin.lighter(0.75), 0.12 + 0.2 * features.lightStrength))
  }

  private func paintSockets() {
    let ink = features.skin.darker(0.5)
    for side in [-1.0, 1.0] {
      let socket = at(side * features.eyeDistance, -0.1)
      canvas.fillEllipse(socket, 0.26, 0.2, .glow(socket, 0.24, ink, 0.36))
    }
  }

  private func paintLines() {
    let depth = features.lines
    let ink = Paint.flat(features.skin.darker(0.5), 0.42 * depth)
    for side in [-1.0, 1.0] {
      canvas.stroke(
        [at(side * 0.17, 0.3), at(side * 0.29, 0.42), at(side * 0.33, 0.56)], width: 0.025, ink)
      canvas.stroke(
        [at(side * 0.2, 0.08), at(side * 0.3, 0.12), at(side * 0.4, 0.08)], width: 0.02, ink)
    }
    for y in [-0.5, -0.6] {
      canvas.stroke(
        [at(-0.3, y + 0.02), at(0, y), at(0.3, y + 0.02)], width: 0.018,
        .flat(features.skin.darker(0.5), 0.26 * depth))
    }
  }

  /// What comes after the first lines: at the corners of the eyes and of the mouth, a third across the forehead, and bags.
  private func paintYears() {
    let depth = max(0, features.lines - 0.4)
    guard depth > 0 else { return }
    let ink = Paint.flat(features.skin.darker(0.55), min(0.5, 0.45 * depth))
    for side in [-1.0, 1.0] {
      let eye = features.eyeDistance
      for turn in [-0.05, 0.0, 0.05] {
        canvas.stroke(
          [
            at(side * (eye + 0.19), -0.06 + turn * 0.4),
            at(side * (eye + 0.29), -0.06 + turn * 1.6),
          ],
          width: 0.016, ink)
      }
      canvas.stroke(
        [
          at(side * (features.mouthWidth + 0.03), 0.56),
          at(side * (features.mouthWidth + 0.06), 0.66),
          at(side * (features.mouthWidth + 0.03), 0.77),
        ], width: 0.024, ink)
      let bag = at(side * eye, 0.07)
      canvas.fillEllipse(
        bag, 0.16, 0.06, .glow(bag, 0.15, features.skin.darker(0.6), min(0.5, 0.4 * depth)))
    }
    canvas.stroke([at(-0.26, -0.68), at(0, -0.7), at(0.26, -0.68)], width: 0.018, ink)
  }

  private func paintFreckles() {
    let ink = Paint.flat(features.skin.mixed(with: Ink(150, 78, 40), 0.75), 0.6)
    for i in 0..<16 {
      let turn = Double(i) * 2.399
      let spread = (Double(i) / 16).squareRoot()
      let side = i % 2 == 0 ? -1.0 : 1.0
      let spot = at(side * (0.3 + cos(turn) * 0.17 * spread), 0.24 + sin(turn) * 0.11 * spread)
      canvas.fillEllipse(spot, 0.018, 0.016, ink)
    }
  }

  func paintNose() {
    let skin = features.skin
    let (width, bottom) = (features.noseWidth, features.noseLength)
    let shade = -lightSide
    let tip = at(0, bottom - 0.03)
    canvas.fillEllipse(
      tip, width * 1.5, width * 1.3, .glow(tip, width * 1.6, skin.darker(0.5), 0.3))
    canvas.fill(
      [
        at(shade * 0.035, -0.12), at(shade * 0.075, 0.06), at(shade * width * 1.05, bottom - 0.05),
        at(shade * width * 0.9, bottom + 0.02), at(0, bottom + 0.045), at(shade * 0.02, 0.1),
      ], .flat(skin.darker(0.42), 0.28 + 0.2 * features.lightStrength))
    canvas.stroke(
      [
        at(-width, bottom - 0.03), at(-width * 0.6, bottom + 0.025), at(0, bottom + 0.05),
        at(width * 0.6, bottom + 0.025), at(width, bottom - 0.03),
      ], width: 0.026, .flat(skin.darker(0.62), 0.62))
    for side in [-1.0, 1.0] {
      canvas.fillEllipse(
        at(side * width * 0.52, bottom + 0.012), 0.034, 0.02, .flat(skin.darker(0.78), 0.66))
    }
    let shine = at(lightSide * 0.025, bottom - 0.07)
    canvas.fillEllipse(shine, 0.06, 0.06, .glow(shine, 0.065, .white, 0.5))
    let ridge = at(lightSide * 0.02, 0.05)
    canvas.fillEllipse(ridge, 0.04, 0.16, .glow(ridge, 0.14, skin.lighter(0.7), 0.3))
  }
}
