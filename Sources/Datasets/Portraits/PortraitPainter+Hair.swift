import Foundation

extension PortraitPainter {
  private var sheen: Paint {
    let hair = features.hair
    return .linear(
      Point(lightSide * 0.7, -1.2), Point(-lightSide * 0.7, 1.1),
      [
        .init(0, hair.lighter(0.3)), .init(0.3, hair.lighter(0.08)), .init(0.55, hair),
        .init(1, hair.darker(0.42)),
      ])
  }

  private var depths: Paint {
    let hair = features.hair
    return .linear(
      Point(0, -1), Point(0, 1.5), [.init(0, hair.darker(0.2)), .init(1, hair.darker(0.5))])
  }

  private var isCovered: Bool { features.hat == .scarf }

  /// What is seen of the hair behind head and neck.
  func paintHairBehind() {
    guard !isCovered else { return paintScarfBehind() }
    let wide = features.volume * 0.8
    switch features.style {
    case .bald, .shaven, .short, .quiff: break
    case .curls: paintCurls(behind: true)
    case .bob: paintFall(to: 0.82, wide: 0.9 + wide, waves: 0, tuck: 0.14)
    case .long: paintFall(to: 1.62, wide: 0.9 + wide * 0.7, waves: 0, tuck: 0)
    case .waves: paintFall(to: 1.55, wide: 0.95 + wide, waves: 0.06, tuck: 0)
    case .bun:
      canvas.fillEllipse(
        Point(features.part * 0.5 - sin(features.yaw) * 0.2, -1.22), 0.34, 0.32, sheen)
    case .tails:
      for side in [-1.0, 1.0] {
        let x = side * 0.92 - sin(features.yaw) * 0.14
        canvas.fill(
          [
            Point(x - side * 0.2, -0.42), Point(x + side * 0.14, -0.4), Point(x + side * 0.3, 0.2),
            Point(x + side * 0.2, 0.9), Point(x + side * 0.02, 1.2), Point(x - side * 0.1, 0.7),
            Point(x - side * 0.06, 0.1),
          ], depths)
      }
    }
  }

  /// Hair that falls from the crown to `end`.
  private func paintFall(to end: Double, wide: Double, waves: Double, tuck: Double) {
    let turn = -sin(features.yaw) * 0.12
    func edge(_ side: Double) -> [Point] {
      let steps = 9
      return (0...steps).map { step in
        let share = Double(step) / Double(steps)
        let y = -0.85 + (end + 0.85) * share
        let swell = 0.66 + (wide - 0.66) * min(1, share * 3)
        let curl = waves * sin(Double(step) * 2.1 + side) - tuck * max(0, share - 0.75) * 4
        return Point(turn + side * (swell + curl), y)
      }
    }
    let contour =
      [Point(turn, -1.06 - features.volume)] + edge(1) + [Point(turn, end + 0.06)]
      + edge(-1).reversed()
    canvas.fill(contour, depths)
  }

  /// The hair before the head.
  func paintHair() {
    guard !isCovered else { return }
    switch features.style {
    case .bald: paintBaldShine()
    case .shaven: paintCap(volume: 0.005, lift: 0.02, paint: .flat(features.hair, 0.62))
    case .short: paintCap(volume: features.volume, lift: 0, paint: sheen)
    case .quiff: paintQuiff()
    case .curls: paintCurls(behind: false)
    case .bun: paintCap(volume: 0.05, lift: 0.05, paint: sheen)
    case .tails: paintCap(volume: 0.06, lift: 0.03, paint: sheen)
    case .bob: paintLocks(to: 0.72, tuck: 0.1)
    case .long: paintLocks(to: 1.5, tuck: 0)
    case .waves: paintLocks(to: 1.42, tuck: -0.04)
    }
    if features.showsBangs { paintBangs() }
  }

  private func paintBaldShine() {
    let shine = at(lightSide * 0.28, -0.8)
    canvas.fill(outline, .glow(shine, 0.28, .white, 0.4))
  }

