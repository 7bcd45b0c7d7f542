import Glibc

/// Asks the person at the terminal a question that is answered by yes or no.
///
/// - Returns: false for anything but `y` or `yes`; so for Ctrl-C, Ctrl-D and where there is no terminal.
package func ask(_ question: String, on output: Output) -> Bool {
  guard StandardStream.input.isTerminal else { return false }
  Interrupts.install()
  Interrupts.take()
  output.put("\(question) [y/N] ")
  var answer: [UInt8] = []
  while !answer.contains(UInt8(ascii: "\n")) {
    var waits = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Interrupts.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&waits, 2, -1)
    if Interrupts.pendingCount > 0 {
      output.put("\n")
      return false
    }
    // A signal that is no interrupt (the window's size) wakes as well.
    guard waits[0].revents != 0 else {
      if waits[1].revents != 0 { Interrupts.take() }
      continue
    }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count < 0 && errno == EINTR { continue }
    if count <= 0 { break }
    answer += bytes[..<count]
  }
  let word = String(decoding: answer, as: UTF8.self).lowercased().filter(\.isLetter)
  return word == "y" || word == "yes"
}
