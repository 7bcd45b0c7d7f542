import Glibc
import TerminalText

/// Where a command's words go: a stream, or memory; always also into the record of the cell.
///
/// The one place through which text reaches a terminal. What comes from outside is made safe here
/// (`SafeText`); the record and programs get it unchanged.
///
/// Used from one thread.
package final class Output {
  /// Whether styles are written.
  package var hasColour: Bool
  /// Whether the policy it was made with wants them.
  package let wantsColour: Bool
  /// Whether a progress line may rewrite itself.
  package let isLive: Bool
  /// Whether a terminal shows what is written, whatever it understands.
  private let isTerminal: Bool
  private let descriptor: Int32?
  private let fixedWidth: Int?
  /// What an output in memory would have shown, progress included.
  package private(set) var shown = ""
  private var record = ""
  private var held: String?
  private var recordIsFull = false
  private var failure: Int32?

  /// Longest record of one cell, in bytes of UTF-8; more is cut off with a mark.
  private static let recordLimit = 1 << 20

  /// Writes to a stream.
  package init(_ stream: StandardStream, policy: ColourPolicy) {
    descriptor = stream.rawValue
    wantsColour = policy.allowsColour(on: stream)
    hasColour = wantsColour
    isLive = policy.allowsMovement(on: stream)
    isTerminal = stream.isTerminal
    fixedWidth = nil
  }

  /// Keeps everything in memory, without colour; `isLive` is for tests of what moves.
  package init(inMemoryOfWidth width: Int = 80, isLive: Bool = false) {
    descriptor = nil
    wantsColour = false
    hasColour = false
    self.isLive = isLive
    isTerminal = isLive
    fixedWidth = width
  }

  /// Columns that a line may take.
  package var width: Int {
    if let fixedWidth { return fixedWidth }
    return StandardStream(rawValue: descriptor ?? 1)?.width ?? 80
  }

  /// Lines of the terminal.
  package var height: Int { StandardStream(rawValue: descriptor ?? 1)?.height ?? 24 }

  /// The text in a style, or as it is where there is no colour.
  package func styled(_ text: String, _ style: Style) -> StyledText {
    StyledText(text, hasColour ? style : nil)
  }

  /// Writes one line and records it; line ends in it are blanks.
  ///
  /// Disfavoured so that a literal is a styled text, whatever is put into it.
  @_disfavoredOverload
  package func line(_ text: String = "") { line(StyledText(text)) }

  /// Writes one line and records it; line ends in it are blanks.
  package func line(_ text: StyledText) {
    emit(rendered(text, asLine: true) + "\n")
    keep(text.plain + "\n")
  }

  /// Writes text of several lines and records it.
  package func write(_ text: String) {
    emit(rendered(StyledText(text), asLine: false))
    keep(text)
  }

  /// Writes what programs read, exactly as it is unless a person looks at it, and records it.
  package func data(_ text: String) {
    emit(isTerminal ? SafeText.lines(text) : text)
    keep(text)
  }

  /// What is written from now on is kept back until `takeHeld`.
  package func hold() { held = held ?? "" }

  /// Ends `hold`; what was written since, fit for the stream.
  package func takeHeld() -> String {
    defer { held = nil }
    return held ?? ""
  }

  /// Writes words of one or more lines that are no part of the record: progress, prompts.
  @_disfavoredOverload
  package func put(_ text: String) { put(StyledText(text)) }

  /// Writes words of one or more lines that are no part of the record: progress, prompts.
  package func put(_ text: StyledText) { send(rendered(text, asLine: false)) }

  /// Writes what the program itself has made for the stream, as it is: movements, pictures, text
  /// that was held.
  package func send(_ sequence: String) {
    guard let descriptor else {
      shown += sequence
      return
    }
    if let code = Self.write(sequence, to: descriptor) { failure = failure ?? code }
  }

  /// The first failure of the stream since this was last asked, in the system's words; that nobody
  /// reads any more is none, but a request to end (see `Interrupts`).
  package func takeFailure() -> String? {
    defer { failure = nil }
    return failure.map { String(cString: strerror($0)) }
  }

  /// Closes the stream: disks that say only then that they are full are heard, too.
  package func close() {
    guard let descriptor, Glibc.close(descriptor) != 0, errno != EBADF else { return }
    failure = failure ?? errno
  }

  /// A person's terminal gets nothing from outside that could drive it; with colours forced, what
  /// reads is on its way to one.
  private func rendered(_ text: StyledText, asLine: Bool) -> String {
    text.rendered(colour: hasColour) { text in
      if isTerminal || hasColour { return asLine ? SafeText.oneLine(text) : SafeText.lines(text) }
      return asLine ? SafeText.joinedLines(text) : text
    }
  }

  private func emit(_ text: String) {
    if held == nil { send(text) } else { held?.append(text) }
  }

  /// Writes all of a text to a descriptor.
  ///
  /// - Returns: the error that kept it from it; nil where all was written, or the reader is gone.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest)
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
        if written > 0 {
          rest = rest.dropFirst(written)
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN:
          var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&room, 1, -1)
        case EPIPE: return nil
        case let code: return code
        }
      }
      return nil
    }
  }

  /// Everything recorded since the last call.
  package func takeRecord() -> String {
    defer {
      record = ""
      recordIsFull = false
    }
    return record
  }

  private func keep(_ text: String) {
    guard !recordIsFull else { return }
    if record.utf8.count + text.utf8.count > Self.recordLimit {
      record += "[output cut off here]\n"
      recordIsFull = true
    } else {
      record += text
    }
  }
}
