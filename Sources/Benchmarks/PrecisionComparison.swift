import CPUBackend
import Foundation
import Specification

/// A workload in single precision and with bfloat16 permitted: the speed of the second over the first's.
struct PrecisionComparison {
  let workload: Workload
  let backend: CPUBackend

  /// Steps of the two follow each other in turns, so that what else the machine does strikes both alike.
  func print(steps: Int) throws {
    let single = try workload.permitting(.single).prepared(on: backend)
    let narrow = try workload.permitting(.bfloat16).prepared(on: backend)
    let clock = ContinuousClock()
    var (singles, narrows) = ([Double](), [Double]())
    for turn in 0..<(steps + 3) {
      let first = clock.measure { single.advance() } / .milliseconds(1)
      let second = clock.measure { narrow.advance() } / .milliseconds(1)
      guard turn >= 3 else { continue }
      singles.append(first)
      narrows.append(second)
    }
    let ratios = zip(singles, narrows).map { $0 / $1 }
    func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let numbers = [
      middle(singles), middle(narrows), middle(singles) / middle(narrows), middle(ratios),
    ].map { String(format: "%.3f", $0) }
    Swift.print(
      "\(workload.name): single \(numbers[0]) ms, bfloat16 permitted \(numbers[1]) ms; speed "
        + "\(numbers[2]) times, by pairs \(numbers[3])")
    fflush(nil)
  }
}
