import CPUBackend

/// How a step of `dcgan` grows with width, image size and batch: time beside arithmetic.
struct GrowthTable {
  let backend: CPUBackend

  func print() throws {
    Swift.print("| size | width | batch | GFLOP | ms | GFLOP/s |")
    Swift.print("| --- | --- | --- | --- | --- | --- |")
    let base = (size: 64, width: 64, batch: 64)
    var cases = [base]
    cases += [32, 128].map { (size: $0, width: base.width, batch: base.batch) }
    cases += [32, 128].map { (size: base.size, width: $0, batch: base.batch) }
    cases += [16, 32, 128].map { (size: base.size, width: base.width, batch: $0) }
    for (size, width, batch) in cases {
      let prepared = try Workload.dcgan(size: size, width: width, batch: batch)
        .prepared(on: backend)
      prepared.advance()
      let timing = Timing { prepared.advance() }
      let operations = Double(prepared.operations) / 1e9
      func rounded(_ value: Double) -> String { String(Int(value.rounded())) }
      Swift.print(
        "| \(size) | \(width) | \(batch) | \(rounded(operations)) | "
          + "\(rounded(timing.median * 1e3)) | \(rounded(operations / timing.median)) |")
    }
  }
}
