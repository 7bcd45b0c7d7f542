import Testing

import Terminal

@Suite struct ProgressLineTests {
  private final class Clock {
    var now = 0.0
  }

  @Test func `off a terminal there are few lines and no control characters`() {
    let (clock, output) = (Clock(), Output())
    var line = ProgressLine(on: output, plainInterval: 5, clock: { clock.now })
    for second in 0..<100 {
      clock.now = Double(second)
      line.update { "step \(second)" }
    }
    line.erase()
    let lines = output.shown.split(separator: "\n")
    #expect(lines.first == "step 5")
    #expect((4...8).contains(lines.count))
    #expect(!output.shown.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
  }

  @Test func `on a terminal it rewrites itself within the width, not too often`() {
    let (clock, output) = (Clock(), Output(inMemoryOfWidth: 10, isLive: true))
    var line = ProgressLine(on: output, liveInterval: 0.1, clock: { clock.now })
    line.update { "a line that is far too long" }
    clock.now = 0.05
    line.update { "left out" }
    clock.now = 0.2
    line.update { "two" }
    line.erase()
    #expect(output.shown == "\ra line t…\u{1B}[K\rtwo\u{1B}[K\r\u{1B}[K")
  }

  @Test func `a line printed above is recorded and progress is not`() {
    let output = Output(inMemoryOfWidth: 40, isLive: true)
    var line = ProgressLine(on: output)
    line.update { "50%" }
    line.printAbove("checkpoint saved")
    #expect(output.takeRecord() == "checkpoint saved\n")
    #expect(output.shown.hasSuffix("\r50%\u{1B}[K"))
  }
}
