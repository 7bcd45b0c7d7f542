import Foundation
import TestSupport
import Testing

/// `evaluate RUN metrics=…` with what asks a generator for more than a set of samples.
@Suite struct GeneratorMeasureTests {
  private static let setting = """
    data faces portraits count=96 size=16
    arch judge custom image=16x16x3 labels=Smiling,Eyeglasses { classifier { conv 4; relu; flatten; dense 2 } }
    run judge on faces batch=16 steps=20 as judge
    arch asked like dcgan image=16x16x3 width=2 latent=4 labels=Smiling,Eyeglasses
    run asked on faces steps=4 batch=16 as asked
    arch plain like dcgan image=16x16x3 width=2 latent=4
    run plain on faces steps=4 batch=16 ema=0.5 as plain
    arch still custom image=16x16x3 latent=4 {
      generator { dense 16x16x3; tanh }
      discriminator { flatten; dense 1 } }
    run still on faces steps=2 batch=16 lr=0 as still
    data ring ring modes=8
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=20 as flat
    """

  private func results(_ lines: String...) throws -> [Program.Result] {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      return try lines.map { try Program.run(["-c", $0], in: folder) }
    }
  }

  private func values(_ result: Program.Result) -> [String: Double] {
    let rows = result.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    return Dictionary(
      rows.dropFirst().compactMap { row in
        (row.last?.prefix { $0 != "." }).flatMap { name in
          row.count > 1 ? Double(row[1]).map { (String(name), $0) } : nil
        }
      }, uniquingKeysWith: { $1 })
  }

  @Test func `paths and diversity are told by stages of networks, and again the same`() throws {
    let all = try results(
      "evaluate plain metrics=path_length,perceptual_diversity samples=64 | csv",
      "evaluate plain metrics=path_length,perceptual_diversity samples=64 | csv",
      "evaluate plain metrics=path_length samples=64 features=judge | csv",
      "evaluate plain metrics=path_length,perceptual_diversity samples=64 features=pixels",
      "evaluate flat metrics=path_length,perceptual_diversity samples=64", "best by path_length")
    #expect(all[..<3].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    let found = values(all[0])
    #expect(found["path_length"] ?? 0 > 0 && found["perceptual_diversity"] ?? 0 > 0, "\(all[0])")
    #expect(all[0].output == all[1].output)
    #expect(values(all[2])["path_length"] != found["path_length"])
    #expect(
      all[3].errors.contains("no path length: these features have no stages")
        && all[3].errors.contains("no perceptual diversity: these features have no stages"),
      "\(all[3].errors)")
    #expect(all[4].errors.contains("it is of images, and these are points"))
    #expect(all[5].errors.contains("`path_length` was measured by 2 protocols"), "\(all[5].errors)")
  }

  @Test func `labels of samples are told as asked, or not`() throws {
    let all = try results(
      "evaluate asked metrics=gan_test samples=64 features=judge | csv",
      "evaluate plain metrics=gan_test,kid samples=64 features=judge",
      "evaluate asked metrics=gan_test samples=64",
      "evaluate faces against=faces metrics=gan_test",
      "run plain on faces steps=2 evaluate=gan_test")
    let share = values(all[0])["gan_test"] ?? -1
    #expect(all[0].status == 0 && (0...1).contains(share), "\(all[0])")
    #expect(all[1].errors.contains("no GAN-test: the model is not asked for labels"))
    #expect(all[2].errors.contains("no GAN-test: it takes a classifier of the labels"))
    #expect(all[3].errors.contains("no GAN-test: it is of a run's generator"))
    #expect(all[4].status != 0 && all[4].errors.contains("is measured of a checkpoint"))
  }

  @Test func `small changes move samples and examples`() throws {
    let all = try results(
      "evaluate plain metrics=robustness features=judge | csv",
      "evaluate still metrics=robustness | csv")
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    let found = values(all[0])
    for change in ["noise", "blur", "jpeg", "shift"] {
      for reaction in ["features", "labels", "scores"] {
        #expect(
          found["\(reaction)_by_\(change)"] != nil && found["data_\(reaction)_by_\(change)"] != nil)
      }
      #expect(found["data_features_by_\(change)"] ?? 0 > 0, "\(change)")
    }
    #expect(found["features_by_latent"] ?? 0 > 0 && found["data_features_by_latent"] == nil)
    let moved = ["noise", "blur", "jpeg", "shift"].map { (change: String) -> Double in
      (found["features_by_\(change)"] ?? 0) / (found["data_features_by_\(change)"] ?? 1)
    }
    #expect(abs((found["robustness"] ?? 0) - moved.reduce(0, +) / 4) < 1e-6)
  }

  @Test func `the duality gap is what both sides gain`() throws {
    let all = try results(
      "evaluate flat metrics=duality_gap samples=64 | csv",
      "evaluate still metrics=duality_gap samples=32 | csv",
      "evaluate judge metrics=duality_gap")
    #expect(all[..<2].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    let found = values(all[0])
    let gains = (found["discriminator_gain"] ?? .nan) + (found["generator_gain"] ?? .nan)
    #expect(abs((found["duality_gap"] ?? .infinity) - gains) < 1e-6, "\(found)")
    #expect(found["duality_gap"] ?? 0 > 0.01)
    // At a rate of 0 neither side moves.
    #expect(abs(values(all[1])["duality_gap"] ?? 1) < 1e-6, "\(all[1])")
    #expect(all[2].status != 0)
  }

  @Test func `reconstructions are measured, and are not ranked beside samples`() throws {
    let all = try results(
      "arch code like autoencoder image=16x16x3 width=2; run code on faces batch=16 steps=4 as code; "
        + "arch drawn like vae image=16x16x3 width=2; run drawn on faces batch=16 steps=4 as drawn",
      "evaluate code metrics=psnr,ssim,kid,sharpness samples=64 | csv",
      "evaluate drawn metrics=psnr,ssim,kid samples=64 | csv",
      "evaluate drawn metrics=psnr features=pixels | csv",
      "best by psnr", "best by kid", "evaluate plain metrics=psnr,ssim",
      "sql select conditions from evaluation | csv")
    #expect(all[..<3].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    let (code, drawn) = (values(all[1]), values(all[2]))
    #expect(code["psnr"] ?? 0 > 3 && abs(code["ssim"] ?? 9) < 1, "\(code)")
    #expect(all[1].errors.contains("64 reconstructions of code after step 4"), "\(all[1].errors)")
    #expect(drawn["psnr"] ?? 0 > 3 && drawn["kid"] != nil && code["kid"] != nil)
    // Features have nothing to do with it.
    #expect(values(all[3])["psnr"] == drawn["psnr"])
    #expect(all[4].status == 0 && all[4].output.contains("code") && all[4].output.contains("drawn"))
    #expect(all[5].errors.contains("`kid` was measured by 2 protocols"), "\(all[5].errors)")
    #expect(all[6].errors.contains("no PSNR: the model reconstructs nothing"))
    #expect(all[7].output.contains("reconstructions") && all[7].output.contains("seed"))
  }

  @Test func `reconstructions by raw weights have a name of their own`() throws {
    let all = try results(
      "arch code like autoencoder image=16x16x3 width=2; run code on faces batch=16 steps=4 ema=0.9 as code",
      "evaluate code metrics=psnr | csv", "evaluate code metrics=psnr average=no | csv")
    func name(_ result: Program.Result) -> Substring? {
      result.output.split(separator: "\n").last?.split(separator: ",").last
    }
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    #expect(name(all[1])?.hasPrefix("psnr.") == true && name(all[1]) != name(all[2]))
  }

  @Test func `clusters and classes are measured where there are some`() throws {
    let all = try results(
      "evaluate plain metrics=ndb,sharpness samples=96 | csv",
      "evaluate faces against=faces metrics=ndb | csv",
      "evaluate asked metrics=class_ms_ssim | csv", "evaluate plain metrics=class_ms_ssim,kid",
      "evaluate flat metrics=ndb,sharpness samples=500 examples=500 | csv")
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    let found = values(all[0])
    #expect(
      (0...1).contains(found["ndb"] ?? -1) && (0...0.7).contains(found["bin_divergence"] ?? -1))
    #expect(found["sharpness"] ?? -1 >= 0 && found["data_sharpness"] ?? 0 > 0)
    #expect(all[1].output.contains("NDB/K,0"), "\(all[1].output)")
    #expect((-1...1).contains(values(all[2])["class_ms_ssim"] ?? 9), "\(all[2])")
    #expect(all[3].errors.contains("the model is not asked for labels"))
    #expect(values(all[4])["ndb"] != nil && all[4].errors.contains("no sharpness"), "\(all[4])")
  }

  @Test func `what is not as the run has it gets a name of its own`() throws {
    let all = try results(
      "evaluate plain metrics=kid", "evaluate plain metrics=kid average=no",
      "evaluate plain metrics=kid seed=9",
      "evaluate plain metrics=kid seed=1",
      "sql select count(distinct protocol) as n from evaluation | csv", "best by kid")
    #expect(all[..<4].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    #expect(all[4].output == "n\n3\n")
    // The message says by what.
    #expect(
      all[5].errors.contains("average=no")
        && all[5].errors.contains("96 samples beside 96 examples"))
  }

  @Test func `features of a file are measured beside images where somebody says whose they are`()
    throws
  {
    let files = Fixture.folder.appending(path: "metrics/files").path
    let all = try results(
      "evaluate features:\(files)/made.npy against=ring metrics=fid",
      "arch five custom image=16x16x3 labels=Smiling { classifier { flatten; dense 5; relu; dense 1 } }; "
        + "run five on faces steps=2 batch=16 as five",
      "evaluate features:\(files)/made.npy against=faces metrics=fid features=five",
      "evaluate features:\(files)/made.npy against=faces metrics=fid features=random")
    #expect(all[0].status != 0)
    #expect(all[2].status == 0, "\(all[2].errors)")
    #expect(all[3].errors.contains("rows of 5 numbers cannot be measured beside rows of 64"))
    // All rows of a file, however many there are on the other side.
    #expect(all[2].errors.contains("12 rows of"), "\(all[2].errors)")
  }

  @Test func `sweeps measure as their runs do`() throws {
    let all = try results(
      "sweep plain on faces seeds=2 lr=1e-4,1e-3 steps=8 batch=16 evaluate-samples=48 evaluate=kid,recall evaluate-every=4 as tried",
      "show tried by=kid", "sweep plain on faces evaluate-samples=48 steps=4 batch=16 as other")
    #expect(all[0].status == 0, "\(all[0].errors)")
    #expect(all[1].status == 0 && all[1].output.contains("1e-4"), "\(all[1])")
    #expect(all[2].errors.contains("is about measures that a run takes"))
  }

  @Test func `measures have the field's other names, and nothing measured is an error`() throws {
    let all = try results(
      "evaluate plain metrics=FID,KID,LPIPS samples=48 | csv", "evaluate plain metrics=psnr",
      "evaluate flat metrics=precision samples=4 examples=4")
    #expect(all[0].status == 0 && values(all[0])["perceptual_diversity"] != nil, "\(all[0])")
    #expect(all[1].status != 0 && all[1].errors.contains("nothing could be measured"))
    #expect(all[2].errors.contains("it takes at least 6 of each"), "\(all[2].errors)")
  }
}