  /// The outer edge of the hair, from the left temple over the crown to the right one.
  private func crown(_ volume: Double, temple: Double) -> [Point] {
    let cheek = features.cheekWidth
    let turn = -sin(features.yaw) * 0.05
    let right = [
      (cheek + 0.015, temple), (cheek + 0.05 + volume * 0.2, -0.34),
      (0.67 + volume * 0.6, -0.74), (0.4 + volume * 0.3, -0.98 - volume * 0.9),
    ]
    return right.map { Point(turn - $0.0, $0.1) } + [Point(turn, -1.05 - volume)]
      + right.reversed().map { Point(turn + $0.0, $0.1) }
  }

  /// Where the hair ends on the forehead, from right to left; higher at the parting.
  private func hairline(_ temple: Double, lift: Double) -> [Point] {
    let cheek = features.cheekWidth
    let (low, high) = (-0.52 - lift, -0.68 - lift)
    let part = features.part
    return [
      at(cheek - 0.075, temple), at(cheek - 0.1, -0.3), at(0.53, part > 0 ? high + 0.08 : low),
      at(max(part, part * 0.4 + 0.1), high), at(min(part, part * 0.4 - 0.1), high + 0.02),
      at(-0.53, part > 0 ? low : high + 0.08), at(-cheek + 0.1, -0.3),
      at(-cheek + 0.075, temple),
    ]
  }

  private func paintCap(volume: Double, lift: Double, paint: Paint) {
    let temple = features.style == .bun || features.style == .tails ? -0.14 : 0.04
    let area = crown(volume, temple: temple) + hairline(temple, lift: lift)
    paintCast(hairline(temple, lift: lift))
    canvas.fill(area, paint)
    if volume > 0.02 { canvas.inside(area) { paintStrands(to: -0.3) } }
  }

  /// The shadow that hair casts on the forehead.
  private func paintCast(_ line: [Point]) {
    canvas.stroke(
      line.map { Point($0.x - lightSide * 0.02, $0.y + 0.03) }, width: 0.09,
      .flat(features.skin.darker(0.6), 0.26))
  }

  /// Fine lines from the parting outwards.
  private func paintStrands(to end: Double) {
    let top = Point(features.part * 0.7, -1.04 - features.volume)
    let strands = (0..<9).map { i in
      let side = Double(i) / 4 - 1
      return [
        Point(top.x + side * 0.1, top.y), Point(top.x * 0.4 + side * 0.62, -0.86),
        Point(side * 0.86, end),
      ]
    }
    paintStrands(strands, opacity: 0.34)
  }

  /// Every other strand lighter than the hair, the others darker.
  private func paintStrands(_ strands: [[Point]], opacity: Double) {
    let inks = [features.hair.lighter(0.35), features.hair.darker(0.45)]
    for (turn, ink) in inks.enumerated() {
      let chosen = strands.indices.filter { $0 % 2 == turn }.map { strands[$0] }
      canvas.strokeAll(chosen, width: 0.03, .flat(ink, opacity))
    }
  }

  private func paintQuiff() {
    let direction = features.part > 0 ? -1.0 : 1.0
    let height = 0.16 + features.volume
    let cheek = features.cheekWidth
    paintCap(volume: 0.035, lift: 0.03, paint: .flat(features.hair.darker(0.26)))
    let tuft = [
      at(-direction * 0.56, -0.62), Point(-direction * 0.6, -0.95),
      Point(-direction * 0.3, -1.14 - height * 0.6),
      Point(direction * 0.2, -1.12 - height), Point(direction * 0.62, -0.98 - height * 0.6),
      Point(direction * (cheek - 0.1), -0.66), at(direction * 0.3, -0.66),
      at(-direction * 0.1, -0.6),
    ]
    canvas.fill(tuft, sheen)
    canvas.inside(tuft) {
      let strands = (0..<6).map { i in
        let x = direction * (Double(i) * 0.2 - 0.5)
        return [
          Point(x - direction * 0.12, -0.6), Point(x, -0.95),
          Point(x + direction * 0.22, -1.1 - height),
        ]
      }
      paintStrands(strands, opacity: 0.44)
    }
  }

