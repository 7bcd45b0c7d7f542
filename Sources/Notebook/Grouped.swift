/// A number of things with its thousands apart: `1,200`.
func grouped(_ count: Int) -> String {
  var digits = String(count)
  var place = digits.utf8.count
  while place > 3 {
    place -= 3
    digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
  }
  return digits
}
