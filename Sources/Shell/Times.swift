import Foundation

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
func spoken(seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "ages" }
  let seconds = max(0, seconds)
  if seconds < 9.95 { return fixed(seconds, 1) + " s" }
  let whole = Int(seconds.rounded())
  switch whole {
  case ..<60: return "\(whole) s"
  case ..<3600: return "\(whole / 60) min" + rest(whole % 60, "s")
  case ..<86400: return "\(whole / 3600) h" + rest(whole / 60 % 60, "min")
  default: return "\(whole / 86400) d" + rest(whole / 3600 % 24, "h")
  }
}

private func rest(_ number: Int, _ unit: String) -> String {
  number == 0 ? "" : " \(number) \(unit)"
}

/// A moment in local time: `2026-03-04 15:06`.
func shown(_ date: Date) -> String {
  let fields = Calendar.current.dateComponents(
    [.year, .month, .day, .hour, .minute], from: date)
  func two(_ number: Int?) -> String {
    let text = String(number ?? 0)
    return text.count < 2 ? "0" + text : text
  }
  return "\(fields.year ?? 0)-\(two(fields.month))-\(two(fields.day)) "
    + "\(two(fields.hour)):\(two(fields.minute))"
}

/// A size of memory or a file: `812 B`, `4.2 kB`, `13 MB`; thousands, as disks count.
func spoken(bytes: Int) -> String {
  let units = ["B", "kB", "MB", "GB", "TB"]
  var (size, unit) = (Double(bytes), 0)
  while size >= 999.5, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
  return (unit == 0 || size >= 9.95 ? fixed(size, 0) : fixed(size, 1)) + " " + units[unit]
}
