import Foundation
import TestSupport
import Testing

/// Numbers of a range, `numbers=Age:18..80`: networks see them as -1...1, and everybody else as they are.
@Suite struct LabelRangeTests {
  /// Twenty-four grey squares, with their shade as a number of years and as one in -1...1.
  private static func writeShades(in folder: String) throws {
    let shades = folder + "/shades"
    try FileManager.default.createDirectory(atPath: shades, withIntermediateDirectories: true)
    var table = "file,Years,Unit\n"
    for number in 0..<24 {
      let unit = Double(number) / 11.5 - 1
      let pixels = Data(repeating: UInt8(20 + 9 * number), count: 64)
      try (Data("P5 8 8 255\n".utf8) + pixels).write(
        to: URL(fileURLWithPath: "\(shades)/\(number).pgm"))
      table += "\(number).pgm,\(49 + 31 * unit),\(unit)\n"
    }
    try table.write(toFile: folder + "/shades.csv", atomically: true, encoding: .utf8)
  }

  private static let setting = """
    data shades folder path=shades labels=shades.csv size=8 channels=1
    arch tell-years custom image=8x8x1 numbers=Years:18..80 { classifier { flatten; dense 4; tanh; dense 1 } }
    arch tell-unit custom image=8x8x1 numbers=Unit { classifier { flatten; dense 4; tanh; dense 1 } }
    run tell-years on shades batch=8 steps=40 lr=1e-2 as years
    run tell-unit on shades batch=8 steps=40 lr=1e-2 as unit
    arch make-years custom image=8x8x1 latent=2 numbers=Years:18..80 {
      generator(z, label) { concat label; dense 8x8x1; tanh }
      discriminator(image, label) { flatten; concat label; dense 4; lrelu; dense 1 } }
    arch make-unit custom image=8x8x1 latent=2 numbers=Unit {
      generator(z, label) { concat label; dense 8x8x1; tanh }
      discriminator(image, label) { flatten; concat label; dense 4; lrelu; dense 1 } }
    run make-years on shades batch=8 steps=20 as made-years
    run make-unit on shades batch=8 steps=20 as made-unit
    """

  private func results(
    _ lines: [String], _ check: (String, [Program.Result]) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      try Self.writeShades(in: folder)
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      #expect(!made.errors.contains("numbers of about 1"), "\(made.errors)")
      try check(folder, try lines.map { try Program.run(["-c", $0], in: folder) })
    }
  }

  private func numbers(_ table: String, _ column: Int = 1) -> [Double] {
    table.split(separator: "\n").dropFirst().compactMap {
      Double($0.split(separator: ",")[column])
    }
  }

  @Test func `a number of a range is learned as its share of it, and told as it is`() throws {
    try results([
      "predict years on shades | csv", "predict unit on shades | csv",
      "evaluate years on shades | csv", "evaluate unit on shades | csv",
      "sql select last from metricSummary where name = 'batch_error' order by run | csv",
    ]) { _, all in
      try #require(all[..<4].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let (years, unit) = (numbers(all[0].output), numbers(all[1].output))
      #expect(years.count == 24)
      for (one, other) in zip(years, unit) { #expect(abs(one - (49 + 31 * other)) < 0.05) }
      #expect((years.last ?? 0) - (years.first ?? 0) > 10, "\(years)")
      let head = all[2].output.split(separator: "\n")[0].split(separator: ",")
      let place = try #require(head.firstIndex { $0.contains("error") }, "\(all[2].output)")
      let (error, share) = (numbers(all[2].output, place), numbers(all[3].output, place))
      #expect(abs(error[0] - 31 * share[0]) < 0.05, "\(error) \(share)")
    }
  }

  @Test func `what is asked for in years is what is asked for as a share`() throws {
    try results([
      "samples made-years labels=Years:80 to years/ count=4",
      "samples made-unit labels=Unit:1 to unit/ count=4",
      "samples made-years to middle/ count=4 labels=Years:49",
      "samples made-unit labels=Unit:0 to nought/ count=4",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)/000001.png"))
      }
      #expect(try bytes("years") == bytes("unit"))
      #expect(try bytes("middle") == bytes("nought"))
      #expect(try bytes("years") != bytes("middle"))
    }
  }

  @Test
  func `numbers far from those of networks are cautioned of, and ranges that are none refused`()
    throws
  {
    let network = "{ classifier { flatten; dense 1 } }"
    try results([
      "arch far custom image=8x8x1 numbers=Years:0..2 \(network); run far on shades batch=8 steps=1",
      "arch quoted custom image=8x8x1 numbers=\"My years:18..80\",Größe:-2..2.5 { classifier { flatten; dense 2 } }; show arch quoted",
      "arch void custom image=8x8x1 numbers=\"\" \(network)",
      "arch huge custom image=8x8x1 numbers=Years:0..1e12 \(network)",
      "arch plain custom image=8x8x1 numbers=Years \(network); run plain on shades batch=8 steps=1",
      "arch near custom image=8x8x1 numbers=Unit \(network); run near on shades batch=8 steps=1",
      "arch turned custom image=8x8x1 numbers=Years:80..18 \(network)",
      "arch wordy custom image=8x8x1 numbers=Years:old \(network)",
      "arch twice custom image=8x8x1 numbers=Years:1..2,Years \(network)",
      "show arch tell-years",
      "arch wide custom image=8x8x1 numbers=Unit:-4..4 \(network); run wide on shades batch=8 steps=1",
    ]) { _, all in
      #expect(
        all[0].errors.contains("from 18 to 80, far beyond its range"), "\(all[0].errors)")
      #expect(
        all[1].output.contains("numbers=\"My years:18..80\",\"Größe:-2..2.5\""), "\(all[1].output)")
      #expect(all[2].errors.contains("a number needs a name"), "\(all[2].errors)")
      #expect(all[3].errors.contains("within ±"), "\(all[3].errors)")
      let all = Array(all.dropFirst(4))
      #expect(
        all[0].errors.contains("declare the architecture with `numbers=Years:18..80`"),
        "\(all[0].errors)")
      #expect(!all[1].errors.contains("of about 1"), "\(all[1].errors)")
      #expect(all[2].errors.contains("`80..18` is no range"), "\(all[2].errors)")
      #expect(all[3].errors.contains("`old` is no range"), "\(all[3].errors)")
      #expect(all[4].errors.contains("is given twice"), "\(all[4].errors)")
      #expect(all[5].output.contains("numbers=Years:18..80"), "\(all[5].output)")
      #expect(
        all[6].errors.contains("of `Unit` is 0.6: `numbers=Unit:-0.6..0.6` is nearer to it"),
        "\(all[6].errors)")
    }
  }
}
