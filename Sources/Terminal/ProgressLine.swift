import Glibc
import TerminalText

/// One line that tells how far something is.
///
/// On a terminal it rewrites itself a few times a second; elsewhere it is a plain line now and
/// then, without a single control character.
package struct ProgressLine {
  private let output: Output
  private let liveInterval: Double
  private var plainInterval: Double
  private let clock: () -> Double
  private var lastShown: Double?
  private var isOnScreen = false
  private var latest = ""

  /// Longest pause between plain lines, in seconds; the pause grows up to it.
  private static let longestPause = 60.0

  /// - Parameters:
  ///   - liveInterval: seconds between two pictures on a terminal.
  ///   - plainInterval: seconds before the first plain line off a terminal; each pause after it is
  ///     half as long again, up to a minute.
  ///   - clock: seconds that never go back; the monotonic clock unless a test gives its own.
  package init(
    on output: Output, liveInterval: Double = 0.1, plainInterval: Double = 5,
    clock: @escaping () -> Double = monotonicSeconds
  ) {
    self.output = output
    self.liveInterval = liveInterval
    self.plainInterval = plainInterval
    self.clock = clock
    if !output.isLive { lastShown = clock() }
  }

  /// Shows the text if it is time to; building the text is left out if it is not.
  package mutating func update(_ text: () -> String) {
    let now = clock()
    let interval = output.isLive ? liveInterval : plainInterval
    if let lastShown, now - lastShown < interval { return }
    lastShown = now
    latest = text()
    if output.isLive {
      draw()
    } else {
      output.put(SafeText.joinedLines(latest) + "\n")
      plainInterval = min(plainInterval * 1.5, Self.longestPause)
    }
  }

  /// Prints a line above the progress line.
  package mutating func printAbove(_ text: String) {
    let wasOnScreen = isOnScreen
    erase()
    output.line(text)
    if wasOnScreen { draw() }
  }

  /// Takes the line off the screen; off a terminal there is nothing to take.
  package mutating func erase() {
    if isOnScreen { output.send("\r\u{1B}[K") }
    isOnScreen = false
  }

  private mutating func draw() {
    // The last column stays free: a full line would wrap and could not be erased.
    let room = max(output.width - 1, 1)
    output.send("\r" + DisplayWidth.cut(SafeText.oneLine(latest), to: room) + "\u{1B}[K")
    isOnScreen = true
  }
}

/// Seconds on a clock that never goes back.
package func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
