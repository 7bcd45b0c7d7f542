import Foundation
import Shell
import TestSupport
import Testing

/// A slip in any kind of name is answered with what was meant.
@Suite struct DidYouMeanTests {
  /// A statement with a slip, and the name that was meant.
  private static let slips = [
    ("hlep", "help"), ("data x rign", "ring"), ("data x ring moeds=3", "modes"),
    ("data x celeba path=a crop=center", "centre"), ("data x celeba path=a split=trian", "train"),
    ("data x folder path=a filter=bilinaer", "bilinear"),
    ("arch x like dcgna image=32x32x3", "dcgan"),
    ("arch x like mnie", "mine"), ("arch x like mlp points=2 widht=3", "width"),
    ("arch x like mlp points=2 prior=nromal", "normal"),
    ("arch x custom points=2 { genrator { dense 2 } }", "generator"),
    ("arch x custom points=2 { generator { desne 2 }; discriminator { dense 1 } }", "dense"),
    ("arch x custom points=2 { generator { dense 2 bais=no }; discriminator { dense 1 } }", "bias"),
    (
      "arch x custom points=2 { generator int=torch { dense 2 }; discriminator { dense 1 } }",
      "init"
    ),
    (
      "arch x custom points=2 { generator init=trch { dense 2 }; discriminator { dense 1 } }",
      "torch"
    ),
    (
      "arch x custom image=8x8x1 { generator { dense 8x8x1 }; discriminator { conv 1 padding=smae } }",
      "same"
    ),
    (
      "arch x custom points=2 { generator { dense 2; batchnorm momentum=kears:0.8 }; "
        + "discriminator { dense 1 } }", "keras"
    ),
    ("recipe x objektive=minimax", "objective"), ("recipe x objective=minmax", "minimax"),
    ("recipe x penalty=gpp:10", "gp"), ("recipe x precision=bf61", "bf16"),
    ("recipe x fakes=frehs", "fresh"), ("recipe x like clam", "calm"),
    ("run mien on ring", "mine"), ("run mine on rnig", "ring"), ("run mine onn ring", "on"),
    ("run mine on ring with clam", "calm"), ("run mine on ring stesp=3", "steps"),
    ("show baes", "base"), ("show arch mnie", "mine"), ("compare base clam", "calm"),
    ("compare base calm metrics=generator_lss", "generator_loss"),
    ("plot base metrics=d_rael to a.png", "d_real"), ("plot base scale=lgo to a.png", "log"),
    ("resume baes", "base"), ("samples baes to a.png", "base"), ("runs | jsno", "json"),
    ("set outptu box", "output"), ("set output bxo", "box"), ("help dropuot", "dropout"),
    ("data x folder pth=a", "path"), ("data x celeba paht=a", "path"),
    ("help condtions", "conditions"),
    ("runs wher steps > 3", "where"), ("runs wehre steps>3 and seed=1", "where"),
    ("best by modes wher steps>3", "where"), ("delete whre status=failed yes", "where"),
    ("runs ordr by steps", "order"), ("show dta ring", "data"), ("show archh mine", "arch"),
    ("best by D", "discriminator_loss"), ("best by last(G) lowest", "generator_loss"),
    ("runs where G < 2", "generator_loss"), ("runs where D(x) < 2", "d_real"),
    ("runs where D(G(z)) < 2", "d_fake"), ("best by D(G(z))", "d_fake"),
    ("runs order by D", "discriminator_loss"), ("runs columns=name,D(x)", "d_real"),
    ("compare base calm metrics=D", "discriminator_loss"),
    ("plot base metrics=D(G(z)) to a.png", "d_fake"),
    ("data f folder path=./phtoos; show data f", "./photos"),
    ("include decalrations.gansh", "declarations.gansh"), ("sql select * from rnu", "run"),
    ("sql select stauts from run", "status"), ("sql select r.stepDone from run r", "stepsDone"),
  ]

  @Test func `every kind of name is answered with the nearest`() throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: ExampleSetting.runs.script)
      try #require(made.status == 0, "\(made.errors)")
      try "".write(toFile: folder + "/declarations.gansh", atomically: true, encoding: .utf8)
      try FileManager.default.createDirectory(
        atPath: folder + "/photos", withIntermediateDirectories: false)
      for (line, meant) in Self.slips {
        let result = try Program.run([], in: folder, input: line)
        #expect(result.status == 1, "\(line)")
        #expect(result.errors.contains("did you mean `\(meant)`?"), "\(line)\n\(result.errors)")
      }
      let file = try Program.run(["declarations.gnash"], in: folder)
      #expect(file.errors.contains("did you mean `declarations.gansh`?"), "\(file.errors)")
    }
  }
}
