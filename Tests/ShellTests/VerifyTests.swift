import Foundation
import TestSupport
import Testing

/// Whether features tell who is who.
@Suite struct VerifyTests {
  private static let setting = """
    data people portraits count=200 size=16 people=20
    data unseen portraits count=120 size=16 people=20 seed=2
    arch who like recogniser image=16x16x3 width=4 latent=16 classes=20
    run who on people steps=60 batch=32 as known
    data ring ring

    """

  private func results(
    _ lines: [String], _ check: (String, [Program.Result]) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      try check(folder, try lines.map { try Program.run(["-c", $0], in: folder) })
    }
  }

  /// The numbers of a row of CSV.
  private func numbers(_ result: Program.Result) -> [Double] {
    (result.output.split(separator: "\n").last ?? "").split(separator: ",").compactMap {
      Double($0)
    }
  }

  @Test func `pairs are told, the same for the same seed, and the curve is drawn`() throws {
    try results([
      "verify known on people pairs=2k | csv", "verify known on unseen pairs=2k | csv",
      "verify known on unseen pairs=2k | csv", "verify pixels on unseen pairs=2k | csv",
      "verify known on unseen by=Smiling pairs=400 to roc.png",
      "verify known on unseen pairs=400 to roc.svg",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].errors.contains("has learned from these very images"), "\(all[0].errors)")
      #expect(all[1].output == all[2].output && !all[1].errors.contains("has learned"))
      #expect(all[3].output != all[1].output)
      let (own, unseen) = (numbers(all[0]), numbers(all[1]))
      try #require(own.count == 7 && unseen.count == 7, "\(all[0].output)")
      // Persons that it has learned from are told well above chance.
      #expect((100...2000).contains(own[0]) && own[1] == 20, "\(own)")
      #expect(own[2] < 0.4 && own[3] > 0.65, "\(own)")
      #expect(own[0] == 2000 || all[0].errors.contains("each stands once"), "\(all[0].errors)")
      #expect((0...1).contains(unseen[2]) && abs(own[4] - (1 - own[2])) < 0.1, "\(own)")
      let picture = try Data(contentsOf: URL(fileURLWithPath: folder + "/roc.png"))
      #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect(
        try String(contentsOfFile: folder + "/roc.svg", encoding: .utf8).contains("<svg"))
    }
  }

  @Test func `what cannot be is said at its place`() throws {
    let faults = [
      ("verify known on ring", "`ring` holds points"),
      ("verify known on unseen by=Persn", "Person"), ("verify known on unseen by=Yaw", "number"),
      ("verify nobody on unseen", "nobody"), ("verify known on unseen to roc.txt", "PNG or SVG"),
      ("verify known on unseen pairs=1", "pairs"),
      ("arch who like recogniser image=16x16x3 labels=Smiling", "how many persons it tells"),
      ("arch who like resnet image=16x16x3 classes=3 depth=9", "8, 10, 14 or 18 layers"),
      (
        "arch tell like classifier image=16x16x3 classes=20; run tell on people margin=0.2 steps=1",
        "does not end in `cosine`"
      ),
    ]
    try results(faults.map(\.0)) { _, all in
      for (fault, result) in zip(faults, all) {
        #expect(
          result.status == 1 && result.errors.contains(fault.1), "\(fault.0): \(result.errors)")
        #expect(result.errors.contains("^"), "\(fault.0): \(result.errors)")
      }
    }
  }
}
