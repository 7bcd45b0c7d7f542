import Glibc

/// Where files of a kind belong (the XDG base directories).
package enum StandardFolders {
  /// History: `$XDG_STATE_HOME/gansh`, else `~/.local/state/gansh`; nil without a home.
  package static var state: String? { folder("XDG_STATE_HOME", otherwise: ".local/state") }

  /// Settings: `$XDG_CONFIG_HOME/gansh`, else `~/.config/gansh`; nil without a home.
  package static var configuration: String? { folder("XDG_CONFIG_HOME", otherwise: ".config") }

  /// Decoded data sets: `$XDG_CACHE_HOME/gansh`, else `~/.cache/gansh`; nil without a home.
  package static var cache: String? { folder("XDG_CACHE_HOME", otherwise: ".cache") }

  /// The home of whoever runs this.
  package static var home: String? { environment("HOME") }

  /// The path with a leading `~` or `~/` replaced by the home.
  package static func expandingHome(_ path: String) -> String {
    guard let home, path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }

  /// Makes the folder and those above it; false where that cannot be done.
  @discardableResult
  package static func create(_ path: String) -> Bool {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o755) != 0 && errno != EEXIST { return false }
    }
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  private static func folder(_ variable: String, otherwise inHome: String) -> String? {
    // A relative path in the variable is to be ignored, says the specification.
    if let base = environment(variable), base.hasPrefix("/") { return base + "/gansh" }
    return home.map { $0 + "/" + inHome + "/gansh" }
  }
}
