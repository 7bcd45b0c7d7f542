package import Foundation
import Glibc
import TerminalText

/// Numbers, times and sizes as people read them.
package enum Readable {
  /// A number with `digits` significant digits and no more than it needs: `0.6931`, `12,346`,
  /// `2e-4`, `NaN`, `∞`. Whole parts are never rounded away.
  package static func number(_ value: Double, digits: Int = 4) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    if value == 0 { return "0" }
    let magnitude = abs(value)
    guard magnitude >= 0.001, magnitude < 1e15 else { return scientific(value, digits: digits) }
    let exponent = Int(floor(log10(magnitude)))
    let decimals = max(0, digits - 1 - exponent)
    let text = String(format: "%.\(decimals)f", value)
    return grouped(trimmed(text))
  }

  /// A whole number with its thousands apart: `20,000`.
  package static func integer(_ value: Int) -> String { grouped(value) }

  /// A size in the unit that fits: `11.9 MB` (millions of bytes).
  package static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(count)
    var unit = 0
    while abs(value) >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(number(value, digits: 3)) \(units[unit])"
  }

  /// A time span in the two units that matter: `0.24 ms`, `430 ms`, `12.3 s`, `3 min 20 s`, `1 h 5 min`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return number(seconds) }
    if seconds < 0 { return "-" + duration(-seconds) }
    if seconds < 0.00995 { return "\(number(seconds * 1000, digits: 2)) ms" }
    if seconds < 0.9995 { return "\(number((seconds * 1000).rounded(), digits: 3)) ms" }
    if seconds < 59.95 { return "\(number(seconds, digits: 3)) s" }
    let whole = Int(seconds.rounded())
    let (days, hours) = (whole / 86400, whole / 3600 % 24)
    let (minutes, rest) = (whole / 60 % 60, whole % 60)
    if days > 0 { return "\(days) d \(hours) h" }
    if hours > 0 { return "\(hours) h \(minutes) min" }
    return rest == 0 ? "\(minutes) min" : "\(minutes) min \(rest) s"
  }

  /// A moment in the local time zone: `2026-01-31 12:00`.
  package static func date(_ date: Date) -> String {
    let seconds = date.timeIntervalSince1970
    let limited = seconds.isNaN ? 0 : max(-6e10, min(2e11, seconds))
    var time = time_t(limited.rounded(.down))
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return isoDate(date) }
    return String(
      format: "%04d-%02d-%02d %02d:%02d", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
      Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min))
  }

  /// A moment for programs: ISO 8601 in UTC, to the second.
  package static func isoDate(_ date: Date) -> String {
    // From the year 1 to the year 9999, beyond which calendars do not reckon.
    let seconds = date.timeIntervalSince1970
    let limited = seconds.isNaN ? 0 : max(-62_135_596_800, min(253_402_300_799, seconds))
    return Date(timeIntervalSince1970: limited).formatted(.iso8601)
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.\(max(0, digits - 1))e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
    return "\(trimmed(String(parts[0])))e\(exponent)"
  }

  /// Without zeros that say nothing.
  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
