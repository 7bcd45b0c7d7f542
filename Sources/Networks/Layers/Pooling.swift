import TensorGraph

extension LayerApplication {
  /// The largest value under each window, without padding.
  func maximumPooling(_ x: Tensor, kernel: Int, stride: Int) -> Tensor {
    let parts = windowed(x, kernel: kernel, stride: stride)
    return parts.dropFirst().reduce(parts[0]) { $0.maximum($1) }
  }

  /// The mean under each window, without padding.
  func averagePooling(_ x: Tensor, kernel: Int, stride: Int) -> Tensor {
    let parts = windowed(x, kernel: kernel, stride: stride)
    return parts.dropFirst().reduce(parts[0], +) * (1 / Double(parts.count))
  }

  /// For each place in a square window, the values that windows have there.
  private func windowed(_ x: Tensor, kernel: Int, stride: Int) -> [Tensor] {
    let sizes =
      [x.shape[0], x.shape[1]] + [2, 3].map { (x.shape[$0] - kernel) / stride + 1 }
    return (0..<kernel * kernel).map { place in
      x.slice(
        starts: [0, 0, place / kernel, place % kernel], sizes: sizes,
        strides: [1, 1, stride, stride])
    }
  }
}
