import Glibc
import Synchronization

/// Messages of what works in the background, until whoever holds the terminal shows them.
///
/// May be posted to from any thread.
package final class Notices: Sendable {
  private let waiting = Mutex<[String]>([])
  private let reader: Int32
  private let writer: Int32

  package init() {
    var ends: [Int32] = [-1, -1]
    // Without a pipe messages wait for the next prompt instead of appearing above this one.
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
    }
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    for end in [reader, writer] where end >= 0 { close(end) }
  }

  /// Leaves a message of one or more lines.
  package func post(_ text: String) {
    waiting.withLock { $0.append(text) }
    var byte: UInt8 = 1
    _ = write(writer, &byte, 1)
  }

  /// Takes all messages, oldest first.
  package func take() -> [String] {
    var sink = [UInt8](repeating: 0, count: 256)
    while read(reader, &sink, sink.count) > 0 {}
    return waiting.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }

  /// Readable as soon as there is a message; -1 where there is no such thing.
  package var descriptor: Int32 { reader }
}
