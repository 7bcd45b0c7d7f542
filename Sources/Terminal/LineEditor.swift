import CReadline
import Glibc

/// What was typed at a prompt.
package enum Entry: Sendable, Hashable {
  /// One line, or the lines of a block.
  case text(String)
  /// Ctrl-D on an empty line, or the end of the file.
  case end
}

/// Completions of one word.
package enum Completion: Sendable, Hashable {
  /// These words; `following` is put after an only match, nil for nothing.
  case words([String], following: Character?)
  /// Names of files and folders.
  case paths
}

/// Reads statements from a person (with GNU readline) or from a stream (line by line).
///
/// One per process, used from the thread that made it.
package final class LineEditor {
  /// Completes the word in the UTF-8 offsets `word` of the line so far.
  package typealias Completer = (_ line: String, _ word: Range<Int>) -> Completion

  private let isInteractive: Bool
  private let history: History
  private let completer: Completer
  private var linesSoFar = ""
  private var lastEntry: String?
  private var isConfigured = false

  package init(
    isInteractive: Bool, history: History, completer: @escaping Completer
  ) {
    self.isInteractive = isInteractive
    self.history = history
    self.completer = completer
  }

  /// Reads until `isComplete` is content with the lines so far.
  ///
  /// Ctrl-C throws away what was typed. Empty lines are handed over as they are.
  ///
  /// - Parameters:
  ///   - prompt: shown before the first line; `continuation` before each further one.
  ///   - isComplete: whether the text is a whole statement, or more lines belong to it.
  package func read(
    prompt: String, continuation: String, isComplete: (String) -> Bool
  ) -> Entry {
    linesSoFar = ""
    while true {
      let next = linesSoFar.isEmpty ? prompt : continuation
      switch isInteractive ? edit(prompt: next) : plainLine() {
      case .line(let line):
        let text = linesSoFar + line
        guard isComplete(text) else {
          linesSoFar = text + "\n"
          continue
        }
        remember(text)
        return .text(text)
      case .interrupted:
        linesSoFar = ""
      case .end:
        // An unfinished block is handed over; its error says what is missing.
        return linesSoFar.isEmpty ? .end : .text(linesSoFar)
      }
    }
  }

  private enum Step {
    case line(String)
    case interrupted
    case end
  }

  private func plainLine() -> Step {
    readLine(strippingNewline: true).map { .line($0) } ?? .end
  }

  private func edit(prompt: String) -> Step {
    configure()
    Interrupts.install()
    Interrupts.take()
    creadline_begin(Self.bracketingStyles(in: prompt))
    defer { creadline_end() }
    while true {
      var waits = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: Interrupts.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&waits, 2, -1)
      if Interrupts.takeResized() { creadline_resize() }
      let interrupts = Interrupts.take()
      if Interrupts.mustEnd { return .end }
      if interrupts > 0 {
        creadline_discard()
        if !linesSoFar.isEmpty { return .interrupted }
        continue
      }
      guard ready > 0, waits[0].revents != 0 else { continue }
      switch creadline_feed() {
      case Int32(CREADLINE_LINE):
        guard let line = creadline_take() else { return .end }
        defer { free(line) }
        return .line(String(cString: line))
      case Int32(CREADLINE_END): return .end
      default: continue
      }
    }
  }

  private func configure() {
    guard !isConfigured else { return }
    isConfigured = true
    // The editor outlives readline's use of it: readline calls back only while `edit` runs.
    let context = Unmanaged.passUnretained(self).toOpaque()
    creadline_configure("gansh", completeForReadline, context)
    for entry in history.load() {
      creadline_add_history(entry)
      lastEntry = entry
    }
  }

  private func remember(_ text: String) {
    let isBlank = text.allSatisfy(\.isWhitespace)
    guard isInteractive, !isBlank, text != lastEntry else { return }
    lastEntry = text
    creadline_add_history(text)
    history.append(text)
  }

  fileprivate func offer(for line: String, word: Range<Int>) {
    let shift = linesSoFar.utf8.count
    switch completer(linesSoFar + line, word.lowerBound + shift..<word.upperBound + shift) {
    case .paths: creadline_offer_paths()
    case .words(let words, let following):
      for word in words { creadline_offer(word) }
      creadline_follow_with(following?.asciiValue.map { CChar(bitPattern: $0) } ?? 0)
    }
  }

  /// Readline counts columns: it must be told which characters take none.
  private static func bracketingStyles(in prompt: String) -> String {
    var marked = ""
    var inSequence = false
    for scalar in prompt.unicodeScalars {
      if scalar.value == 0x1B {
        marked += "\u{1}"
        inSequence = true
      }
      marked.unicodeScalars.append(scalar)
      if inSequence && scalar == "m" {
        marked += "\u{2}"
        inSequence = false
      }
    }
    return marked
  }
}

/// Called by readline when TAB is pressed.
private func completeForReadline(
  line: UnsafePointer<CChar>?, start: Int32, end: Int32, context: UnsafeMutableRawPointer?
) {
  guard let line, let context, start >= 0, end >= start else { return }
  let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
  editor.offer(for: String(cString: line), word: Int(start)..<Int(end))
}
