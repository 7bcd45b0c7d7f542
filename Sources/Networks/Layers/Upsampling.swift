import TensorGraph

extension LayerApplication {
  /// Each pixel becomes `scale` × `scale` equal ones.
  func upsampleNearest(_ x: Tensor, scale: Int) -> Tensor {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    return x.reshape([n, c, h, 1, w, 1])
      .broadcast(to: Shape([n, c, h, scale, w, scale]))
      .reshape([n, c, h * scale, w * scale])
  }

  /// Linear interpolation in both directions, with pixel centres at halves (PyTorch's
  /// `align_corners=False`); the border pixel goes on beyond the border.
  func upsampleBilinear(_ x: Tensor, scale: Int) -> Tensor {
    interpolated(interpolated(x, axis: 2, scale: scale), axis: 3, scale: scale)
  }

  private func interpolated(_ x: Tensor, axis: Int, scale: Int) -> Tensor {
    let extent = x.shape[axis]
    guard scale > 1 else { return x }
    func part(_ start: Int, _ size: Int) -> Tensor { x.slice(axis: axis, start: start, size: size) }
    let (previous, next) =
      extent == 1
      ? (x, x)
      : (
        Tensor.concatenate([part(0, 1), part(0, extent - 1)], axis: axis),
        Tensor.concatenate([part(1, extent - 1), part(extent - 1, 1)], axis: axis)
      )
    var (phase, whole) = (x.shape.dimensions, x.shape.dimensions)
    phase.insert(1, at: axis + 1)
    whole[axis] *= scale
    let phases = (0..<scale).map { index in
      let offset = (Double(index) + 0.5) / Double(scale) - 0.5
      let neighbour = offset < 0 ? previous : next
      return (x * (1 - abs(offset)) + neighbour * abs(offset)).reshape(phase)
    }
    return Tensor.concatenate(phases, axis: axis + 1).reshape(whole)
  }
}
