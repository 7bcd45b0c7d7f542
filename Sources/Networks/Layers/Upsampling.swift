import Language
import Specification
import TensorGraph

extension LayerDefinition {
  static let upsample = LayerDefinition(
    LayerSignature(
      "upsample", summary: "that many times as high and as wide",
      discussion: "The other way to grow an image: `upsample 2; conv 64 stride=1`.",
      arguments: [
        .operand("scale", .integer(Limits.scale), as: "the scale", sample: "2", standard: "2"),
        .init(
          "filter", .choice(["nearest", "bilinear"]), "what stands between", standard: "nearest"),
      ],
      example: .images(
        "dense 8x8x4; upsample 2 filter=bilinear; conv 1 kernel=3 stride=1; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    let (image, scale) = (try scope.image(x), try scope.integer("scale"))
    _ = try scope.checked([image.channels, image.height * scale, image.width * scale])
    return try scope.word("filter") == "nearest"
      ? x.upsampledNearest(scale: scale)
      : x.interpolated(axis: 2, scale: scale).interpolated(axis: 3, scale: scale)
  }
}

extension Tensor {
  /// Each pixel becomes `scale` × `scale` equal ones.
  fileprivate func upsampledNearest(scale: Int) -> Tensor {
    let (n, c, h, w) = (shape[0], shape[1], shape[2], shape[3])
    return reshape([n, c, h, 1, w, 1])
      .broadcast(to: Shape([n, c, h, scale, w, scale]))
      .reshape([n, c, h * scale, w * scale])
  }

  /// Linear interpolation along an axis, with pixel centres at halves (PyTorch's
  /// `align_corners=False`); the border pixel goes on beyond the border.
  fileprivate func interpolated(axis: Int, scale: Int) -> Tensor {
    let extent = shape[axis]
    guard scale > 1 else { return self }
    func part(_ start: Int, _ size: Int) -> Tensor { slice(axis: axis, start: start, size: size) }
    let (previous, next) =
      extent == 1
      ? (self, self)
      : (
        Tensor.concatenate([part(0, 1), part(0, extent - 1)], axis: axis),
        Tensor.concatenate([part(1, extent - 1), part(extent - 1, 1)], axis: axis)
      )
    var (phase, whole) = (shape.dimensions, shape.dimensions)
    phase.insert(1, at: axis + 1)
    whole[axis] *= scale
    let phases = (0..<scale).map { index in
      let offset = (Double(index) + 0.5) / Double(scale) - 0.5
      let neighbour = offset < 0 ? previous : next
      return (self * (1 - abs(offset)) + neighbour * abs(offset)).reshape(phase)
    }
    return Tensor.concatenate(phases, axis: axis + 1).reshape(whole)
  }
}
