import CReadline
import Glibc
import TerminalText

/// What was typed at a prompt.
package enum Entry: Sendable, Hashable {
  /// One line, or the lines of a block.
  case text(String)
  /// Ctrl-D on an empty line, or the end of the file.
  case end
}

/// What a word may become.
package struct Candidate: Sendable, Hashable, ExpressibleByStringLiteral {
  package var text: String
  /// A line about it, for the list; nil for none.
  package var summary: String?

  package init(_ text: String, _ summary: String? = nil) {
    (self.text, self.summary) = (text, summary)
  }

  package init(stringLiteral text: String) { self.init(text) }
}

/// Completions of one word.
package enum Completion: Sendable, Hashable {
  /// These words; `following` is put after an only match, nil for nothing.
  case words([Candidate], following: Character?)
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
  private let notices: Notices
  private let show: (StyledText) -> Void
  private let announce: () -> Void
  private var linesSoFar = ""
  private var lastEntry: String?
  private var isConfigured = false
  /// What stands in the next line before anything is typed.
  private var prefilled = ""
  /// Whether more had come with the last line, from a terminal that does not mark what is pasted.
  private var isPasted = false

  /// - Parameters:
  ///   - notices: what appears above the line that is being typed.
  ///   - show: prints a line.
  ///   - announce: takes and prints the notices, and does what is due with them.
  package init(
    isInteractive: Bool, history: History, notices: Notices,
    show: @escaping (StyledText) -> Void, announce: @escaping () -> Void,
    completer: @escaping Completer
  ) {
    self.isInteractive = isInteractive
    self.history = history
    self.notices = notices
    self.show = show
    self.announce = announce
    self.completer = completer
  }

  /// Reads until `isComplete` is content with the lines so far.
  ///
  /// Ctrl-C throws away what was typed. Empty lines are handed over as they are.
  ///
  /// - Parameters:
  ///   - prompt: shown before the first line, and asked for again after notices; `continuation` before each further one.
  ///   - isComplete: whether the text is a whole statement, or more lines belong to it.
  package func read(
    prompt: () -> StyledText, continuation: StyledText, isComplete: (String) -> Bool
  ) -> Entry {
    linesSoFar = ""
    defer { Interrupts.releaseSuspension() }
    while true {
      let isFirst = linesSoFar.isEmpty
      switch isInteractive ? edit(prompt: { isFirst ? prompt() : continuation }) : plainLine() {
      case .toEdit(let line):
        let before = linesSoFar
        linesSoFar = ""
        guard let text = edited(before + line) else { continue }
        echo(text, prompt(), continuation)
        remember(text)
        return .text(text)
      case .line(let line):
        let text = linesSoFar + PromptMarks.removed(from: line)
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

  /// The text as the person's editor leaves it; nil where it did not change, and then it is put back
  /// into the line.
  private func edited(_ text: String) -> String? {
    let text = text.isEmpty ? lastEntry ?? "" : text
    switch ExternalEditor.edit(text) {
    case .changed(let text) where !text.isEmpty: return text
    case .changed: return nil
    case .unchanged: prefilled = text
    case .failed(let reason):
      prefilled = text
      show("error: \(reason)")
    }
    return nil
  }

  /// Shows what was edited elsewhere as if it had been typed.
  private func echo(_ text: String, _ prompt: StyledText, _ continuation: StyledText) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      show((index == 0 ? prompt : continuation) + String(line))
    }
  }

  private enum Step {
    case line(String)
    /// The line is to be edited elsewhere: `\e`, or Ctrl-X Ctrl-E.
    case toEdit(String)
    case interrupted
    case end
  }

  private func plainLine() -> Step {
    readLine(strippingNewline: true).map { .line($0) } ?? .end
  }

  private func edit(prompt: () -> StyledText) -> Step {
    configure()
    Interrupts.install()
    Interrupts.take()
    Interrupts.catchSuspension()
    creadline_begin(prompt().forReadline)
    defer { creadline_end() }
    if !prefilled.isEmpty { creadline_insert(prefilled) }
    prefilled = ""
    type(Keyboard.takeKept())
    while true {
      if creadline_has_typed() != 0 {
        if let step = feed() { return step }
        continue
      }
      var waits = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: Interrupts.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: notices.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&waits, nfds_t(waits.count), -1)
      if Interrupts.takeResized() { creadline_resize() }
      let interrupts = Interrupts.take()
      if Interrupts.mustEnd { return .end }
      if Interrupts.takeSuspended() {
        creadline_suspend()
        Interrupts.stopUntilResumed()
        creadline_resume()
      } else if Interrupts.takeResumed() {
        creadline_resume()
      }
      if interrupts > 0 {
        creadline_discard()
        if !linesSoFar.isEmpty { return .interrupted }
        continue
      }
      if ready > 0 && waits[2].revents != 0 {
        // What has come stands above the line, which stays as it was typed.
        creadline_hide()
        announce()
        creadline_prompt(prompt().forReadline)
        creadline_show()
      }
      guard ready > 0, waits[0].revents != 0 else { continue }
      if Keyboard.expectsAnswers, let bytes = Keyboard.readBytes(waitingUpTo: 0) {
        type(Keyboard.keys(among: bytes))
      } else if let step = feed() {
        return step
      }
    }
  }

  /// Lets readline read a key; nil while the line is still being typed.
  private func feed() -> Step? {
    switch creadline_feed() {
    case Int32(CREADLINE_LINE):
      guard let line = creadline_take() else { return .end }
      defer { free(line) }
      let text = String(cString: line)
      isPasted = creadline_marks_pastes() == 0 && Keyboard.isWaiting
      if creadline_wants_editor() != 0 { return .toEdit(text) }
      return text == "\\e" ? .toEdit("") : .line(text)
    case Int32(CREADLINE_END): return .end
    default: return nil
    }
  }

  /// Puts keys before those that the terminal will give.
  private func type(_ keys: [UInt8]) {
    if !keys.isEmpty { creadline_type(keys, keys.count) }
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
    creadline_forget(text)
    creadline_add_history(text)
    history.append(text)
  }

  fileprivate func offer(for line: String, word: Range<Int>) {
    let shift = linesSoFar.utf8.count
    switch completer(linesSoFar + line, word.lowerBound + shift..<word.upperBound + shift) {
    case .paths: creadline_offer_paths()
    case .words(let words, let following):
      // A name that would drive the terminal is typed by hand.
      for word in words where SafeText.isSafe(word.text) {
        creadline_offer(word.text, word.summary.map(SafeText.oneLine))
      }
      creadline_follow_with(following?.asciiValue.map { CChar(bitPattern: $0) } ?? 0)
    }
  }

  /// Throws away what was pasted after the line that was last read.
  ///
  /// - Returns: how many lines that were; 0 where nothing was pasted, or the terminal marks it, so that
  ///   it came as one entry.
  package func dropPasted() -> Int {
    guard isPasted else { return 0 }
    var dropped: [UInt8] = []
    while let bytes = Keyboard.readBytes(waitingUpTo: 0.05) { dropped += bytes }
    let lines = dropped.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    return lines.count { !$0.allSatisfy { $0 == UInt8(ascii: " ") } }
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
