/// A whole number with its thousands apart: `32,768`.
package func grouped(_ number: Int) -> String { grouped(String(number)) }

/// A number in decimal digits with the thousands of its whole part apart: `-1,234.5`.
package func grouped(_ digits: String) -> String {
  let sign = digits.hasPrefix("-") ? "-" : ""
  let parts = digits.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
  guard let whole = parts.first, whole.count > 3 else { return digits }
  var groups = ""
  for (index, digit) in whole.enumerated() {
    if index > 0, (whole.count - index) % 3 == 0 { groups.append(",") }
    groups.append(digit)
  }
  return sign + groups + (parts.count > 1 ? "." + parts[1] : "")
}

/// `1 image`, `2 images`, `1,200 images`.
package func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
}
