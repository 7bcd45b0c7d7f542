import CLinearAlgebra

/// Sorts numbers, the least first.
///
/// - Parameter room: for as many.
package func sort(
  _ values: UnsafeMutableBufferPointer<Float>, using room: UnsafeMutableBufferPointer<Float>
) {
  precondition(room.count >= values.count, "room for \(room.count) of \(values.count)")
  guard let first = values.baseAddress, let other = room.baseAddress else { return }
  floats_sort(first, other, values.count)
}
