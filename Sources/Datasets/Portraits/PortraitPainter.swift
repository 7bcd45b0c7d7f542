import Foundation
import Images

/// Draws the features of a portrait, from the back to the front.
///
/// Lengths are in half-heights of the head, whose middle is the origin; x to the right, y down.
struct PortraitPainter {
  let features: PortraitFeatures
  let canvas: Canvas
  private let side: Int

  /// Small pictures are drawn twice as large and then shrunk, for softer edges.
  init(_ features: PortraitFeatures, side: Int) {
    self.features = features
    self.side = side
    canvas = Canvas(side: side < 48 ? side * 2 : side)
  }

  func paint() -> PixelImage {
    paintBackground()
    let origin = features.centre
    canvas.within(origin: origin, unit: features.unit, angle: features.roll * 0.3) {
      paintTorso()
    }
    canvas.within(origin: origin, unit: features.unit, angle: features.roll) { paintHairBehind() }
    canvas.within(origin: origin, unit: features.unit, angle: features.roll * 0.3) {
      paintNeck()
    }
    canvas.within(origin: origin, unit: features.unit, angle: features.roll) {
      paintEars()
      paintHead()
      paintBeard()
      paintMouth()
      paintNose()
      for side in [-1.0, 1.0] {
        paintEye(side)
        paintBrow(side)
      }
      paintGlasses()
      paintHair()
      paintHat()
    }
    return canvas.image().resized(width: side, height: side, filter: .box)
  }

  // MARK: Places

  /// Where a point of the face is seen when the head is turned: the face is taken for the front of an
  /// ellipsoid.
  func at(_ x: Double, _ y: Double) -> Point {
    let (across, down) = (x / 0.86, y / 1.12)
    let depth = max(0, 1 - across * across - down * down).squareRoot()
    return Point(
      x * cos(features.yaw) + depth * 0.52 * sin(features.yaw), y + depth * features.pitch * 1.6)
  }

  /// Where a point of the outline is seen: the chin goes with the turn, the top stays.
  func around(_ x: Double, _ y: Double) -> Point {
    let turn = sin(features.yaw)
    return Point(x + turn * 0.13 * max(0, y + 0.1), y)
  }

  /// The side the light comes from, −1 or 1.
  var lightSide: Double { features.light.x < 0 ? -1 : 1 }

  /// The outline of the head, from the top clockwise.
  var outline: [Point] {
    let (cheek, jaw, chin) = (features.cheekWidth, features.jawWidth, features.chinWidth)
    let right = [
      (0.42, -0.915), (0.66, -0.62), (cheek, -0.12), (cheek * 0.4 + jaw * 0.62, 0.32),
      (jaw * 0.92, 0.64), (chin * 1.25, 0.91),
    ]
    return [around(0, -1.0)] + right.map { around($0.0, $0.1) } + [around(0, 1.01)]
      + right.reversed().map { around(-$0.0, $0.1) }
  }

  // MARK: Behind and below

  private func paintBackground() {
    let (first, second) = (features.backdrop, features.backdropSecond)
    switch features.background {
    case .plain: canvas.fillAll(.flat(first))
    case .sky:
      canvas.fillAll(.linear(Point(0.5, 0), Point(0.5, 1), [.init(0, first), .init(1, second)]))
    case .halo:
      canvas.fillAll(
        .radial(
          Point(0.5 + features.light.x * 0.2, 0.4), 0.8,
          [.init(0, first.lighter(0.35)), .init(1, second.darker(0.12))]))
    case .spots:
      canvas.fillAll(.linear(Point(0, 0), Point(1, 1), [.init(0, first), .init(1, second)]))
      for i in 0..<9 {
        let turn = Double(i) * 2.4 + features.part * 7
        let place = Point(0.5 + cos(turn) * 0.46, 0.36 + sin(turn * 1.3) * 0.38)
        canvas.fillEllipse(
          place, 0.07 + 0.05 * cos(turn * 3), 0.07 + 0.05 * cos(turn * 3),
          .flat(first.lighter(0.6), 0.28))
      }
    }
    canvas.fillAll(
      .radial(
        Point(0.5, 0.5), 0.78, [.init(0, .black, 0), .init(0.6, .black, 0), .init(1, .black, 0.2)]))
  }

  private func paintTorso() {
    let torso = [
      Point(0, 1.12), Point(0.4, 1.17), Point(0.86, 1.33), Point(1.2, 1.6), Point(1.36, 2.3),
      Point(-1.36, 2.3), Point(-1.2, 1.6), Point(-0.86, 1.33), Point(-0.4, 1.17),
    ]
    let ink = features.clothes
    canvas.fill(
      torso,
      .linear(
        Point(lightSide * 1.2, 1.1), Point(-lightSide * 1.2, 1.9),
        [.init(0, ink.lighter(0.2)), .init(0.5, ink), .init(1, ink.darker(0.4))]))
  }

  private func paintNeck() {
    let width = 0.27 + features.jawWidth * 0.16
    let skin = features.skin
    let base = [
      Point(-width, 0.5), Point(width, 0.5), Point(width * 1.02, 1.05), Point(width * 1.5, 1.3),
      Point(0, features.collar == .pointed ? 1.72 : 1.42), Point(-width * 1.5, 1.3),
      Point(-width * 1.02, 1.05),
    ]
    canvas.fill(
      base,
      .linear(
        Point(lightSide * 0.4, 0), Point(-lightSide * 0.45, 0),
        [.init(0, skin.darker(0.08)), .init(1, skin.darker(0.34))]))
    let shadow = Point(sin(features.yaw) * 0.1 - lightSide * 0.08, 0.86)
    canvas.fill(base, .glow(shadow, 0.48, skin.darker(0.75), 0.75))
    paintCollar(width)
  }

  private func paintCollar(_ width: Double) {
    let ink = features.clothes.darker(0.2)
    switch features.collar {
    case .round:
      canvas.stroke(
        [Point(-width * 1.5, 1.21), Point(0, 1.45), Point(width * 1.5, 1.21)], width: 0.075,
        .flat(ink))
    case .pointed:
      canvas.stroke(
        [Point(-width * 1.5, 1.19), Point(-0.2, 1.46), Point(0, 1.74)], width: 0.07, .flat(ink))
      canvas.stroke(
        [Point(width * 1.5, 1.19), Point(0.2, 1.46), Point(0, 1.74)], width: 0.07, .flat(ink))
    case .shirt:
      for side in [-1.0, 1.0] {
        canvas.fillPolygon(
          [
            Point(side * width * 1.2, 1.06), Point(side * 0.02, 1.44), Point(side * 0.3, 1.68),
            Point(side * width * 1.75, 1.28),
          ], .flat(features.clothes.lighter(side == lightSide ? 0.5 : 0.32)))
      }
    case .rolled:
      canvas.fill(
        [
          Point(-width * 1.15, 1.02), Point(0, 1.13), Point(width * 1.15, 1.02),
          Point(width * 1.4, 1.3), Point(0, 1.44), Point(-width * 1.4, 1.3),
        ],
        .linear(
          Point(lightSide * 0.5, 1), Point(-lightSide * 0.5, 1.3),
          [.init(0, features.clothes.lighter(0.22)), .init(1, features.clothes.darker(0.3))]))
    }
  }
}
