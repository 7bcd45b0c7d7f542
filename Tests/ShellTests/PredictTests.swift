import Foundation
import GRDB
import TestSupport
import Testing

/// Labels that a classifier tells of images of one's own.
@Suite struct PredictTests {
  private static let setting = """
    data seen portraits count=64 size=8 channels=1
    data others portraits count=40 size=8 channels=1 seed=2
    arch tell custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run tell on seen batch=16 steps=20 as glasses
    arch sort custom image=8x8x1 classes=3 { classifier { flatten; dense 3 } }
    arch turn custom image=8x8x1 numbers=Yaw { classifier { flatten; dense 1 } }
    run turn on seen batch=16 steps=5 as turned
    arch pair custom image=8x8x1 latent=2 { generator { dense 8x8x1; tanh }
      discriminator { flatten; dense 1 } }
    run pair on seen batch=16 steps=2 as made
    samples made to "photos/" count=8

    """

  private func results(
    _ lines: [String], _ check: (String, [Program.Result]) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      for (place, shade) in [20, 120, 220].enumerated() {
        for copy in 0..<8 {
          let image = GreyImage(side: 8, value: UInt8(shade + copy))
          try image.write(to: "\(folder)/shades/\(["dark", "grey", "white"][place])/\(copy).pgm")
        }
      }
      try check(folder, try lines.map { try Program.run(["-c", $0], in: folder) })
    }
  }

  /// A picture of one shade, as a PGM file.
  private struct GreyImage {
    let side: Int
    let value: UInt8

    func write(to path: String) throws {
      let url = URL(fileURLWithPath: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let head = Data("P5 \(side) \(side) 255\n".utf8)
      try (head + Data(repeating: value, count: side * side)).write(to: url)
    }
  }

  private func rows(_ path: String) throws -> [[Substring]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }

  @Test func `a word of a label is learned, and told of a test set, too`() throws {
    try results([
      """
      data known portraits count=48 size=8 channels=1 people=3; data new from known split=0.5 part=rest
      arch first custom image=8x8x1 labels="Person=person-1" { classifier { flatten; dense 1 } }
      run first on known test=new batch=8 steps=4 log-every=1 as first; evaluate first on new | csv
      """
    ]) { _, all in
      #expect(all[0].status == 0, "\(all[0].errors)")
      #expect(all[0].output.contains("Person=person-1,27"), "\(all[0].output)")
    }
  }

  @Test func `a table of a folder has a row for each file, and what is told is what is evaluated`()
    throws
  {
    try results([
      "predict glasses on photos/ to told.csv", "predict glasses on others to others.csv",
      "evaluate glasses on others | csv", "predict glasses on others count=3",
      "predict glasses on others flips=yes to both.csv",
      "predict turned on others count=2 | csv",
      "predict glasses on others known=yes to known.csv",
      "predict turned on others known=yes count=1 | csv",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].output.contains("told.csv: the labels of 8 images"), "\(all[0].output)")
      let told = try rows(folder + "/told.csv")
      #expect(told[0] == ["file", "Smiling", "Eyeglasses"] && told.count == 9)
      #expect(told[1][0] == "000001.png" && told.dropFirst().allSatisfy { $0.count == 3 })
      let chances = told.dropFirst().flatMap { $0.dropFirst() }.map { Double($0) }
      #expect(chances.allSatisfy { (0...1).contains($0 ?? -1) })
      // The share that is said to hold: recall · held / precision.
      let others = try rows(folder + "/others.csv")
      #expect(others.count == 41)
      let evaluated = all[2].output.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let said = Double(others.dropFirst().count { Double($0[1]) ?? 0 > 0.5 })
      let row = evaluated[1].map { Double($0) ?? 0 }
      #expect(abs(row[4] * row[3] * 40 - row[5] * said) < 1e-6, "\(evaluated[1]) \(said)")
      #expect(all[3].output.split(separator: "\n").count == 4, "\(all[3].output)")
      #expect(try rows(folder + "/both.csv") != others)
      #expect(all[5].output.hasPrefix("image,Yaw\n"), "\(all[5].output)")
      let known = try rows(folder + "/known.csv")
      #expect(known[0] == ["file", "Smiling", "Eyeglasses", "known_Smiling", "known_Eyeglasses"])
      #expect(known.map { Array($0.prefix(3)) } == others)
      // The share told rightly, of both.
      let right = known.dropFirst().reduce(0) { sum, row in
        sum + (1...2).count { (Double(row[$0]) ?? 0 > 0.5) == (row[$0 + 2] == "1") }
      }
      let place = try #require(evaluated[0].firstIndex(of: "right"))
      let shares = evaluated.dropFirst().prefix(2).compactMap { Double($0[place]) }
      #expect(abs(shares.reduce(0, +) * 40 - Double(right)) < 1e-6, "\(evaluated) \(right)")
      #expect(all[7].output.hasPrefix("image,Yaw,known_Yaw\n"), "\(all[7].output)")
    }
  }

  @Test func `classes are told by their words`() throws {
    try results([
      "data shades folder path=shades labels=yes size=8 channels=1; run sort on shades steps=200 batch=8 as sorted",
      "predict sorted on shades to sorted.csv", "predict sorted on shades/white/3.pgm | csv",
      "predict made on shades/", "predict sorted on photos to told.txt",
      "predict sorted on nowhere/", "predict sorted on shades/ size=16",
      "predict sorted on shades known=yes to known.csv",
      "predict sorted on shades/white/3.pgm known=yes", "predict sorted on others known=yes",
    ]) { folder, all in
      try #require(all[..<3].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let told = try rows(folder + "/sorted.csv")
      #expect(told[0] == ["file", "class", "probability", "dark", "grey", "white"])
      #expect(told.count == 25)
      for row in told.dropFirst() where row[0].hasPrefix("dark") || row[0].hasPrefix("white") {
        #expect(row[0].hasPrefix(row[1]), "\(row)")
        let chances = row.dropFirst(3).compactMap { Double($0) }
        #expect(abs(chances.reduce(0, +) - 1) < 1e-5 && chances.max() == Double(row[2]))
      }
      #expect(all[2].output.contains("shades/white/3.pgm,white,"), "\(all[2].output)")
      let known = try rows(folder + "/known.csv")
      #expect(known[0].last == "known")
      #expect(known.dropFirst().allSatisfy { $0[0].hasPrefix($0[$0.count - 1]) })
      for (result, fact) in [
        (all[3], "run `made` has no classifier, and tells no labels"),
        (all[4], "what is told goes to a CSV file, not `told.txt`"),
        (all[5], "nothing is at `nowhere/`"), (all[6], "images of 8x8x1"),
        (all[8], "an image file says no labels of itself"), (all[9], "class"),
      ] {
        #expect(result.status != 0 && result.errors.contains(fact), "\(result.errors)")
      }
    }
  }

  @Test func `a run whose text somebody has changed is not taken for the one that was trained`()
    throws
  {
    try results([
      "data shades folder path=shades labels=yes size=8 channels=1; run sort on shades steps=200 batch=8 as sorted"
    ]) { folder, all in
      try #require(all[0].status == 0, "\(all[0].errors)")
      for (name, own, forged) in [
        ("sorted", "dark grey white", "grey dark white"),
        ("turned", "numbers=Yaw", "numbers=Yaw:-9..9"),
      ] {
        let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
        try queue.write {
          try $0.execute(
            sql: "UPDATE run SET text = replace(text, ?, ?) WHERE name = ?",
            arguments: [own, forged, name])
        }
        try queue.close()
        let told = try Program.run(["-c", "predict \(name) on shades/white/3.pgm"], in: folder)
        #expect(told.status != 0 && told.errors.contains("another run"), "\(told.errors)")
        #expect(told.output.isEmpty)
      }
    }
  }

  @Test func `nothing is kept or ended by what is measured on no data`() throws {
    try results([
      "run tell on seen steps=2 batch=16 keep=best:test_loss",
      "run tell on seen steps=2 batch=16 stop-when=test_accuracy patience=2",
      "run tell on seen test=others steps=2 batch=16 keep=best:test_loss stop-when=test_accuracy patience=2",
    ]) { _, all in
      #expect(all[0].errors.contains("`keep` names `test_loss`"), "\(all[0].errors)")
      #expect(all[1].errors.contains("`stop-when` names `test_accuracy`"), "\(all[1].errors)")
      #expect(all[2].status == 0, "\(all[2].errors)")
    }
  }
}
