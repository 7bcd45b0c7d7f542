import Language

extension Signature {
  /// The number or the range after the colon; nil: nothing stands there.
  ///
  /// - Throws: where it is none, or lies outside of what is possible.
  func numbers(
    _ text: String?, at span: Span
  ) throws(Diagnostic) -> ClosedRange<Double>? {
    guard let text else { return nil }
    guard let argument else {
      throw Diagnostic(
        "`\(keyword)` takes no number after it", at: span, help: ["write `\(keyword)`"])
    }
    let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { end in
      // `0x19`, `inf` and the like are no numbers here, as nowhere in the language.
      end.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) } ? Double(end) : nil
    }
    if ends.count == 2, let first = ends[0], let last = ends[1], first > last {
      throw Diagnostic(
        "`\(text)` goes from the larger to the smaller", at: span,
        help: ["write `\(keyword):\(printed(last))..\(printed(first))`"])
    }
    guard (1...2).contains(ends.count), let first = ends.first ?? nil, let last = ends.last ?? nil,
      argument.range.contains(first), argument.range.contains(last), first <= last
    else {
      let (lower, upper) = (argument.range.lowerBound, argument.range.upperBound)
      throw Diagnostic(
        "after `\(keyword):` stands \(argument.name) from \(printed(lower)) to \(printed(upper)), not `\(text)`",
        at: span, help: ["write it like `\(usage)`"])
    }
    return first...last
  }
}
