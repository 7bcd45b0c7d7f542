/// Tensors by their names, wherever they come from.
package struct NetworkWeights {
  /// What their place is called in messages.
  package let name: String
  /// SHA-256 of them, or of the file.
  package let digest: String
  /// Shapes by the tensors' names.
  package let shapes: [String: [Int]]
  private let read: (String) throws(WeightsError) -> [Float]?

  /// - Parameter read: the values of a tensor, row-major; nil if there is none of that name.
  package init(
    name: String, digest: String, shapes: [String: [Int]],
    read: @escaping (String) throws(WeightsError) -> [Float]?
  ) {
    (self.name, self.digest, self.shapes, self.read) = (name, digest, shapes, read)
  }

  /// The values of a tensor, row-major in single precision.
  ///
  /// - Throws: `WeightsError.unreadable` where there is no such tensor, its numbers are not there, or one is not
  ///   finite.
  package func values(of tensor: String) throws(WeightsError) -> [Float] {
    guard let values = try read(tensor) else {
      throw .unreadable(file: name, "it has no \(tensor)")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw .unreadable(file: name, "its \(tensor) holds a value that is not finite")
    }
    return values
  }
}
