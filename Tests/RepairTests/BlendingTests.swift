import Foundation
import Specification
import Testing

import Repair

@Suite struct BlendingTests {
  private let shape = ImageShape(height: 12, width: 14, channels: 3)

  private func picture(_ phase: Double) -> [Float] {
    (0..<3 * 12 * 14).map { Float(sin(Double($0) * 0.21 + phase)) }
  }

  private var hole: [Float] {
    (0..<12 * 14).map { place in
      (3..<9).contains(place / 14) && (4..<11).contains(place % 14) ? 1 : 0
    }
  }

  /// A linear image is harmonic: what surrounds the hole says all of it.
  @Test func diffusesALinearImageWithoutError() {
    let original = (0..<3 * 12 * 14).map { index -> Float in
      let (y, x) = (index % 168 / 14, index % 14)
      return 0.05 * Float(x) - 0.03 * Float(y) + Float(index / 168) * 0.1
    }
    let damaged = original.enumerated().map { hole[$0 % 168] > 0 ? 0 : $1 }
    let filled = PoissonBlending.fill(damaged, hole: hole, with: nil, of: shape)
    for (made, wanted) in zip(filled, original) { #expect(abs(made - wanted) < 1e-5) }
  }

  /// A guide that is the image plus a constant has its gradients.
  @Test func takesAGuidesGradientsAndTheImagesBorder() {
    let original = picture(0)
    let damaged = original.enumerated().map { hole[$0 % 168] > 0 ? 0 : $1 }
    let filled = PoissonBlending.fill(
      damaged, hole: hole, with: original.map { $0 + 0.3 }, of: shape)
    for (made, wanted) in zip(filled, original) { #expect(abs(made - wanted) < 1e-5) }
  }

  /// What lies under the hole changes no bit of what comes out.
  @Test(arguments: [true, false]) func nothingLeaks(isGuided: Bool) {
    let guide = isGuided ? picture(1) : nil
    let one = PoissonBlending.fill(picture(0), hole: hole, with: guide, of: shape)
    let other = picture(0).enumerated().map { hole[$0 % 168] > 0 ? Float.infinity : $1 }
    #expect(PoissonBlending.fill(other, hole: hole, with: guide, of: shape) == one)
  }

  @Test func keepsWhatIsKnownAndTheGuideWhereNothingIs() {
    let (damaged, guide) = (picture(0), picture(1))
    let filled = PoissonBlending.fill(damaged, hole: hole, with: guide, of: shape)
    for place in damaged.indices where hole[place % 168] == 0 {
      #expect(filled[place] == damaged[place])
    }
    let all = [Float](repeating: 1, count: 168)
    #expect(PoissonBlending.fill(damaged, hole: all, with: guide, of: shape) == guide)
    let none = [Float](repeating: 0, count: 168)
    #expect(PoissonBlending.fill(damaged, hole: none, with: guide, of: shape) == damaged)
  }
}

@Suite struct RepairMethodTests {
  private let shape = ImageShape(height: 16, width: 16, channels: 1)

  @Test func medianTakesSinglePixelsOff() {
    var values = [Float](repeating: 0.2, count: 256)
    values[40] = 1
    values[100] = -1
    let damage = Damage([.saltAndPepper(share: 0.1)])
    let repaired = RepairMethod.median.repaired(
      values, hole: [Float](repeating: 0, count: 256), damage: damage, of: shape)
    #expect(repaired.allSatisfy { $0 == 0.2 })
  }

  /// Keys' cubic gives a straight line back, but for the border.
  @Test func bicubicGivesALineBack() {
    let line = (0..<256).map { Float($0 % 16) * 0.1 }
    let damage = Damage([.downscale(factor: 2)])
    let squares = DamageMaker(damage, of: shape, seed: 0, stream: 0).spoilt(line, step: 0).damaged
    let repaired = RepairMethod.bicubic.repaired(
      squares, hole: [Float](repeating: 0, count: 256), damage: damage, of: shape)
    for place in 0..<256 where (4..<12).contains(place % 16) {
      #expect(abs(repaired[place] - line[place]) < 1e-5)
    }
  }

  @Test func bilateralKeepsAnEdge() {
    let step = (0..<256).map { Float($0 % 16 < 8 ? -0.5 : 0.5) }
    let damage = Damage([.noise(deviation: 5...5)])
    let repaired = RepairMethod.bilateral.repaired(
      step, hole: [Float](repeating: 0, count: 256), damage: damage, of: shape)
    for (made, wanted) in zip(repaired, step) { #expect(abs(made - wanted) < 1e-3) }
  }

  @Test func methodsFitTheDamage() {
    #expect(
      RepairMethod.fitting(Damage([.hole(.strokes)])) == [.nothing, .mean, .nearest, .diffusion])
    // Noise of no deviation is none.
    let still = RepairMethod.bilateral.repaired(
      (0..<16).map { Float($0) / 16 }, hole: [Float](repeating: 0, count: 16),
      damage: Damage([.noise(deviation: 0...0)]), of: ImageShape(height: 4, width: 4, channels: 1))
    #expect(still == (0..<16).map { Float($0) / 16 })
    #expect(
      RepairMethod.fitting(Damage([.noise(deviation: 1...1)])) == [.nothing, .bilateral, .gaussian])
  }
}
