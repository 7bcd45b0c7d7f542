/// Strides with which a strided tensor can be seen in another shape; nil if it has to be copied.
package func reshapedStrides(_ from: [Int], _ strides: [Int], _ to: [Int]) -> [Int]? {
  // Runs of axes that have equal counts on both sides are matched; each run of the source must be
  // contiguous in itself.
  let source = zip(from, strides).filter { $0.0 != 1 }
  var result = [Int](repeating: 0, count: to.count)
  var (i, j) = (0, 0)
  while j < to.count {
    if to[j] == 1 {
      j += 1
      continue
    }
    guard i < source.count else { return nil }
    var (count, wanted, iEnd, jEnd) = (source[i].0, to[j], i + 1, j + 1)
    while count != wanted {
      if count < wanted {
        guard iEnd < source.count, source[iEnd - 1].1 == source[iEnd].1 * source[iEnd].0 else {
          return nil
        }
        count *= source[iEnd].0
        iEnd += 1
      } else {
        guard jEnd < to.count else { return nil }
        wanted *= to[jEnd]
        jEnd += 1
      }
    }
    var step = source[iEnd - 1].1
    for axis in stride(from: jEnd - 1, through: j, by: -1) {
      result[axis] = step
      step *= to[axis]
    }
    (i, j) = (iEnd, jEnd)
  }
  return result
}
