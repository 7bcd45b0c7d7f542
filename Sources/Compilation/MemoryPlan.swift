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
    var placed: [Int] = []
    let order = requests.indices.sorted {
      (requests[$0].bytes, $1) > (requests[$1].bytes, $0)
    }
    for index in order where requests[index].bytes > 0 {
      let request = requests[index]
      let size = Self.rounded(request.bytes)
      let busy = placed.filter {
        requests[$0].first <= request.last && request.first <= requests[$0].last
      }.map { (offsets[$0], offsets[$0] + Self.rounded(requests[$0].bytes)) }.sorted { $0 < $1 }
      var offset = 0
      for (start, end) in busy {
        if offset + size <= start { break }
        offset = max(offset, end)
      }
      offsets[index] = offset
      placed.append(index)
      bytes = max(bytes, offset + size)
    }
  }

  /// Whole cache lines, and one more, so that tensors of the same size do not share cache sets.
  private static func rounded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 + 64 }
}
