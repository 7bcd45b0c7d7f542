/// Places temporaries in one arena: two that are alive together never overlap.
package struct MemoryPlan {
  /// Something to place: bytes, and the first and last unit during which it is alive.
  package struct Request {
    package let bytes: Int
    package let first: Int
    package let last: Int

    package init(bytes: Int, first: Int, last: Int) {
      self.bytes = bytes
      self.first = first
      self.last = last
    }
  }

  package private(set) var offsets: [Int]
  package private(set) var bytes = 0

  /// Largest first, each at the lowest place that is free while it lives.
  package init(_ requests: [Request]) {
    offsets = [Int](repeating: 0, count: requests.count)
    // By their places, so that nothing is sorted for each request.
    var placed: [(start: Int, end: Int, first: Int, last: Int)] = []
    let order = requests.indices.sorted {
      (requests[$0].bytes, $1) > (requests[$1].bytes, $0)
    }
    for index in order where requests[index].bytes > 0 {
      let request = requests[index]
      let size = Self.rounded(request.bytes)
      var offset = 0
      for other in placed where other.first <= request.last && request.first <= other.last {
        if offset + size <= other.start { break }
        offset = max(offset, other.end)
      }
      offsets[index] = offset
      var (low, high) = (0, placed.count)
      while low < high {
        let middle = (low + high) / 2
        if placed[middle].start < offset { low = middle + 1 } else { high = middle }
      }
      placed.insert((offset, offset + size, request.first, request.last), at: low)
      bytes = max(bytes, offset + size)
    }
  }

  /// Whole cache lines, and one more, so that tensors of the same size do not share cache sets.
  private static func rounded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 + 64 }
}
