import Glibc

/// A folder held open, in which names are looked up without following links: what is found in it
/// lies in it, whatever the rows of a notebook say.
final class OpenFolder: Sendable {
  let path: String
  private let descriptor: Int32

  /// What lies under a name.
  struct Entry {
    var kind: EntryKind
    var bytes: Int

    var isPlainFile: Bool { kind == .file }
  }

  /// - Returns: nil, with `errno`, where there is no such folder.
  init?(_ path: String) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  private init(path: String, descriptor: Int32) {
    (self.path, self.descriptor) = (path, descriptor)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether a name is that of something in a folder and of nothing else.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "/"))
  }

  /// - Parameter followsLink: whether the name may be a link to a folder.
  /// - Returns: nil, with `errno`, where there is no such folder.
  func folder(_ name: String, followsLink: Bool = false) -> OpenFolder? {
    guard Self.isPlain(name) else {
      errno = EINVAL
      return nil
    }
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW)
    let inner = openat(descriptor, name, flags)
    return inner < 0 ? nil : OpenFolder(path: "\(path)/\(name)", descriptor: inner)
  }

  /// - Returns: false, with `errno`, where it could not be made; one that is there is none of that.
  func makeFolder(_ name: String) -> Bool {
    mkdirat(descriptor, name, 0o777) == 0 || errno == EEXIST
  }

  /// Everything that lies in it.
  func names() -> [String] {
    let again = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard again >= 0, let stream = fdopendir(again) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// What lies under a name, links not followed; nil: nothing.
  func entry(_ name: String) -> Entry? {
    var facts = stat()
    guard Self.isPlain(name), fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
      return nil
    }
    return Entry(kind: EntryKind(facts.st_mode), bytes: Int(facts.st_size))
  }

  /// Whether what lies in it may be renamed and removed.
  ///
  /// - Returns: false, with `errno`.
  func mayChange() -> Bool { faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0 }

  /// The first bytes of a plain file; nil: there is none.
  func read(_ name: String, upTo count: Int) -> [UInt8]? {
    guard entry(name)?.isPlainFile == true else { return nil }
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    let taken = Glibc.read(file, &bytes, count)
    return taken < 0 ? nil : Array(bytes.prefix(taken))
  }

  /// Writes a small file, whole or not at all, in the place of an older one.
  ///
  /// - Returns: false, with `errno`, where it could not be written.
  func write(_ bytes: [UInt8], to name: String) -> Bool {
    let temporary = name + ".part"
    unlinkat(descriptor, temporary, 0)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = openat(descriptor, temporary, flags, 0o644)
    guard file >= 0 else { return false }
    let isWhole = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    let code = errno
    close(file)
    if isWhole, renameat(descriptor, temporary, descriptor, name) == 0 { return true }
    let failure = isWhole ? errno : code
    unlinkat(descriptor, temporary, 0)
    errno = failure
    return false
  }

  /// - Returns: false, with `errno`.
  func remove(_ name: String) -> Bool {
    Self.isPlain(name) && unlinkat(descriptor, name, 0) == 0
  }

  /// Removes a folder that is empty.
  func removeFolder(_ name: String) -> Bool {
    Self.isPlain(name) && unlinkat(descriptor, name, AT_REMOVEDIR) == 0
  }

  /// Renames; what has the new name is never replaced.
  ///
  /// - Returns: false, with `errno`.
  func rename(_ name: String, to newName: String) -> Bool {
    guard Self.isPlain(name), Self.isPlain(newName) else {
      errno = EINVAL
      return false
    }
    if entry(newName) != nil {
      errno = EEXIST
      return false
    }
    return renameat(descriptor, name, descriptor, newName) == 0
  }

  /// Takes the folder for this process; the system gives it back when the process is gone.
  ///
  /// - Returns: false where another has it. Where a file system knows no locks there is none to take.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK }

  func unlock() { flock(descriptor, LOCK_UN) }
}
