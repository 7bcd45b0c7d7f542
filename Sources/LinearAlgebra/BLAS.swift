import CLinearAlgebra
import Synchronization

/// Calls of BLAS and LAPACK, one at a time.
///
/// OpenBLAS has one set of buffers for its threads and changes it where a caller has another number of threads than the one
/// before; two callers at once would compute in each other's buffers.
enum BLAS {
  private static let turn = Mutex(())

  /// Loaded at the first call.
  private static let functions = openblas_load()

  static func call<Result>(_ body: (OpenBLAS) -> Result) -> Result {
    turn.withLock { _ in body(functions) }
  }

  // How its arguments are numbered (cblas.h).
  static let rowMajor: Int32 = 101
  static let (noTranspose, transpose): (Int32, Int32) = (111, 112)
  static let lower: Int32 = 122
  static let left: Int32 = 141

  /// What its integers can count.
  static func integer(_ count: Int) -> Int32 {
    precondition(count <= Int32.max, "\(count) numbers in a row are more than BLAS counts")
    return Int32(count)
  }
}
