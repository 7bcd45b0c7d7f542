import Foundation
import TestSupport
import Testing

/// Runs that begin with files of weights, as the program leads them, and exports that are checked.
@Suite(.serialized) struct ImportedRunTests {
  private static let declarations = """
    data faces portraits count=64 size=16
    arch dc like dcgan image=16x16x3 width=4 latent=8

    """

  /// A folder with PyTorch's files, in which the program has run some lines.
  private func with(
    _ lines: String, _ body: (String, Program.Result) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      for name in ["both.pth", "generator.pth", "no-module.pth", "no-number.pth"] {
        try Fixture.data("weights/\(name)").write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let made = try Program.run([], in: folder, input: Self.declarations + lines)
      try body(folder, made)
    }
  }

  private func run(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  private static let digest = "36dd0f77d60ee5e82eb08b75ceb578564b2d29ebf8eda2a6570c5a7938018ff4"

  @Test func `without a step it is what was taken over, for whatever reads a checkpoint`() throws {
    let lines = """
      run dc on faces from both.pth steps=0 batch=8 as dc
      samples dc count=4 to sheet.png
      attributes dc method=sefa count=1
      edit dc sefa-1=-2..2 steps=3 count=2 to edited.png
      repair faces with dc damage=hole:centre count=2 to repaired.png
      evaluate dc metrics=kid features=pixels samples=32 | csv
      show dc
      """
    try with(lines) { folder, made in
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.errors.contains(
          """
          , from both.pth
            generator: 13 tensors, netG_state_dict.module.main.0.weight to netG_state_dict.module.main.6.weight
            discriminator: 8 tensors, netD_state_dict.main.0.weight to netD_state_dict.main.5.weight
            the optimisers begin anew
            21 tensors of optimisers are left

          """), "\(made.errors)")
      #expect(made.output.contains("dc is finished: 0 steps in "))
      #expect(made.output.contains("begun with the weights of both.pth, SHA-256 \(Self.digest)\n"))
      #expect(made.output.contains("step-00000000.safetensors"))
      for name in ["sheet.png", "edited.png", "repaired.png"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name)")
      }
    }
  }

  @Test func `it goes on without the file, and is repeated only with it`() throws {
    let lines = """
      run dc on faces from both.pth steps=0 batch=8 as dc
      run dc on faces from both.pth steps=3 batch=8 as three
      run dc on faces from dc steps=2 batch=8 as later
      branch dc lr=1e-3 steps=2 as branched
      replay dc; replay three; replay later; replay branched
      diff dc three
      runs tree
      """
    try with(lines) { folder, made in
      #expect(made.status == 0, "\(made.errors)")
      for name in ["dc", "three", "later", "branched"] {
        #expect(
          made.output.contains("its checkpoint is that of \(name), bit for bit"), "\(made.output)")
      }
      #expect(made.errors.contains("later: 2 steps of dc"))
      #expect(made.errors.contains(", from dc after step 0\n  everything is taken over\n"))
      #expect(
        made.errors.contains("branched: dc from step 0 to 2, lr=0.001\n"), "\(made.errors)")
      #expect(!made.output.contains("origin "), "\(made.output)")
      #expect(made.output.contains("├─ later "), "\(made.output)")

      let file = URL(fileURLWithPath: "\(folder)/both.pth")
      let bytes = try Data(contentsOf: file)
      try FileManager.default.removeItem(at: file)
      let gone = try run("replay three as again", in: folder)
      #expect(gone.status != 0)
      #expect(
        gone.errors.contains(
          "three began with the weights of `both.pth`, SHA-256 \(Self.digest), and both.pth cannot be read as "
            + "weights: the file cannot be opened; put back what was there"), "\(gone.errors)")
      try Fixture.data("weights/generator.pth").write(to: file)
      let changed = try run("replay three as again", in: folder)
      #expect(
        changed.errors.contains("and what is there now is another file, SHA-256 "),
        "\(changed.errors)")
      let longer = try run("resume three steps=5", in: folder)
      #expect(longer.status == 0, "\(longer.errors)")
      #expect(longer.errors.contains("three: from step 3 to 5\n"))
      let begun = try run("resume dc steps=5", in: folder)
      #expect(begun.errors.contains("dc: from step 0 to 5\n"), "\(begun.errors)")

      // Without a checkpoint of its own it begins with the file once more.
      let own = "\(folder)/gansh.runs/three"
      for name in try FileManager.default.contentsOfDirectory(atPath: own)
      where name.hasSuffix(".safetensors") {
        try FileManager.default.removeItem(atPath: "\(own)/\(name)")
      }
      let lost = try run("resume three steps=6", in: folder)
      #expect(lost.errors.contains("what is there now is another file"), "\(lost.errors)")
      try bytes.write(to: file)
      let found = try run("resume three steps=6", in: folder)
      #expect(found.status == 0, "\(found.errors)")
      #expect(found.errors.contains("three: from step 0 to 6\n"), "\(found.errors)")
    }
  }

  @Test func `what is no file of weights is refused where it is typed`() throws {
    try with("") { folder, _ in
      func refused(_ line: String, _ parts: String...) throws {
        let result = try run(line, in: folder)
        #expect(result.status != 0, "\(line)")
        for part in parts { #expect(result.errors.contains(part), "\(line): \(result.errors)") }
      }
      try refused(
        "run dc on faces from no-module.pth steps=0",
        "no-module.pth cannot be read as weights: its pickle names __main__.Generator",
        "run dc on faces from no-module.pth steps=0\n"
          + "                         ^^^^^^^^^^^^^",
        "`torch.save(net.state_dict(), FILE)` writes what can be read")
      try refused(
        "run dc on faces from no-number.pth steps=0",
        "its main.3.weight holds a value that is not finite")
      try refused(
        "run dc on faces from gone.pth steps=0", "gone.pth cannot be read as weights",
        "the file cannot be opened")
      try refused("run dc on faces from ./ steps=0", "it is no regular file")
      try refused(
        "run dc on faces from base steps=5", "there is no run `base`",
        "a file of weights ends in .pth, .pt,")
      try refused(
        "arch wide like dcgan image=16x16x3 width=6 latent=8; run wide on faces from generator.pth",
        "nearest, its main.0.weight is [8, 8, 4, 4], and generator.block1.deconv.weight is [8, 12, 4, 4]"
      )
      let none = "takes one step or more"
      try refused("run dc on faces steps=0", "`run` \(none)", "only `run … from SOURCE steps=0`")
      try refused("sweep dc on faces lr=1e-4,2e-4 steps=0 as s", none)
      let runs = try run("runs | csv", in: folder)
      #expect(runs.output.split(separator: "\n").count <= 1, "\(runs.output)")
    }
  }

  @Test func `an export has what its module computed, and begins a run that computes the same`()
    throws
  {
    let lines = """
      run dc on faces steps=4 batch=8 as base
      export base to base.safetensors check=3
      run dc on faces from base.safetensors steps=0 batch=8 as taken
      export taken to taken.safetensors check=3
      sql select digest from checkpoint where step = 0 | csv
      """
    try with(lines) { folder, made in
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.output.contains(
          "base.py reads them, and `python base.py` compares with base.npz"), "\(made.output)")
      let module = try String(contentsOfFile: "\(folder)/base.py", encoding: .utf8)
      #expect(module.contains("for function in (sample, judge,):"))
      let (one, other) = (
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/base.npz")),
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/taken.npz"))
      )
      #expect(one == other && one.count > 4 * (3 * (8 + 2 * 768 + 1)))
      let refused = try run("export base to base.csv check=3", in: folder)
      #expect(refused.errors.contains("`check` is about weights"), "\(refused.errors)")
    }
  }

  @Test func `what no function of PyTorch's computes is left out and told`() throws {
    let lines = """
      arch std custom image=16x16x3 latent=8 { generator { dense 16x16x3; tanh }
        discriminator { conv 8; lrelu 0.2; minibatchstd; flatten; dense 1 } }
      run std on faces steps=2 batch=8 as std
      export std to std.safetensors check=2
      run std on faces from std.safetensors steps=0 batch=8 as taken
      """
    try with(lines) { folder, made in
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.errors.contains(
          "note: there is no `judge`: `minibatchstd` of the discriminator compares examples in groups that depend on "
            + "how many there are, which no layer of PyTorch does\n"), "\(made.errors)")
      let module = try String(contentsOfFile: "\(folder)/std.py", encoding: .utf8)
      #expect(module.contains("def sample(") && !module.contains("def judge("))
      // Its weights are there all the same.
      #expect(made.errors.contains("discriminator: 4 tensors"), "\(made.errors)")
    }
  }
}
