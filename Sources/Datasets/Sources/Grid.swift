import Specification

extension SourceDefinition {
  static let grid = SourceDefinition(
    SourceSignature(
      "grid", summary: "Gaussians on a square grid in the plane, for seeing modes collapse",
      discussion: "A run on it counts the modes that the generator reaches.",
      clause: Mixture.clause,
      arguments: [
        .init(
          "side", .integer(1...100), "Gaussians along a side", standard: "5",
          use: "data toys grid side=5"),
        .length(
          "spacing", "distance of neighbours", standard: "2", use: "data toys grid spacing=1"),
        .deviation(standard: "0.05"),
      ],
      examples: .points,
      use: .init("Twenty-five modes.", "data toys grid side=5 spacing=2 sigma=0.05")),
    origin: {
      let side = $0.integer("side")
      return ": \(side)x\(side) Gaussians of deviation \($0.number("sigma")), "
        + "\($0.number("spacing")) apart"
    },
    points: { arguments in
      let (side, spacing) = (arguments.integer("side"), arguments.number("spacing"))
      let middle = Double(side - 1) / 2
      return Mixture(
        centres: (0..<side * side).map {
          SIMD2((Double($0 / side) - middle) * spacing, (Double($0 % side) - middle) * spacing)
        }, deviation: arguments.number("sigma"))
    })
}
