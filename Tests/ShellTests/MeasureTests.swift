import Foundation
import TestSupport
import Testing

/// `evaluate RUN metrics=…`: what is measured, how it is kept, and what is not ranked together.
@Suite struct SampleMeasureTests {
  private static let setting = """
    data faces portraits count=96 size=16
    data other portraits count=96 size=16 seed=2
    arch small like dcgan image=16x16x3 width=2 latent=4
    run small on faces steps=4 batch=16 seed=1 ema=0.5 as one
    run small on faces steps=4 batch=16 seed=2 as two
    data ring ring modes=8
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=20 as flat
    """

  /// What a line says after the setting.
  private func results(_ lines: String...) throws -> [Program.Result] {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      return try lines.map { try Program.run(["-c", $0], in: folder) }
    }
  }

  @Test func `measures are told with their errors and kept by what they were measured by`() throws {
    let all = try results(
      "evaluate one metrics=fid,kid,precision,recall,density,coverage,ms_ssim,nearest_ratio,duplicates | csv",
      "evaluate two metrics=kid samples=96",
      "best by kid", "runs order by kid columns=name,kid | csv",
      "sql select run, measure, typeof(error) from evaluations where measure like 'kid%' | csv",
      "sql select conditions from evaluation limit 1", "help kid", "plot one two kid to k.svg",
      "compare one two metrics=kid | csv", "expect kid(one)<9")
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    let lines = all[0].output.split(separator: "\n").map { $0.split(separator: ",") }
    let names = lines.map { $0.last ?? "" }
    let word = try #require(
      names.compactMap { $0.wholeMatch(of: /kid\.(random-96-[0-9a-f]{4})/) }.first)
    for measure in ["fid", "fid_infinity", "precision", "recall", "density", "coverage", "ms_ssim"]
    {
      #expect(names.contains("\(measure).\(word.1)"), "\(all[0].output)")
    }
    #expect(all[0].errors.contains("96 samples of one after step 4 beside 96 examples"))
    #expect(all[0].errors.contains("a Fréchet distance is larger the fewer samples there are"))
    #expect(all[2].output.contains("one") && all[2].output.contains("two"), "\(all[2].output)")
    #expect(all[3].output.split(separator: "\n").count == 4, "\(all[3].output)")
    #expect(all[4].output.contains("one,kid.\(word.1),real"), "\(all[4].output)")
    #expect(
      all[5].output.contains("\"samples\":96") && all[5].output.contains("\"extent\":\"16x16x3\""))
    #expect(all[8].output.contains("kid.\(word.1)"), "\(all[8].output)")
    #expect(all[6].output.contains("Squared maximum mean discrepancy"), "\(all[6].output)")
  }

  @Test func `other features, data, counts and examples are not ranked together`() throws {
    let all = try results(
      "evaluate one metrics=kid", "evaluate two metrics=kid features=pixels",
      "evaluate two metrics=kid samples=64", "evaluate two metrics=kid examples=64",
      "evaluate two on other metrics=kid", "best by kid", "runs order by kid", "runs where kid<1",
      "plot one two kid to k.svg", "compare one two metrics=kid",
      "sql select count(distinct protocol) as n from evaluation | csv")
    for result in all[..<5] { #expect(result.status == 0, "\(result.errors)") }
    #expect(all[10].output.contains("5"), "\(all[10].output)")
    for result in all[5..<10] {
      #expect(result.status != 0)
      #expect(result.errors.contains("`kid` was measured by 5 protocols"), "\(result.errors)")
    }
  }

  @Test func `the same again gives the same numbers, and other latents or weights do not`() throws {
    let all = try results(
      "evaluate one metrics=kid,fid | csv", "evaluate one metrics=kid,fid | csv",
      "evaluate one metrics=kid,fid seed=9 | csv", "evaluate one metrics=kid,fid average=no | csv")
    #expect(all[0].output == all[1].output)
    #expect(Set(all.map(\.output)).count == 3)
  }

  @Test func `points are their own features`() throws {
    let all = try results(
      "evaluate flat metrics=fid,kid,coverage samples=500 examples=400 | csv",
      "evaluate flat metrics=swd,ms_ssim,kid samples=100 examples=100",
      "evaluate flat metrics=kid features=random")
    #expect(all[0].status == 0 && all[0].output.contains("kid.coordinates-500-"), "\(all[0])")
    #expect(all[1].errors.contains("note: no SWD: it is of images, and these are points"))
    #expect(all[2].errors.contains("points are their own features"), "\(all[2].errors)")
  }

  @Test func `networks that were trained here make features`() throws {
    let all = try results(
      "arch judge custom image=16x16x3 labels=Smiling,Eyeglasses { classifier { conv 4; relu; flatten; dense 2 } }; "
        + "run judge on faces batch=16 steps=4 as judge; "
        + "arch code like vae image=16x16x3 width=2; run code on faces batch=16 steps=2 as code",
      "evaluate one metrics=kid,fid features=judge | csv",
      "evaluate one metrics=kid features=code | csv",
      "evaluate one metrics=inception_score features=judge",
      "evaluate one metrics=kid features=two",
      "evaluate one metrics=kid features=jugde", "best by kid",
      "sql select conditions from evaluation limit 1")
    #expect(all[..<3].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    #expect(
      all[1].output.contains("kid.own-96-") && all[1].errors.contains("features `judge`, 256"))
    #expect(all[2].output.contains("kid.own-96-") && all[2].output != all[1].output)
    #expect(all[3].errors.contains("no IS: these features tell no classes"), "\(all[3].errors)")
    #expect(all[4].errors.contains("it has neither a classifier nor an encoder"))
    #expect(all[5].errors.contains("did you mean `judge`?"), "\(all[5].errors)")
    // Two networks are two protocols.
    #expect(all[6].errors.contains("`kid` was measured by 2 protocols"), "\(all[6].errors)")
    #expect(all[7].output.contains("\"features\":\"own\""), "\(all[7].output)")
  }

  @Test func `scores of a classifier of classes make an Inception Score`() throws {
    let all = try results(
      "!mkdir -p shapes/a shapes/b",
      "samples one to \"shapes/a/\" count=12", "samples two to \"shapes/b/\" count=12",
      "data kinds folder path=shapes labels=yes size=16; "
        + "arch judge custom image=16x16x3 classes=2 { classifier { flatten; dense 2 } }; "
        + "run judge on kinds batch=8 steps=8 as judge",
      "evaluate one metrics=inception_score features=judge | csv")
    let line = try #require(
      all[4].output.split(separator: "\n").last?.split(separator: ","), "\(all.map(\.errors))")
    let score = try #require(Double(line[1]))
    #expect((1...2).contains(score) && line[3].contains("inception_score.own-"))
  }

  @Test func `every checkpoint is a row, and is kept`() throws {
    let all = try results(
      "run small on faces steps=6 batch=16 checkpoint-every=2 keep=last:9 as many",
      "evaluate many every checkpoint metrics=kid,coverage | csv",
      "sql select step, count(*) as n from evaluations where run = 'many' group by step | csv",
      "evaluate many at 4 every checkpoint metrics=kid", "evaluate many every step metrics=kid",
      "evaluate many every checkpoint")
    #expect(all[1].status == 0, "\(all[1].errors)")
    let lines = all[1].output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.map { $0[0] } == ["step", "2", "4", "6"], "\(all[1].output)")
    #expect(Set(lines.dropFirst().map { $0[1] }).count == 3)
    #expect(all[2].output == "step,n\n2,2\n4,2\n6,2\n", "\(all[2].output)")
    #expect(all[3].errors.contains("`at` is one checkpoint"), "\(all[3].errors)")
    #expect(all[4].errors.contains("every is `checkpoint`"), "\(all[4].errors)")
    #expect(all[5].errors.contains("`every` is about measures"), "\(all[5].errors)")
  }

  @Test func `images and features that others made are measured and not kept`() throws {
    let files = Fixture.folder.appending(path: "metrics/files").path
    let all = try results(
      "samples one to \"a/\" count=40; samples two to \"b/\" count=50",
      "evaluate folder:a against=folder:b metrics=kid,fid features=pixels size=8 samples=30 | json",
      "evaluate folder:a against=faces metrics=kid | csv",
      "evaluate faces on other metrics=kid | csv",
      "evaluate one against=folder:b metrics=kid | csv",
      "evaluate \"features:\(files)/made.npy\" metrics=fid",
      "evaluate features:\(files)/made.npy against=features:\(files)/real.npz metrics=fid,kid | csv",
      "evaluate features:\(files)/made.npy against=features:\(files)/statistics.npz metrics=fid | csv",
      "evaluate one against=features:\(files)/made.npy metrics=fid",
      "sql select count(*) as n from evaluation | csv")
    for place in [1, 2, 3, 4, 6, 7] {
      #expect(all[place].status == 0, "\(all[place].errors)")
    }
    #expect(all[1].errors.contains("30 images of folder:a beside 50 images of folder:b"))
    #expect(all[1].errors.contains("192 numbers") && all[1].output.contains("\"measure\": \"KID\""))
    #expect(!all[2].output.contains("kept as") && all[4].output.contains("kid.random-50-"))
    let (rows, statistics) = (all[6].output, all[7].output)
    func fid(_ text: String) -> Double? {
      text.split(separator: "\n").first { $0.hasPrefix("FID,") }
        .flatMap { Double($0.split(separator: ",")[1]) }
    }
    let (one, other) = (try #require(fid(rows)), try #require(fid(statistics)))
    #expect(abs(one - other) < 1e-6 * one)
    #expect(all[8].errors.contains("rows of 64 numbers cannot be measured beside rows of 5"))
    #expect(all[9].output == "n\n1\n")
  }

  @Test func `a run that measures its samples says what evaluate says of them`() throws {
    let all = try results(
      "run small on faces steps=8 batch=16 seed=3 evaluate=kid,swd,inception_score evaluate-every=4 "
        + "evaluate-samples=96 keep=last:1+best:kid checkpoint-every=4 as own",
      "evaluate own metrics=kid | csv", "resume own steps=12",
      "sql select step, measure like 'kid.%' as kid, value, error is not null as e from evaluations "
        + "where run = 'own' order by step, measure | csv",
      "show own", "replay own as again", "best by kid", "branch own at best:kid steps=2 as further",
      "run small on faces steps=90 batch=16 evaluate=kid evaluate-every=1 stop-when='kid<9' as short",
      "runs where name=short columns=name,status,steps | csv",
      "sql select kind, step from event where kind = 'reached' | csv")
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
    #expect(all[0].errors.contains("own: no inception_score: these features tell no classes"))
    #expect(all[0].errors.contains("own: measuring samples took"), "\(all[0].errors)")
    let rows = all[3].output.split(separator: "\n").map { $0.split(separator: ",") }
    let measured = rows.dropFirst().filter { $0[1] == "1" }
    // Step 8 by the run and, later, by `evaluate`.
    #expect(measured.map { $0[0] } == ["4", "8", "8", "12"], "\(all[3].output)")
    #expect(measured[1][2] == measured[2][2] && measured.allSatisfy { $0[3] == "1" })
    #expect(all[4].output.contains("evaluate=kid,swd,inception_score evaluate-every=4"))
    #expect(all[5].output.contains("bit for bit"), "\(all[5])")
    #expect(all[9].output == "name,status,steps\nshort,finished,1\n", "\(all[9].output)")
    #expect(all[10].output == "kind,step\nreached,1\n")
    #expect(all[8].errors.contains("the run was to stop when kid<9"), "\(all[8].errors)")
  }

  @Test func `runs are ranked by how soon a metric was so`() throws {
    let all = try results(
      "run small on faces steps=9 batch=16 critic=2 seed=2 evaluate=kid evaluate-every=3 threads=2 as own",
      "best by time-to(generator_loss<99) | csv", "best by time-to(kid<9) where name=own | csv",
      "best by time-to(d_real>=2)", "best by time-to(kid)", "best by time-to(kdi<2)",
      "best by time-to(generator_loss<99) limit 1 | csv")
    func rows(_ place: Int) -> [[Substring]] {
      all[place].output.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
    }
    #expect(
      rows(1)[0] == ["run", "steps to it", "processor time", "images", "value then", "status"])
    #expect(Set(rows(1).dropFirst().map { $0[0] }) == ["one", "two", "flat", "own"])
    #expect(rows(1).dropFirst().allSatisfy { $0[1] == "1" && Double($0[2]) != nil })
    #expect(rows(2).count == 2 && rows(2)[1][1] == "3" && rows(2)[1][3] == "96", "\(rows(2))")
    #expect(all[3].errors.contains("never had d_real>=2"), "\(all[3].errors)")
    #expect(all[4].errors.contains("does not say what a metric is to come to"))
    #expect(all[5].errors.contains("no run has a metric `kdi`"), "\(all[5].errors)")
    #expect(rows(6).count == 2)
  }

  @Test func `what a run cannot measure or come to is named before it begins`() throws {
    let all = try results(
      "run small on faces steps=4 evaluate=kidd",
      "run small on faces steps=4 evaluate=kid evaluate-features=two",
      "run small on faces steps=4 evaluate=kid evaluate-features=inception",
      "run points on ring steps=4 evaluate=kid evaluate-features=pixels",
      "run small on faces steps=4 stop-when='kid<1'",
      "run small on faces steps=4 stop-when='genrator_loss<1'",
      "run small on faces steps=4 keep=best:kid",
      "arch code like autoencoder image=16x16x3 width=2; run code on faces steps=2 batch=8 evaluate=kid",
      "runs | csv")
    let wanted = [
      "did you mean `kid`?", "neither a classifier nor an encoder", "gansh fetches nothing itself",
      "points are their own features", "the run does not measure `kid`",
      "did you mean `generator_loss`?", "no run has a metric `kid`", "makes none",
    ]
    for (result, words) in zip(all, wanted) {
      #expect(result.status != 0 && result.errors.contains(words), "\(words): \(result.errors)")
    }
    #expect(all[8].output.split(separator: "\n").count == 4, "\(all[8].output)")
  }

  @Test func `what is alike is shown on a page`() throws {
    let all = try results(
      "evaluate one metrics=support,duplicates to pairs.png", "!head -c 4 pairs.png | tail -c 3",
      "evaluate one metrics=kid to pairs.txt", "evaluate flat metrics=kid to flat.png",
      "evaluate one every checkpoint metrics=kid to pairs.png", "evaluate one to pairs.png",
      "samples one to \"a/\" count=30; evaluate folder:a against=faces metrics=kid to other.png",
      "!ls", "evaluate two metrics=kid to nowhere/pairs.png",
      "sql select count(*) as n from evaluations where run = 'two' | csv")
    #expect(all[0].status == 0, "\(all[0].errors)")
    #expect(all[0].errors.contains("pairs.png: 12 pairs of samples that are most alike"))
    #expect(all[1].output.contains("PNG"))
    let wanted = ["a sheet is a PNG file", "these are none", "of one checkpoint", "`to` is about"]
    for (result, words) in zip(all[2...5], wanted) {
      #expect(result.status != 0 && result.errors.contains(words), "\(words): \(result.errors)")
    }
    #expect(all[6].status == 0 && all[7].output.contains("other.png"), "\(all[6].errors)")
    #expect(!all[7].output.contains("flat.png"))
    // A page that cannot be written costs no value.
    #expect(all[8].status != 0 && all[8].errors.contains("there is no folder"), "\(all[8].errors)")
    #expect(all[9].output == "n\n1\n")
  }

  @Test func `what is no source is named at its place`() throws {
    let all = try results(
      "evaluate folder:nothing against=faces metrics=kid",
      "evaluate floder:a against=faces metrics=kid",
      "evaluate one size=8 metrics=kid", "evaluate faces metrics=kid",
      "evaluate faces on other metrics=kid average=no", "evaluate one against=two metrics=kid",
      "evaluate one on other against=faces metrics=kid", "evaluate one against=faces",
      "evaluate features:nothing.npy against=faces metrics=kid")
    let wanted = [
      "nothing is at nothing", "did you mean `folder`?", "none is named",
      "is measured beside something", "has no average", "there is no data set `two`",
      "is said twice", "`against` is about measures", "there is no such file",
    ]
    for (result, words) in zip(all, wanted) {
      #expect(result.status != 0 && result.errors.contains(words), "\(words): \(result.errors)")
    }
  }

  @Test func `what cannot be measured is named at its place`() throws {
    let all = try results(
      "evaluate one metrics=fidd", "evaluate one features=pixels",
      "evaluate one metrics=kid classifier=two", "evaluate one metrics=kid samples=1",
      "evaluate one metrics=kid features=inception",
      "evaluate one metrics=inception_score",
      "evaluate one on ring metrics=kid", "evaluate one",
      "data huge portraits count=8 size=512; arch wide custom image=512x512x3 latent=1 { generator { dense 512x512x3; tanh }; "
        + "discriminator { flatten; dense 1 } }; run wide on huge batch=1 steps=1 as wide; evaluate wide metrics=fid features=pixels"
    )
    let wanted = [
      "did you mean `fid`?", "`features` is about measures of samples", "`classifier` counts modes",
      "from 2 to", "gansh fetches nothing itself",
      "no IS: these features tell no classes", "but `ring` holds",
      "`evaluate one metrics=fid,kid`", "a Fréchet distance takes the square of the width",
    ]
    for (result, words) in zip(all, wanted) {
      #expect(result.errors.contains(words), "\(words): \(result.errors)")
    }
  }
}
