import Foundation

/// What the terminal can show.
package enum CharacterEncoding {
  /// Whether the environment names a locale of UTF-8, as the C library decides it: the first of `LC_ALL`,
  /// `LC_CTYPE` and `LANG` that is set and not empty.
  package static func isUTF8(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let letters = (name ?? "").lowercased().filter { $0 != "-" }
    return letters.hasSuffix("utf8") || letters.contains("utf8@")
  }
}
