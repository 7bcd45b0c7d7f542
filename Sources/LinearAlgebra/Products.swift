import CLinearAlgebra

/// The products of the rows of two matrices of single precision: A Bᵀ.
///
/// - Parameters:
///   - rows: A, `[…, width]`.
///   - columns: B, `[…, width]`.
///   - products: `[rows.count / width, columns.count / width]`, written.
package func multiply(
  _ rows: UnsafeBufferPointer<Float>, _ columns: UnsafeBufferPointer<Float>, width: Int,
  into products: UnsafeMutableBufferPointer<Float>
) {
  guard width > 0, let a = rows.baseAddress, let b = columns.baseAddress,
    let target = products.baseAddress
  else { return }
  let (m, n) = (rows.count / width, columns.count / width)
  guard m > 0, n > 0 else { return }
  precondition(
    products.count >= m * n, "\(m) times \(n) products do not fit into \(products.count)")
  let (rowCount, columnCount, k) = (BLAS.integer(m), BLAS.integer(n), BLAS.integer(width))
  BLAS.call {
    $0.sgemm(
      BLAS.rowMajor, BLAS.noTranspose, BLAS.transpose, rowCount, columnCount, k, 1, a, k, b, k, 0,
      target, columnCount)
  }
}
