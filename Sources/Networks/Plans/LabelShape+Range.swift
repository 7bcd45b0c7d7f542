import Specification
import TensorGraph

/// Numbers of a range as networks are given them, and tell them.
extension LabelShape {
  /// Labels `[N, k]` as networks are given them: numbers of a range in -1…1.
  func normalised(_ labels: Tensor) -> Tensor {
    guard let (middle, half) = scales(like: labels) else { return labels }
    return (labels - middle) / half
  }

  /// What networks tell `[N, k]`, as it is in the data.
  func restored(_ scores: Tensor) -> Tensor {
    guard let (middle, half) = scales(like: scores) else { return scores }
    return scores * half + middle
  }

  /// Nil where no number has a range.
  private func scales(like values: Tensor) -> (middle: Tensor, half: Tensor)? {
    guard case .numbers(let numbers) = self, numbers.contains(where: { $0.range != nil }) else {
      return nil
    }
    func row(_ value: (NumberLabel) -> Double) -> Tensor {
      let parts = numbers.map { values.graph.constant(value($0), Shape([1, 1])) }
      let row = parts.count == 1 ? parts[0] : Tensor.concatenate(parts, axis: 1)
      return row.broadcast(to: values.shape)
    }
    return (row(\.middle), row(\.half))
  }
}