  /// Locks around the head; those behind are drawn first and darker.
  private func paintCurls(behind: Bool) {
    let size = 0.19 + features.volume * 0.5
    let hair = features.hair
    let turn = -sin(features.yaw) * 0.06
    let count = 17
    // Under a hat only what is behind the head stands out.
    if !behind && features.hat != .none {
      return paintCap(volume: 0.03, lift: 0, paint: sheen)
    }
    if !behind { paintCap(volume: features.volume * 0.5, lift: -0.02, paint: sheen) }
    for i in 0..<count {
      let share = Double(i) / Double(count - 1)
      let angle = behind ? Double.pi * (0.86 + 1.28 * share) : Double.pi * (1.02 + 0.96 * share)
      let reach = (behind ? 0.06 : -0.06) + (i % 2 == 0 ? 0.03 : -0.02)
      let place = Point(
        turn + cos(angle) * (0.8 + reach + features.volume * 0.4),
        -0.2 + sin(angle) * (0.8 + reach + features.volume))
      let lit = 0.5 + 0.5 * (cos(angle) * features.light.x + sin(angle) * features.light.y)
      let ink = behind ? hair.darker(0.4) : hair.darker(0.4 * (1 - lit)).lighter(0.2 * lit)
      canvas.fillEllipse(
        place, size, size,
        .radial(
          Point(place.x + lightSide * size * 0.3, place.y - size * 0.35), size * 1.3,
          [.init(0, ink.lighter(behind ? 0.04 : 0.2)), .init(1, ink.darker(0.3))]))
    }
  }

  /// Hair over the crown, and at both sides of the face down to `end`.
  private func paintLocks(to end: Double, tuck: Double) {
    paintCap(volume: features.volume, lift: -0.01, paint: sheen)
    let cheek = features.cheekWidth
    let wide = 0.88 + features.volume * 0.7
    let turn = -sin(features.yaw) * 0.1
    for side in [-1.0, 1.0] {
      let far = side * sin(features.yaw) > 0.1
      let inner = cheek - (far ? 0.02 : 0.08)
      let wave = features.style == .waves ? 0.07 : 0
      let lock = [
        at(side * 0.5, -0.62), Point(turn + side * 0.72, -0.62),
        Point(turn + side * (wide - 0.02), -0.2),
        Point(turn + side * (wide + wave), 0.3),
        Point(turn + side * (wide - wave - tuck * 0.3), end * 0.75),
        Point(turn + side * (wide - 0.16 - tuck), end),
        Point(turn * 0.5 + side * (inner - 0.04 + tuck * 0.2), end * 0.8),
        around(side * (inner + 0.02 + wave * 0.6), 0.4),
        around(side * (inner - 0.01), 0.0), at(side * (inner - 0.03), -0.3),
      ]
      canvas.fill(lock, sheen)
      canvas.inside(lock) { paintLockStrands(side, turn, wide, end) }
    }
  }

  private func paintLockStrands(_ side: Double, _ turn: Double, _ wide: Double, _ end: Double) {
    let bend = features.style == .waves ? 0.05 : 0.0
    let strands = (0..<4).map { i in
      let x = turn + side * (wide - 0.05 - Double(i) * 0.075)
      return [
        Point(x - side * 0.1, -0.55), Point(x, 0), Point(x + side * bend, end * 0.45),
        Point(x - side * bend, end),
      ]
    }
    paintStrands(strands, opacity: 0.36)
  }

  private func paintBangs() {
    let low = -0.36
    let sweep = features.part > 0 ? 1.0 : -1.0
    let edge = [
      at(sweep * 0.62, -0.36), at(sweep * 0.4, low + 0.03), at(sweep * 0.26, low - 0.05),
      at(sweep * 0.08, low + 0.02), at(-sweep * 0.1, low - 0.04), at(-sweep * 0.3, low + 0.02),
      at(-sweep * 0.48, low - 0.02), at(-sweep * 0.66, -0.3),
    ]
    let top = [
      Point(-sweep * 0.66, -0.7), Point(-sweep * 0.3, -0.98), Point(sweep * 0.2, -1.0),
      Point(sweep * 0.64, -0.72),
    ]
    paintCast(edge)
    canvas.fill(edge + top, sheen)
    canvas.inside(edge + top) {
      let strands = (0..<7).map { i in
        let x = Double(i) * 0.18 - 0.54
        return [Point(features.part * 0.6, -1.0), Point(x * 0.8, -0.7), at(x, low + 0.05)]
      }
      paintStrands(strands, opacity: 0.35)
    }
  }
}
