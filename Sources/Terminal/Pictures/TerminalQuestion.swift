import Glibc

/// Asking the terminal what it can show.
///
/// It is asked for no longer than 100 ms, and only by a program that stands in its foreground with
/// both its input and its output. Keys that come meanwhile are kept for `Keyboard`.
package enum TerminalQuestion {
  /// Seconds that an answer may take.
  package static let patience = 0.1

  /// Whether kitty's graphics are taken, the size of a cell, the most pixels of a sixel picture, the
  /// background, and last what every terminal answers, so that one knows that no more comes.
  static func text(isMultiplexed: Bool) -> String {
    let always = "\u{1B}[16t\u{1B}[?2;1;0S\u{1B}]11;?\u{1B}\\\u{1B}[c"
    if isMultiplexed { return always }
    return "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\" + always
  }

  /// Asks, where that can be done; what was typed meanwhile goes to `Keyboard`.
  ///
  /// - Parameter keepsKeys: whether somebody here reads keys later. Where nobody does they belong
  ///   to whoever reads the terminal next, and nothing is asked while any wait.
  package static func ask(
    _ environment: TerminalEnvironment, keepsKeys: Bool
  ) -> TerminalAnswers {
    var answers = TerminalAnswers()
    guard StandardStream.input.isTerminal, StandardStream.output.isTerminal,
      !environment.isDumb, !environment.isConsole, tcgetpgrp(STDIN_FILENO) == getpgrp(),
      keepsKeys || !Keyboard.isWaiting
    else { return answers }
    let question = text(isMultiplexed: environment.isMultiplexed)
    Keyboard.withSingleKeys {
      Output.write(question, to: STDOUT_FILENO)
      let deadline = monotonicSeconds() + patience
      while !answers.isComplete {
        let rest = deadline - monotonicSeconds()
        guard rest > 0, let bytes = Keyboard.readBytes(waitingUpTo: rest) else { break }
        answers.take(bytes)
      }
    }
    if answers.isComplete { answers.end() }
    let keys = answers.takeTyped()
    if keepsKeys {
      Keyboard.keep(keys)
      // A slow terminal's answers come later, and must not be taken for keys.
      Keyboard.expect(restOf: answers)
    } else {
      Keyboard.putBack(keys)
    }
    return answers
  }
}
