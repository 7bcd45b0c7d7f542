import CLinearAlgebra

/// Takes a centre off each of some rows.
///
/// - Parameters:
///   - rows: `[…, width]`.
///   - centre: `[width]`.
///   - result: as many numbers as there are in the rows.
package func centre(
  _ rows: UnsafeBufferPointer<Float>, around centre: UnsafeBufferPointer<Float>,
  into result: UnsafeMutableBufferPointer<Float>
) {
  let width = centre.count
  guard width > 0, let source = rows.baseAddress, let middle = centre.baseAddress,
    let target = result.baseAddress
  else { return }
  precondition(result.count >= rows.count, "room for \(result.count) of \(rows.count)")
  rows_centred(source, rows.count / width, width, middle, target)
}

/// Makes products of rows bounds of their squared distances, in place: own + factor · |y|² - 2xy; 0 where that is below 0
/// or not finite.
///
/// - Parameters:
///   - products: xy of one x and every y.
///   - squares: |y|², as many.
package func makeBounds(
  of products: UnsafeMutableBufferPointer<Float>, own: Float, factor: Float,
  squares: UnsafeBufferPointer<Float>
) {
  precondition(
    squares.count == products.count, "\(squares.count) squares of \(products.count) rows")
  guard let target = products.baseAddress, let squares = squares.baseAddress else { return }
  bounds_of_products(target, products.count, own, factor, squares)
}

/// The places of the bounds that are not above the larger of a limit and their own, written to the beginning of `found`.
///
/// - Parameters:
///   - limits: as many as bounds; nil: no bound has its own.
///   - found: room for as many.
package func places(
  of bounds: UnsafeBufferPointer<Float>, atMost limit: Float,
  orIts limits: UnsafeBufferPointer<Float>? = nil, found: UnsafeMutableBufferPointer<UInt32>
) -> Slice<UnsafeMutableBufferPointer<UInt32>> {
  precondition(
    found.count >= bounds.count && (limits?.count ?? bounds.count) == bounds.count,
    "room for \(found.count) of \(bounds.count)")
  guard let first = bounds.baseAddress, let target = found.baseAddress else { return found[..<0] }
  return found[..<bounds_at_most(first, bounds.count, limit, limits?.baseAddress, target)]
}
