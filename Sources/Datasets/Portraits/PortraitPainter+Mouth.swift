extension PortraitPainter {
  private var lip: Ink {
    features.lipstick ?? features.skin.mixed(with: Ink(170, 58, 62), 0.5).darker(0.08)
  }

  func paintMouth() {
    let width = features.mouthWidth
    switch features.expression {
    case .neutral: paintClosed(width, corners: -0.004)
    case .smile: paintClosed(width * 1.16, corners: -0.072)
    case .sad: paintClosed(width * 0.92, corners: 0.062)
    case .laugh: paintLaugh(width * 1.24)
    case .surprised: paintSurprise(width)
    }
  }

  /// Lips on one another; the corners lie `corners` below the middle.
  private func paintClosed(_ width: Double, corners: Double) {
    let (y, full) = (0.575, features.lipFullness)
    let line = [
      at(-width, y + corners), at(-width * 0.5, y + corners * 0.25 + 0.004), at(0, y + 0.008),
      at(width * 0.5, y + corners * 0.25 + 0.004), at(width, y + corners),
    ]
    let top = [
      at(width * 0.52, y - full * 0.74 + corners * 0.3), at(width * 0.16, y - full),
      at(0, y - full * 0.76), at(-width * 0.16, y - full),
      at(-width * 0.52, y - full * 0.74 + corners * 0.3),
    ]
    let bottom = [
      at(width * 0.55, y + full * 1.0 + corners * 0.25), at(0, y + full * 1.4),
      at(-width * 0.55, y + full * 1.0 + corners * 0.25),
    ]
    canvas.fill(line + top, .flat(lip.darker(0.16)))
    canvas.fill(line + bottom, .flat(lip))
    canvas.stroke(line, width: 0.026, .flat(features.skin.darker(0.74), 0.88))
    paintLipShine(at(0.03 * lightSide, y + full * 0.8), width * 0.5)
    let shadow = at(0, y + full * 1.4 + 0.07)
    canvas.fillEllipse(
      shadow, 0.2, 0.06, .glow(shadow, 0.17, features.skin.darker(0.5), 0.36))
    if features.expression == .smile { paintFolds(width) }
  }

  private func paintLipShine(_ centre: Point, _ width: Double) {
    canvas.fillEllipse(
      centre, width, 0.03,
      .glow(centre, width, lip.lighter(0.75), features.lipstick == nil ? 0.4 : 0.62))
  }

  private func paintFolds(_ width: Double) {
    for side in [-1.0, 1.0] {
      canvas.stroke(
        [
          at(side * (width + 0.02), 0.42), at(side * (width + 0.075), 0.5),
          at(side * (width + 0.06), 0.58),
        ], width: 0.022, .flat(features.skin.darker(0.5), 0.4))
    }
  }

  private func paintLaugh(_ width: Double) {
    let (y, full) = (0.52, features.lipFullness)
    let upper = [
      at(-width, y - 0.03), at(-width * 0.5, y + 0.012), at(0, y + 0.024),
      at(width * 0.5, y + 0.012), at(width, y - 0.03),
    ]
    let lower = [at(width * 0.62, y + 0.15), at(0, y + 0.225), at(-width * 0.62, y + 0.15)]
    let rim = [
      at(-width - 0.03, y - 0.04), at(-width * 0.45, y - full * 0.6), at(0, y - full * 0.5),
      at(width * 0.45, y - full * 0.6), at(width + 0.03, y - 0.04),
      at(width * 0.68, y + 0.15 + full * 0.9), at(0, y + 0.225 + full * 1.05),
      at(-width * 0.68, y + 0.15 + full * 0.9),
    ]
    canvas.fill(rim, .flat(lip))
    let mouth = upper + lower
    canvas.fill(mouth, .flat(Ink(92, 24, 30)))
    canvas.inside(mouth) {
      canvas.fillEllipse(at(0, y + 0.24), width * 0.6, 0.09, .flat(Ink(206, 92, 92)))
      canvas.fill(
        [
          at(-width * 1.1, y - 0.1), at(width * 1.1, y - 0.1), at(width * 0.8, y + 0.075),
          at(0, y + 0.115), at(-width * 0.8, y + 0.075),
        ], .flat(Ink(252, 250, 246)))
    }
    canvas.stroke(mouth, width: 0.016, closed: true, .flat(features.skin.darker(0.8), 0.6))
    paintFolds(width)
  }

  private func paintSurprise(_ width: Double) {
    let centre = at(0, 0.61)
    canvas.fillEllipse(centre, width * 0.56 + 0.045, 0.165, .flat(lip))
    canvas.fillEllipse(centre, width * 0.56 - 0.01, 0.115, .flat(Ink(74, 20, 26)))
    canvas.fillEllipse(
      Point(centre.x, centre.y + 0.07), width * 0.34, 0.05, .flat(Ink(190, 82, 84)))
    paintLipShine(at(0.03 * lightSide, 0.745), width * 0.3)
  }

  func paintBeard() {
    let hair = features.beardInk.darker(0.16)
    let stubble = features.facialHair == .stubble
    switch features.facialHair {
    case .none: return
    case .moustache: paintMoustache(hair)
    case .goatee:
      paintMoustache(hair)
      let chin = [
        at(-0.22, 0.66), at(0, 0.74), at(0.22, 0.66), at(0.23, 0.9), at(0, 1.06), at(-0.23, 0.9),
      ]
      canvas.fill(chin, .flat(hair, 0.95))
    case .stubble, .beard: paintJaw(hair, stubble)
    }
  }

  private func paintMoustache(_ hair: Ink) {
    let wide = features.mouthWidth + 0.05
    canvas.fill(
      [
        at(-wide, 0.56), at(-wide * 0.6, 0.44), at(0, 0.405), at(wide * 0.6, 0.44), at(wide, 0.56),
        at(wide * 0.5, 0.52), at(0, 0.505), at(-wide * 0.5, 0.52),
      ], .flat(hair, 0.96))
  }

  /// From one ear along the jaw to the other, around the mouth.
  private func paintJaw(_ hair: Ink, _ stubble: Bool) {
    let grow = stubble ? 0.0 : 0.055
    let cheek = features.cheekWidth
    let jaw = features.jawWidth
    let outer = [
      around(cheek + 0.0, -0.05), around(cheek * 0.4 + jaw * 0.62 + grow * 0.5, 0.32),
      around(jaw * 0.92 + grow, 0.66), around(features.chinWidth * 1.25 + grow, 0.93 + grow),
      around(0, 1.02 + grow * 1.8),
    ]
    let left = outer.dropLast().reversed().map { Point(2 * around(0, $0.y).x - $0.x, $0.y) }
    let inner = [
      at(-cheek * 0.86, 0.0), at(-0.56, 0.3), at(-0.42, 0.44), at(-0.2, 0.4), at(0, 0.42),
      at(0.2, 0.4), at(0.42, 0.44), at(0.56, 0.3), at(cheek * 0.86, 0.0),
    ]
    let area = outer + left + inner
    if stubble {
      canvas.inside(outline) { canvas.fill(area, .flat(hair, 0.27)) }
    } else {
      canvas.fill(
        area,
        .linear(
          Point(lightSide * 0.8, 0.2), Point(-lightSide * 0.8, 0.9),
          [.init(0, hair.lighter(0.16)), .init(0.5, hair), .init(1, hair.darker(0.35))]))
    }
    let bare = at(0, 0.605)
    if !stubble { canvas.fillEllipse(bare, 0.2, 0.075, .flat(features.skin.darker(0.16), 0.9)) }
  }
}
