import Foundation
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file to be written that room on the disk is held for. Gone with the object, unless it was given
/// its name.
///
/// `@unchecked Sendable`: it is written by one thread and then handed to another, which names it.
final class PreparedFile: @unchecked Sendable {
  let url: URL
  let descriptor: Int32
  private var isNamed = false

  private init(_ url: URL, _ descriptor: Int32) {
    self.url = url
    self.descriptor = descriptor
  }

  /// Makes the file, in the place of what an earlier process has left.
  ///
  /// - Parameter bytes: how much room is to be held; none is where the file system cannot do that.
  /// - Returns: nil, with `errno`, where the file cannot be made or there is no room.
  static func make(at url: URL, bytes: Int) -> PreparedFile? {
    unlink(url.path)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = open(url.path, flags, 0o644)
    guard descriptor >= 0 else { return nil }
    #if !canImport(Darwin)
      let code = bytes > 0 ? posix_fallocate(descriptor, 0, off_t(bytes)) : 0
      if code == ENOSPC || code == EDQUOT {
        unlink(url.path)
        close(descriptor)
        errno = code
        return nil
      }
    #endif
    return PreparedFile(url, descriptor)
  }

  deinit {
    if !isNamed { unlink(url.path) }
    close(descriptor)
  }

  /// Gives the file a name that nothing has.
  ///
  /// - Returns: false, with `errno`, also where something has it.
  func give(_ name: URL) -> Bool {
    // A second name is refused where it is taken, as no renaming is.
    if link(url.path, name.path) == 0 {
      unlink(url.path)
      isNamed = true
      return true
    }
    if errno == EEXIST { return false }
    // Some file systems know no second names, or have no room for one.
    var facts = stat()
    guard lstat(name.path, &facts) != 0 else {
      errno = EEXIST
      return false
    }
    isNamed = rename(url.path, name.path) == 0
    return isNamed
  }

  /// As `give`, and the name is there after a power cut, too.
  ///
  /// - Throws: `.unwritable`, also where something has the name.
  func keep(as name: URL) throws(TrainingError) {
    guard give(name) else { throw TensorFile.failure(errno, of: name) }
    TensorFile.synchronise(folder: name.deletingLastPathComponent())
  }
}
