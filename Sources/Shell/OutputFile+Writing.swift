import Foundation
import Glibc
import Language
import Terminal

extension OutputFile {
  /// Where the bytes of an output go.
  struct Sink {
    let descriptor: Int32

    /// - Throws: what the output turns into a `Diagnostic`.
    func write(_ data: Data) throws { try OutputFile.write(data, to: descriptor) }
  }

  /// Writes a new file beside the target and lets it take its place.
  func replace(permissions: stat?, _ body: (Sink) throws -> Void) throws {
    let temporary = target + ".\(getpid()).part"
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions == nil ? 0o666 : 0o600)
    guard descriptor >= 0 else {
      let reason = errno
      // A folder that takes no new file may hold one that can be written.
      if permissions != nil && (reason == EACCES || reason == EPERM) {
        return try pour(intoPipe: false, body)
      }
      throw refusal(reason == ENOENT ? missingFolder : Self.words(for: reason))
    }
    var isOpen = true
    do {
      try body(Sink(descriptor: descriptor))
      if let permissions {
        // The owner can only be kept by whoever may give files away.
        _ = fchown(descriptor, permissions.st_uid, permissions.st_gid)
        guard fchmod(descriptor, permissions.st_mode & 0o7777) == 0 else { throw Failure(errno) }
      }
      guard fsync(descriptor) == 0 else { throw Failure(errno) }
      isOpen = false
      guard close(descriptor) == 0, rename(temporary, target) == 0 else { throw Failure(errno) }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw told(error)
    }
  }

  /// Seconds for which a pipe waits for its reader.
  private static let readerTime = 2.0

  /// Writes to what is open already or keeps nothing.
  func pour(intoPipe isPipe: Bool, _ body: (Sink) throws -> Void) throws {
    let isOpen = Self.isOpenDescriptor(target)
    let flags = O_WRONLY | O_CLOEXEC | (isOpen ? O_APPEND : O_TRUNC) | (isPipe ? O_NONBLOCK : 0)
    let deadline = monotonicSeconds() + Self.readerTime
    var descriptor = open(target, flags)
    while descriptor < 0 && isPipe && errno == ENXIO && monotonicSeconds() < deadline {
      if Interrupts.pendingCount > 0 { throw ShellError.interrupted }
      usleep(10_000)
      descriptor = open(target, flags)
    }
    guard descriptor >= 0 else {
      if errno == EINTR { throw ShellError.interrupted }
      guard isPipe && errno == ENXIO else { throw refusal(Self.words(for: errno)) }
      throw refusal("it is a pipe that nobody reads; begin to read it first, or name a file")
    }
    defer { close(descriptor) }
    if isPipe { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
    do { try body(Sink(descriptor: descriptor)) } catch { throw told(error) }
  }

  /// What a call of the system refused.
  struct Failure: Error {
    let code: Int32
    init(_ code: Int32) { self.code = code }
  }

  /// What a failure is to whoever asked for the output.
  func told(_ error: any Error) -> any Error {
    guard let failure = error as? Failure else { return error }
    return failure.code == EINTR ? ShellError.interrupted : refusal(Self.words(for: failure.code))
  }

  static func write(_ data: Data, to descriptor: Int32) throws(Failure) {
    var offset = 0
    while offset < data.count {
      let written = data.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if written > 0 {
        offset += written
      } else if written == 0 || (errno != EINTR && errno != EAGAIN) {
        throw Failure(errno)
      } else if Interrupts.pendingCount > 0 {
        throw Failure(EINTR)
      }
    }
  }

  var missingFolder: String {
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    return FileManager.default.fileExists(atPath: folder)
      ? "the folder `\(folder)` takes no new files"
      : "there is no folder `\(folder)`; make it first"
  }

  static func words(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "no space is left on the disk; free some"
    case EACCES, EPERM: "it, or its folder, may not be written"
    case EROFS: "the disk can only be read"
    case EPIPE: "nobody reads it any more"
    case EINTR: "it was interrupted"
    default: String(cString: strerror(code))
    }
  }
}
