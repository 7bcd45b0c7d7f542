import Foundation
import Language

/// A moment or a day (or month) as it is typed: `2026-11-01`, `2026-11-01T14:30`, `yesterday`, `2h ago`;
/// in the local time zone.
struct Moment: Equatable {
  var start: Date
  /// The first moment after a day or a month; nil for a moment.
  var end: Date?

  private static let calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    return calendar
  }()

  /// - Throws: at the term, when it is none of these.
  init(_ term: Term, of name: String, now: Date) throws(Diagnostic) {
    let calendar = Self.calendar
    let text = term.text
    switch text {
    case "now": self.init(start: now)
    case "today": self.init(dayOf: now)
    case "yesterday":
      self.init(dayOf: calendar.date(byAdding: .day, value: -1, to: now) ?? now)
    default:
      if text.hasSuffix(" ago"), let seconds = Self.seconds(text.dropLast(4)) {
        self.init(start: now.addingTimeInterval(-seconds))
      } else if let moment = Self.date(text) {
        self = moment
      } else {
        throw term.mismatch(
          "`\(name)`",
          "a date like 2026-11-01, 2026-11-01T14:30, today, yesterday or `2h ago`",
          help: Self.seconds(text[...]) == nil ? [] : ["write `\(text) ago`"])
      }
    }
  }

  init(start: Date, end: Date? = nil) {
    self.start = start
    self.end = end
  }

  private init(dayOf date: Date) {
    let start = Self.calendar.startOfDay(for: date)
    self.init(start: start, end: Self.calendar.date(byAdding: .day, value: 1, to: start))
  }

  /// `2026-11`, `2026-11-01`, `2026-11-01T14:30`, `2026-11-01 14:30:05`.
  private static func date(_ text: String) -> Moment? {
    let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) {
      $0 == "T" || $0 == " "
    }
    let day = halves[0].split(separator: "-", omittingEmptySubsequences: false).map(digits)
    guard (2...3).contains(day.count), halves[0].count >= 7, let year = day[0],
      (1000...9999).contains(year), let month = day[1], (1...12).contains(month)
    else { return nil }
    var parts = DateComponents(year: year, month: month, day: 1)
    if day.count == 2 {
      guard halves.count == 1, let start = calendar.date(from: parts) else { return nil }
      return Moment(start: start, end: calendar.date(byAdding: .month, value: 1, to: start))
    }
    guard let number = day[2] else { return nil }
    parts.day = number
    guard let start = calendar.date(from: parts), calendar.component(.day, from: start) == number
    else { return nil }
    if halves.count == 1 { return Moment(dayOf: start) }
    let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false).map(digits)
    guard (2...3).contains(clock.count), let hour = clock[0], let minute = clock[1], hour < 24,
      minute < 60, let second = clock.count == 3 ? clock[2] : 0, second < 60
    else { return nil }
    (parts.hour, parts.minute, parts.second) = (hour, minute, second)
    return calendar.date(from: parts).map { Moment(start: $0) }
  }

  private static func digits(_ text: Substring) -> Int? {
    text.isEmpty || text.count > 4 || !text.utf8.allSatisfy { (48...57).contains($0) }
      ? nil : Int(text)
  }

  // MARK: Durations

  private static let units: [String: Double] = [
    "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400,
  ]

  /// A duration: a number of seconds, or `90s`, `30min`, `2h`, `1h30min`, `3d`.
  static func seconds(_ term: Term, _ name: String) throws(Diagnostic) -> Double {
    if case .number(let number) = term.value { return number }
    if let seconds = seconds(term.text[...]) { return seconds }
    throw term.mismatch("`\(name)`", "a duration like 90s, 30min, 2h or 3d")
  }

  /// Numbers with units; nil for anything else.
  static func seconds(_ text: Substring) -> Double? {
    var (rest, sum) = (text, 0.0)
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number), let seconds = units[String(unit)] else { return nil }
      sum += value * seconds
    }
    return sum < 1e11 ? sum : nil
  }
}
