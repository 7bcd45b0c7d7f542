import Glibc

/// Where a command's words go: a stream, or memory; always also into the record of the cell.
///
/// Used from one thread.
package final class Output {
  /// Whether styles are written.
  package var hasColour: Bool
  /// Whether the policy it was made with wants them.
  package let wantsColour: Bool
  /// Whether a progress line may rewrite itself.
  package let isLive: Bool
  private let descriptor: Int32?
  private let fixedWidth: Int?
  /// What an output in memory would have shown, progress included.
  package private(set) var shown = ""
  private var record = ""
  private var held: String?
  private var recordIsFull = false

  /// Longest record of one cell, in bytes of UTF-8; more is cut off with a mark.
  private static let recordLimit = 1 << 20

  /// Writes to a stream.
  package init(_ stream: StandardStream, policy: ColourPolicy) {
    descriptor = stream.rawValue
    wantsColour = policy.allowsColour(on: stream)
    hasColour = wantsColour
    isLive = policy.allowsMovement(on: stream)
    fixedWidth = nil
  }

  /// Keeps everything in memory, without colour; `isLive` is for tests of what moves.
  package init(inMemoryOfWidth width: Int = 80, isLive: Bool = false) {
    descriptor = nil
    wantsColour = false
    hasColour = false
    self.isLive = isLive
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
  package func styled(_ text: String, _ style: Style) -> String {
    hasColour ? style.wrap(text) : text
  }

  /// Writes a line and records it.
  package func line(_ text: String = "") { write(text + "\n") }

  /// Writes text and records it (without styles).
  package func write(_ text: String) {
    let shown = hasColour ? text : text.withoutStyles
    if held == nil { put(shown) } else { held?.append(shown) }
    keep(text.withoutStyles)
  }

  /// What is written from now on is kept back until `takeHeld`.
  package func hold() { held = held ?? "" }

  /// Ends `hold`; what was written since.
  package func takeHeld() -> String {
    defer { held = nil }
    return held ?? ""
  }

  /// Writes text that is no part of the record: progress, prompts.
  package func put(_ text: String) {
    guard let descriptor else {
      shown += text
      return
    }
    Self.write(text, to: descriptor)
  }

  /// Writes all of a text to a descriptor, unless it fails.
  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest)
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
        if written > 0 {
          rest = rest.dropFirst(written)
        } else if written < 0 && (errno == EINTR || errno == EAGAIN) {
          continue
        } else {
          return
        }
      }
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
