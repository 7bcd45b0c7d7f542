import Language
import Reports

/// What configurations of a sweep have been given, of which the keys that differ are shown.
struct SweepSettings {
  /// In the order in which they were typed, those alone in which configurations differ.
  let keys: [String]
  private let values: [String: [String: String]]

  /// - Parameter settings: of all configurations, as they are kept: `arch=gan lr=2e-4`.
  init(_ settings: [String]) {
    var keys: [String] = []
    var values: [String: [String: String]] = [:]
    for text in settings where values[text] == nil {
      let options = parsePrefix(SourceText(name: "", text: "x " + text)).statements.first?.options
      var own: [String: String] = [:]
      for option in options ?? [] {
        own[option.key.text] = option.value.typed
        if !keys.contains(option.key.text) { keys.append(option.key.text) }
      }
      values[text] = own
    }
    self.values = values
    self.keys = keys.filter { key in Set(values.values.map { $0[key] }).count > 1 }
  }

  /// The values of a configuration that it shares not with all.
  func cells(of settings: String) -> [Table.Cell] {
    keys.map { .text(values[settings]?[$0]) }
  }

  /// The value of a key.
  func value(of key: String, in settings: String) -> String? { values[settings]?[key] }

  /// `lr=2e-4 objective=hinge seed=1`, of what differs.
  func brief(_ settings: String, seed: UInt64) -> String {
    let parts = keys.compactMap { key in values[settings]?[key].map { "\(key)=\($0)" } }
    return (parts + ["seed=\(seed)"]).joined(separator: " ")
  }
}
