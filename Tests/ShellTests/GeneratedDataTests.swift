import Foundation
import Notebook
import TestSupport
import Testing

/// Samples of a run as a data set.
@Suite struct GeneratedDataTests {
  private static let setting = """
    data drawn portraits count=48 size=16
    arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
    run asked on drawn steps=3 batch=16 as asked
    arch plain like vae image=16x16x3 width=4 latent=8
    run plain on drawn steps=3 batch=16 as plain
    arch tell like classifier image=16x16x3 width=2 labels=Smiling
    run tell on drawn steps=3 batch=16 as judge
    data ring ring
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=3 as flat
    data more generated run=asked count=20
    data others generated run=plain count=12 seed=3
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

  @Test func `it is the samples of the run, and stays so when the run goes on`() throws {
    try results([
      "show data more", "samples asked labels=data seed=1 count=20 to made/",
      "data same folder path=made labels=made/manifest.csv size=16 filter=nearest crop=none",
      "show data same", "resume asked steps=6", "show data more",
      "data now generated run=asked count=20; show data now", "show data others",
    ]) { _, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].output.contains("20 images of 16x16x3, made by asked@"), "\(all[0].output)")
      func smiling(_ text: String) -> Substring? {
        text.split(separator: "\n").first { $0.hasPrefix("Smiling") }
      }
      #expect(smiling(all[0].output) != nil && smiling(all[0].output) == smiling(all[3].output))
      #expect(all[5].output == all[0].output)
      #expect(all[6].output != all[0].output)
      #expect(all[7].output.contains("12 images of 16x16x3, made by plain@"))
    }
  }

  @Test func `an encoder learns of which latents images were made, and projections begin from it`()
    throws
  {
    try results([
      "data seen generated run=asked count=40 latents=yes; show data seen",
      "arch inverse like encoder image=16x16x3 width=4 latent=8; run inverse on seen steps=8 batch=16 as back",
      "show data drawn count=1 seed=3 to one.png; project one.png into asked as me encoder=back restarts=1 steps=0; predict back on one.png to z.csv",
      "project one.png into asked encoder=back restarts=1 steps=40",
      "project one.png into asked encoder=judge",
      "project one.png into asked encoder=back labels=Smiling:1 steps=1",
      "arch short like encoder image=16x16x3 width=4 latent=3; arch long like encoder image=16x16x3 latent=300",
    ]) { folder, all in
      try #require(all[..<4].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].output.contains("z1") && all[0].output.contains("z8"), "\(all[0].output)")
      // Without a step the latent is what the encoder tells.
      let told = try String(contentsOfFile: folder + "/z.csv", encoding: .utf8)
        .split(separator: "\n")[1].split(separator: ",").dropFirst().compactMap { Float($0) }
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      defer { try? notebook.close() }
      let latents = try notebook.latents(run: try #require(try notebook.run(named: "asked")).id)
      #expect(told.count == 8 && latents.first { $0.name == "me" }?.vector == told)
      #expect(
        all[4].errors.contains("run `judge` does not tell latents of 8 numbers"), "\(all[4].errors)"
      )
      #expect(all[5].status == 0, "\(all[5].errors)")
      #expect(
        all[6].errors.contains("latent is at most 256 of what an encoder tells"), "\(all[6].errors)"
      )
    }
  }

  @Test func `a classifier learns from it beside examples, and the run is repeated`() throws {
    try results([
      "data both join drawn more weights=1,0.5", "show data both",
      "run tell on both steps=4 batch=16 as taught", "replay taught as again",
      "rename asked to other; replay taught as third",
      "evaluate taught on more",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[1].output.contains("116 images of 16x16x3"), "\(all[1].output)")
      func weights(_ run: String) throws -> Data {
        try Data(
          contentsOf: URL(
            fileURLWithPath: folder + "/gansh.runs/\(run)/step-00000004.safetensors"))
      }
      let first = try? weights("taught")
      if let first {
        #expect(try weights("again").suffix(1000) == first.suffix(1000))
        #expect(try weights("third").suffix(1000) == first.suffix(1000))
      } else {
        Issue.record(
          "\(try FileManager.default.contentsOfDirectory(atPath: folder + "/gansh.runs/taught"))")
      }
    }
  }

  @Test func `images that the cache has lost or cut short are made again`() throws {
    try results(["show data more to one.png", "show data more to two.png"]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        .filter { $0.hasSuffix(".npz") }
      let archive = URL(fileURLWithPath: folder + "/" + (try #require(names.first, "\(names)")))
      let whole = try Data(contentsOf: archive)
      for rest in [Data(), whole.prefix(whole.count / 2)] {
        try rest.write(to: archive)
        let again = try Program.run(["-c", "show data more to again.png"], in: folder)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try Data(contentsOf: archive).count == whole.count)
      }
      try FileManager.default.removeItem(at: archive)
      let again = try Program.run(["-c", "show data more"], in: folder)
      #expect(again.status == 0 && again.output.contains("20 images"), "\(again.errors)")
    }
  }

  @Test func `what cannot be is said at its place`() throws {
    let faults: [(line: String, fact: String)] = [
      ("data x generated count=3", "`generated` needs a run"),
      ("data x generated run=nobody", "nobody"), ("data x generated run=judge", "has no generator"),
      ("data x generated run=flat", "makes points"),
      ("data x generated run=asked size=32", "makes images of 16x16x3"),
      ("data x generated run=asked count=0", "count is a whole number"),
    ]
    try results(faults.map(\.line)) { _, all in
      for (fault, result) in zip(faults, all) {
        #expect(result.status != 0, "\(fault.line)")
        #expect(result.errors.contains(fault.fact), "\(fault.line): \(result.errors)")
      }
    }
  }
}
