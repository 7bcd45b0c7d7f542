import Foundation

extension PortraitPainter {
  private var cloth: Paint {
    let ink = features.hatInk
    return .linear(
      Point(lightSide * 0.8, -1.3), Point(-lightSide * 0.8, -0.3),
      [.init(0, ink.lighter(0.26)), .init(0.5, ink), .init(1, ink.darker(0.42))])
  }

  func paintHat() {
    switch features.hat {
    case .none: break
    case .beanie: paintBeanie()
    case .cap: paintPeakedCap()
    case .scarf: paintScarf()
    }
  }

  private func paintBeanie() {
    let dome = [
      Point(-0.88, -0.46), Point(-0.84, -0.86), Point(-0.5, -1.22), Point(0, -1.34),
      Point(0.5, -1.22), Point(0.84, -0.86), Point(0.88, -0.46), Point(0, -0.62),
    ]
    canvas.fill(dome, cloth)
    canvas.inside(dome) {
      let ribs = (0..<9).map { i in
        let x = Double(i) * 0.22 - 0.88
        return [Point(x * 0.25, -1.36), Point(x * 0.86, -0.95), Point(x, -0.4)]
      }
      canvas.strokeAll(ribs, width: 0.03, .flat(features.hatInk.darker(0.4), 0.3))
    }
    let brim = [
      Point(-0.9, -0.44), Point(-0.86, -0.72), Point(0, -0.86), Point(0.86, -0.72),
      Point(0.9, -0.44), Point(0, -0.56),
    ]
    canvas.stroke(
      [at(-0.7, -0.36), at(0, -0.48), at(0.7, -0.36)], width: 0.1,
      .flat(features.skin.darker(0.7), 0.25))
    canvas.fill(brim, .flat(features.hatInk.darker(0.16)))
    canvas.stroke(
      [Point(-0.85, -0.68), Point(0, -0.82), Point(0.85, -0.68)], width: 0.03,
      .flat(features.hatInk.lighter(0.4), 0.6))
  }

  private func paintPeakedCap() {
    let dome = [
      Point(-0.84, -0.46), Point(-0.82, -0.84), Point(-0.48, -1.18), Point(0, -1.27),
      Point(0.48, -1.18), Point(0.82, -0.84), Point(0.84, -0.46), Point(0, -0.6),
    ]
    canvas.fill(dome, cloth)
    canvas.stroke(
      [Point(0, -1.27), at(0, -0.9), at(0, -0.6)], width: 0.02,
      .flat(features.hatInk.darker(0.5), 0.5))
    let turn = sin(features.yaw) * 0.4
    let peak = [
      Point(-0.74 + turn * 0.6, -0.58), Point(turn * 0.6, -0.74), Point(0.74 + turn * 0.6, -0.58),
      Point(0.66 + turn, -0.38), Point(turn, -0.43), Point(-0.66 + turn, -0.38),
    ]
    canvas.stroke(
      [at(-0.6, -0.32), at(0, -0.36), at(0.6, -0.32)], width: 0.14,
      .flat(features.skin.darker(0.7), 0.3))
    canvas.fill(
      peak,
      .linear(
        Point(0, -0.74), Point(0, -0.38),
        [.init(0, features.hatInk.darker(0.05)), .init(1, features.hatInk.darker(0.5))]))
  }

  /// The part of a headscarf behind the neck.
  func paintScarfBehind() {
    canvas.fill(
      [
        Point(0, -1.12), Point(0.74, -0.7), Point(0.92, 0.1), Point(0.98, 1.0), Point(0.9, 1.7),
        Point(-0.9, 1.7), Point(-0.98, 1.0), Point(-0.92, 0.1), Point(-0.74, -0.7),
      ], .flat(features.hatInk.darker(0.36)))
  }

  /// A headscarf around the face.
  private func paintScarf() {
    let outside = [
      Point(0, -1.16), Point(0.52, -1.02), Point(0.86, -0.5), Point(0.9, 0.2), Point(0.74, 0.9),
      Point(0.86, 1.5), Point(0, 1.75), Point(-0.86, 1.5), Point(-0.74, 0.9), Point(-0.9, 0.2),
      Point(-0.86, -0.5), Point(-0.52, -1.02), Point(-0.01, -1.16),
    ]
    let opening = [
      at(-0.01, -0.62), at(-0.46, -0.5), around(-0.68, -0.05), around(-0.6, 0.42),
      around(-0.34, 0.86), around(0, 0.99), around(0.34, 0.86), around(0.6, 0.42),
      around(0.68, -0.05), at(0.46, -0.5), at(0.01, -0.62),
    ]
    canvas.fill(
      outside + opening,
      .linear(
        Point(lightSide * 0.9, -1), Point(-lightSide * 0.9, 1.2),
        [
          .init(0, features.hatInk.lighter(0.26)), .init(0.5, features.hatInk),
          .init(1, features.hatInk.darker(0.4)),
        ]))
    let fold = Paint.flat(features.hatInk.darker(0.5), 0.4)
    canvas.stroke(
      [Point(0.1, -0.95), Point(0.72, -0.3), Point(0.74, 0.4), Point(0.3, 1.1)], width: 0.03, fold)
    canvas.stroke([Point(-0.66, 0.9), Point(-0.1, 1.2), Point(0.6, 1.3)], width: 0.04, fold)
    canvas.stroke([Point(-0.5, 1.2), Point(0, 1.42), Point(0.5, 1.5)], width: 0.03, fold)
  }
}
