import CLAPACK
import Synchronization

/// Calls of BLAS and LAPACK, one at a time.
///
/// OpenBLAS has one set of buffers for its threads and changes it where a caller has another number of threads than the one
/// before; two callers at once would compute in each other's buffers.
enum BLAS {
  private static let turn = Mutex(())

  static func call<Result>(_ body: () -> Result) -> Result { turn.withLock { _ in body() } }

  /// What its integers can count.
  static func integer(_ count: Int) -> Int32 {
    precondition(count <= Int32.max, "\(count) numbers in a row are more than BLAS counts")
    return Int32(count)
  }
}
