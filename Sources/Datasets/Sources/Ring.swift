import Foundation
import Specification

extension SourceDefinition {
  static let ring = SourceDefinition(
    SourceSignature(
      "ring", summary: "Gaussians on a circle in the plane, for seeing modes collapse",
      discussion: "A run on it counts the modes that the generator reaches.",
      clause: Mixture.clause,
      arguments: [
        .init(
          "modes", .integer(1...1000),
          "Gaussians on the circle; in conditions `data.modes`, `modes` is the metric",
          standard: "8"),
        .length("radius", "radius of the circle", standard: "1", use: "data toy ring radius=2"),
        .deviation(standard: "0.01", use: "data toy ring sigma=0.05"),
      ],
      examples: .points,
      use: .init("Eight modes.", "data toy ring modes=8 radius=1 sigma=0.01")),
    origin: {
      ": \($0.integer("modes")) Gaussians of deviation \($0.number("sigma")) on a circle of radius "
        + "\($0.number("radius"))"
    },
    points: { arguments in
      let (modes, radius) = (arguments.integer("modes"), arguments.number("radius"))
      // The angles are 2πk / modes: the end of the circle is its beginning and not a mode more.
      return Mixture(
        centres: (0..<modes).map {
          let angle = 2 * Double.pi * Double($0) / Double(modes)
          return SIMD2(radius * cos(angle), radius * sin(angle))
        }, deviation: arguments.number("sigma"))
    })
}
