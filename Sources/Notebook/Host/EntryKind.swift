import Glibc

/// What lies under a name in a folder.
package enum EntryKind: Sendable, Hashable {
  case file, folder, link, pipe, socket, device

  init(_ mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
  }

  /// What a path leads to, links followed.
  ///
  /// - Returns: nil, with `errno`, where it leads to nothing.
  package init?(following path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    self.init(facts.st_mode)
  }
}
