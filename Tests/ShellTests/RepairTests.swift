import Foundation
import Images
import TestSupport
import Testing

/// `repair`: what is damaged, what repairs it, what is told and written of it.
@Suite struct RepairTests {
  private static let setting = """
    data faces portraits count=48 size=16
    arch dn like denoiser image=16x16x3 width=4 depth=3
    run dn on faces damage=noise:25 steps=4 batch=8 ema=0.5 as dn
    arch fill like gated image=16x16x3 width=2
    run fill on faces damage=hole:boxes:2 steps=4 batch=8 as fill
    arch made like dcgan image=16x16x3 width=4 latent=8
    run made on faces steps=4 batch=16 as made
    arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
    run asked on faces steps=4 batch=16 as asked
    data ring ring modes=8
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=4 as flat
    """

  private func file(_ name: String, _ folder: String) -> URL {
    URL(fileURLWithPath: folder + "/" + name)
  }

  /// A grey picture of 16x16 as a PGM file.
  private func write(_ name: String, in folder: String, _ value: (_ x: Int, _ y: Int) -> Int) throws
  {
    let rows = (0..<16).map { y in (0..<16).map { "\(value($0, y))" }.joined(separator: " ") }
    try Data("P2 16 16 255\n\(rows.joined(separator: "\n"))\n".utf8)
      .write(to: file(name, folder))
  }

  private func pixels(_ path: String, in folder: String) throws -> [UInt8] {
    let data = try Data(contentsOf: file(path, folder))
    return [UInt8](try PixelImage(decoding: data).colour().pngPixels)
  }

  private func results(
    _ lines: [String], _ prepare: (String) throws -> Void = { _ in },
    _ check: (String, [Program.Result]) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      try prepare(folder)
      try check(folder, try lines.map { try Program.run(["-c", $0], in: folder) })
    }
  }

  @Test
  func `a table has the network and methods that learn nothing, and the notebook the network's`()
    throws
  {
    try results([
      "repair faces with dn count=8 | csv", "repair faces with dn count=8 | csv",
      "repair faces with fill,made damage=hole:boxes:2 count=4 steps=4 restarts=2 | csv",
      "show dn",
      "repair faces with dn damage=noise:25 count=8 compare=no | csv",
      "repair faces with dn count=8 average=no compare=no; sql select count(*) from evaluation | csv",
    ]) { _, all in
      #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let rows = all[0].output.split(separator: "\n").map { $0.split(separator: ",")[0] }
      #expect(rows == ["repaired by", "nothing", "bilateral", "gaussian", "dn"])
      func values(_ result: Program.Result) -> [[Substring]] {
        result.output.split(separator: "\n").map { $0.split(separator: ",").dropLast() }
      }
      #expect(values(all[0]) == values(all[1]))
      let both = all[2].output.split(separator: "\n").map { $0.split(separator: ",")[0] }
      #expect(
        both == ["repaired by", "nothing", "mean", "nearest", "diffusion", "fill", "made"])
      #expect(all[4].output.split(separator: "\n").count == 2)
    }
  }

  @Test func `networks judge what was repaired beside what it was`() throws {
    try results([
      "arch tell like classifier image=16x16x3 width=2 labels=Smiling\n"
        + "run tell on faces steps=3 batch=16 as judge",
      "repair faces with fill damage=hole:centre:8 count=16 identity=judge features=random | csv",
      "show fill",
      "repair faces with nothing damage=hole:scattered:0.001 count=4 identity=judge compare=no | csv",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let lines = all[1].output.split(separator: "\n").map { $0.split(separator: ",") }
      let columns = try #require(lines.first)
      #expect(["identity kept", "FID", "KID"].allSatisfy { columns.contains(Substring($0)) })
      let place = try #require(columns.firstIndex(of: "identity kept"))
      for line in lines.dropFirst() {
        #expect((-1...1).contains(try #require(Double(line[place]))), "\(line)")
      }
      // What was measured of the run is in the notebook, under names with their conditions.
      #expect(
        all[2].output.contains("repair_identity.repair-hole-centre-8-by-"), "\(all[2].output)")
      // Hardly a pixel is changed.
      let near = try #require(all[3].output.split(separator: "\n").last)
      #expect(near.contains(",0.99") || near.contains(",1,"), "\(near)")
    }
    try results([
      "arch tell like classifier image=16x16x3 width=2 labels=Smiling\n"
        + "run tell on faces steps=3 batch=16 as judge",
      "show data faces count=1 to face.png",
      "repair face.png with fill mask=face.png inverted=no identity=judge",
      "repair faces with fill identity=nobody",
    ]) { _, all in
      #expect(all[2].errors.contains("what the images were is not known"), "\(all[2].errors)")
      #expect(all[3].errors.contains("nobody"), "\(all[3].errors)")
      #expect(all[2].status != 0 && all[3].status != 0)
    }
  }

  @Test
  func
    `what is made of convolutions alone repairs other sizes, and the rest says that it does not`()
    throws
  {
    try results([
      "data large portraits count=6 size=32", "repair large with dn count=6 to large",
      "repair large with dn,fill damage=hole:boxes:2 count=4 | csv",
      "repair wide.pgm with dn size=16x20 channels=3 to own.png",
      "repair wide.pgm with dn channels=3 to usual.png",
      "repair wide.pgm with fill mask=wide.pgm inverted=no size=16x20 channels=3 to filled.png",
      "repair wide.pgm with dn size=20 channels=1 to no.png",
      "repair wide.pgm with made damage=hole:centre size=32 to no.png",
      "repair wide.pgm with fill damage=hole:centre size=18 to no.png",
      "project wide.pgm into made size=32 steps=2 to no.png",
      "project wide.pgm into made channels=1 steps=2 to no.png",
      "repair large with made damage=hole:centre to no.png",
    ]) { folder in
      let rows = (0..<16).map { y in
        (0..<20).map { x in "\((x + y) * 7 % 256 < 40 || x < 10 ? 0 : 255)" }.joined(separator: " ")
      }
      try Data("P2 20 16 255\n\(rows.joined(separator: "\n"))\n".utf8)
        .write(to: file("wide.pgm", folder))
    } _: { folder, all in
      for number in 0...5 { #expect(all[number].status == 0, "\(all[number].errors)") }
      let image = try PixelImage(decoding: Data(contentsOf: file("large/000001.png", folder)))
      #expect((image.width, image.height) == (32, 32))
      // No example is as large, so nothing is filled from one.
      let names = all[2].output.split(separator: "\n").map { $0.split(separator: ",")[0] }
      #expect(names == ["repaired by", "nothing", "diffusion", "dn", "fill"], "\(names)")
      for (name, width) in [("own", 20), ("usual", 16), ("filled", 20)] {
        let image = try PixelImage(decoding: Data(contentsOf: file("\(name).png", folder)))
        #expect((image.width, image.height) == (width, 16), "\(name)")
      }
      for (number, option) in [
        (6, "size"), (7, "size"), (8, "size"), (9, "size"), (10, "channels"),
      ] {
        let told = all[number].errors
        #expect(all[number].status == 1, "\(told)")
        #expect(told.contains("the model takes images of 16x16x3"), "\(told)")
        #expect(told.contains("leave `\(option)` out"), "\(told)")
      }
      #expect(all[11].errors.contains("the model takes images of 16x16x3"), "\(all[11].errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/no.png"))
    }
  }

  @Test func `what a hole hides in a larger photograph changes no bit either, and thin holes stay`()
    throws
  {
    let methods = ["fill", "made", "dn", "diffusion", "mean", "nearest", "median", "nothing"]
    let ways = methods.map { ($0, "") } + [("fill", "crop=none"), ("made", "filter=bicubic")]
    let lines = ways.enumerated().flatMap { number, way in
      ["one", "other"].map { name in
        "repair \(name).pgm with \(way.0) mask=hole.pgm examples=faces channels=3 size=16 steps=4 \(way.1) to \(name)-\(number).png"
      }
    }
    let more = [
      "repair one.pgm with fill mask=thin.pgm channels=3 to thin.png",
      "repair one.pgm with fill mask=painted.pam channels=3 to painted.png",
      "repair one.pgm with fill mask=hole.pgm channels=3 to plain.png",
      "show data faces count=1 to face.png",
      "repair faces with fill mask=hole.pgm",
      "repair one.pgm with fill mask=edge.pgm channels=3",
    ]
    try results(lines + more) { folder in
      func write(_ name: String, _ value: (_ x: Int, _ y: Int) -> Int) throws {
        let rows = (0..<30).map { y in (0..<44).map { "\(value($0, y))" }.joined(separator: " ") }
        try Data("P2 44 30 255\n\(rows.joined(separator: "\n"))\n".utf8)
          .write(to: file(name, folder))
      }
      func isHole(_ x: Int, _ y: Int) -> Bool {
        (13..<22).contains(x) && (9..<20).contains(y) || x == 30
      }
      try write("hole.pgm") { isHole($0, $1) ? 255 : 0 }
      try write("thin.pgm") { x, _ in x == 30 ? 255 : 0 }
      try write("edge.pgm") { x, _ in x < 2 ? 255 : 0 }
      try write("one.pgm") { isHole($0, $1) ? 0 : ($0 * 5 + $1 * 3) % 256 }
      try write("other.pgm") { isHole($0, $1) ? 255 : ($0 * 5 + $1 * 3) % 256 }
      // White paint on a layer that can be seen through.
      let painted = (0..<30).flatMap { y in
        (0..<44).flatMap { x in [255, 255, 255, isHole(x, y) ? 255 : 0] as [UInt8] }
      }
      let head = "P7\nWIDTH 44\nHEIGHT 30\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
      try (Data(head.utf8) + painted).write(to: file("painted.pam", folder))
    } _: { folder, all in
      for (number, way) in ways.enumerated() {
        #expect(all[2 * number].status == 0, "\(way): \(all[2 * number].errors)")
        let images = try ["one", "other"].map { try pixels("\($0)-\(number).png", in: folder) }
        #expect(images[0] == images[1], "\(way)")
      }
      let rest = all[lines.count...].map(\.self)
      for number in 0...3 { #expect(rest[number].status == 0, "\(rest[number].errors)") }
      #expect(try pixels("painted.png", in: folder) == pixels("plain.png", in: folder))
      // One example alone is the file, without a frame.
      let face = try PixelImage(decoding: Data(contentsOf: file("face.png", folder)))
      #expect((face.width, face.height) == (16, 16))
      #expect(rest[4].errors.contains("with one file it may be as large as that is"))
      #expect(rest[5].errors.contains("no hole in the part"), "\(rest[5].errors)")
    }
  }

  @Test func `what cannot be written to is told before anything is repaired`() throws {
    try results(
      [
        "repair one.pgm with fill mask=hole.pgm channels=3 to hole.pgm.png",
        "repair folder:photos with dn to outside", "repair photos with dn to outside",
        "repair faces with made damage=hole:left count=4 steps=100000 to photo.png",
        "repair faces with made damage=hole:left count=4 steps=100000 to full",
        "repair faces with made damage=hole:left count=4 steps=100000 to none/there.png",
        "project faces into made count=4 steps=100000 to none/there.png",
      ],
      { folder in
        try write("hole.pgm", in: folder) { x, _ in x < 4 ? 255 : 0 }
        try FileManager.default.createSymbolicLink(
          atPath: folder + "/hole.pgm.png", withDestinationPath: "hole.pgm")
        try write("one.pgm", in: folder) { x, _ in x * 9 }
        for name in ["photos", "full"] {
          try FileManager.default.createDirectory(
            atPath: folder + "/" + name, withIntermediateDirectories: true)
          try write("\(name)/a.pgm", in: folder) { x, _ in x * 9 }
        }
        // A link to what is not there yet.
        try FileManager.default.createSymbolicLink(
          atPath: folder + "/outside", withDestinationPath: "photos/made")
        try "text".write(toFile: folder + "/photo.png", atomically: true, encoding: .utf8)
      }
    ) { folder, all in
      let facts = [
        "is the mask", "lies in the folder", "lies in the folder", "file of another kind",
        "it is not empty", "there is no folder", "there is no folder",
      ]
      for (result, fact) in zip(all, facts) {
        #expect(result.status == 1 && result.errors.contains(fact), "\(fact): \(result.errors)")
      }
      let there = try Program.run(
        ["-c", "repair folder:\(folder)/photos with dn to mended"], in: folder)
      #expect(there.status == 0, "\(there.errors)")
    }
  }

  @Test func `what a conditional generator is asked for is told, and what it has not learned`()
    throws
  {
    try results([
      "repair faces with asked damage=hole:left count=2 steps=2",
      "repair faces with asked damage=hole:left count=2 steps=2 labels=Smiling:2",
      "project faces into asked count=1 steps=2",
      "project faces into asked count=1 steps=2 labels=Smiling:1",
      "repair faces with made damage=hole:left count=17 steps=1 restarts=1 features=random to sheet.png",
    ]) { _, all in
      #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      for number in [0, 2] {
        #expect(
          all[number].errors.contains("the generator is asked for Smiling:0; `labels=`"),
          "\(all[number].errors)")
      }
      #expect(all[1].errors.contains("`Smiling` is 2, and the generator"), "\(all[1].errors)")
      #expect(!all[3].errors.contains("note: the generator"), "\(all[3].errors)")
      #expect(all[4].output.contains("16 rows, the first of 17:"), "\(all[4].output)")
      #expect(all[4].errors.contains("a Fréchet distance is larger"), "\(all[4].errors)")
    }
  }

  @Test func `what lies under a hole changes no bit, whatever repairs`() throws {
    let methods = ["fill", "made", "diffusion", "mean", "nearest"]
    let lines = methods.flatMap { method in
      ["one", "other"].map { name in
        "repair \(name).pgm with \(method) mask=hole.pgm examples=faces channels=3 steps=4 to \(name)-\(method)"
      }
    }
    try results(
      lines,
      { folder in
        let hole = { (x: Int, y: Int) in (4..<10).contains(x) && (5..<12).contains(y) }
        try write("hole.pgm", in: folder) { hole($0, $1) ? 255 : 0 }
        try write("one.pgm", in: folder) { hole($0, $1) ? 250 : 40 + 9 * $0 + 3 * $1 }
        try write("other.pgm", in: folder) { hole($0, $1) ? 7 * $0 : 40 + 9 * $0 + 3 * $1 }
      }
    ) { folder, all in
      #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      for method in methods {
        let (one, other) = (
          try pixels("one-\(method)/000001.png", in: folder),
          try pixels("other-\(method)/000001.png", in: folder)
        )
        #expect(one == other, "\(method)")
        // What is not in the hole is as it was.
        for y in 0..<16 {
          for x in 0..<16 where !((4..<10).contains(x) && (5..<12).contains(y)) {
            #expect(Int(one[(y * 16 + x) * 3]) == 40 + 9 * x + 3 * y, "\(method) \(x) \(y)")
          }
        }
      }
    }
  }

  @Test func `alone or with others, with one thread or two, the same pixels`() throws {
    try results([
      "repair faces with fill damage=hole:boxes:2 count=9 to ./nine",
      "repair faces with fill damage=hole:boxes:2 count=1 to one",
      "repair faces with made damage=hole:boxes:2 count=3 steps=20 to three",
      "repair faces with made damage=hole:boxes:2 count=1 steps=20 to single",
      "repair faces with dn count=9 to denoised", "repair faces with dn count=2 to fewer",
    ]) { folder, all in
      #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      for (one, other) in [("nine", "one"), ("three", "single"), ("denoised", "fewer")] {
        let first = try pixels("\(one)/000001.png", in: folder)
        let second = try pixels("\(other)/000001.png", in: folder)
        #expect(first == second, "\(one)")
      }
      let again = try Program.run(
        ["-c", "repair faces with made damage=hole:boxes:2 count=3 steps=20 to again"], in: folder,
        environment: ["OMP_NUM_THREADS": "1"])
      #expect(again.status == 0, "\(again.errors)")
      for name in ["000001.png", "000003.png"] {
        let first = try pixels("three/\(name)", in: folder)
        let second = try pixels("again/\(name)", in: folder)
        #expect(first == second, "\(name)")
      }
    }
  }

  @Test func `bad input is told in a sentence, and nothing is written`() throws {
    let faults: [(line: String, fact: String)] = [
      ("repair faces with nobody", "there is no run `nobody`, and no method"),
      ("repair faces with diffusn damage=hole:left", "diffusion"),
      ("repair faces with made", "nothing says how the examples are damaged"),
      ("repair faces with flat damage=noise", "is of points"),
      ("repair ring with dn", "holds points"),
      ("repair nothing.png with dn", "nothing is at `nothing.png`"),
      ("repair faces with fill mask=small.pgm", "the mask is 1x2"),
      ("repair faces with fill mask=none.pgm", "has no hole"),
      ("repair faces with fill mask=all.pgm", "all hole"),
      ("repair faces with fill mask=most.pgm to out", "looks inverted"),
      ("repair faces with fill mask=hole.pgm damage=noise", "leave one of them out"),
      ("repair faces with fill inverted=yes", "about a mask"),
      ("repair face.pgm with fill", "nothing says where one is"),
      ("repair faces with made damage=hole:centre:99", "all hole"),
      ("repair faces with made damage=hole:scattered:0", "no hole"),
      ("repair faces with asked damage=hole:left labels=Smilig:1 steps=2 count=1", "Smiling"),
      (
        "repair faces with made damage=hole:left labels=Smiling:1 steps=2 count=1", "without labels"
      ),
      ("repair faces with dn,fill damage=noise to out", "a folder takes what one of them repairs"),
      ("repair faces with mean damage=hole:left", "nothing says from which"),
      (
        "repair faces with dn,fill count=2",
        "was trained with noise:25, and `fill` with hole:boxes:2"
      ),
      ("repair face.pgm with dn to face.png.gif", "to a folder, or to a PNG file"),
      ("repair faces with dn count=2 to nowhere/x.png", "there is no folder"),
      ("repair faces with dn damage=noise:9..3", "from the larger to the smaller"),
      ("repair faces with dn by=Smiling", "has no option `by`"),
      ("repair text.pgm with dn", "not an image that can be read"),
      ("repair faces with fill mask=.", "is no file that may be read"),
      ("repair faces with dn damage=noise:0x19", "from 0 to 255"),
      ("repair . with dn to out", "lies in the folder whose images are repaired"),
      ("repair . with nearest", "fills holes, and nothing says where one is"),
      ("repair . with bicubic", "nothing says how large they are"),
      ("run fill on faces damage=hole:centre:16 steps=1 batch=8", "leaves nothing of images"),
      ("run dn on faces damage=noise:0 steps=1 batch=8", "spoils nothing"),
      ("run dn on faces steps=2", "a restorer learns to repair damage"),
      ("run made on faces damage=noise steps=1 batch=16", "`damage` changes nothing"),
      (
        "arch two custom image=16x16x3 { restorer { conv 3 }; restorer as b { conv 3 } }", "16x16x3"
      ),
    ]
    try results(
      faults.map(\.line),
      { folder in
        try write("hole.pgm", in: folder) { x, _ in x < 4 ? 255 : 0 }
        try write("none.pgm", in: folder) { _, _ in 0 }
        try write("all.pgm", in: folder) { _, _ in 255 }
        try write("most.pgm", in: folder) { x, _ in x < 12 ? 255 : 0 }
        try write("face.pgm", in: folder) { x, y in 9 * x + 3 * y }
        try Data("P2 2 1 255 255 0\n".utf8).write(to: file("small.pgm", folder))
        try Data("no image\n".utf8).write(to: file("text.pgm", folder))
      }
    ) { folder, all in
      for (fault, result) in zip(faults, all) {
        let isCaution = fault.line.hasPrefix("run ") && fault.line.contains("damage=")
        #expect((result.status == 0) == isCaution, "\(fault.line): \(result)")
        #expect(
          (result.errors + result.output).contains(fault.fact), "\(fault.line): \(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
    }
  }

  @Test func `no example fills its own hole, and what is known stays`() throws {
    try results(
      [
        "repair faces with nearest damage=hole:centre:4 examples=faces count=8 compare=no | csv",
        "repair faces with bilateral damage=noise:0 count=2 compare=no | csv",
        "repair faces with median damage=hole:left count=1 compare=no to out",
        "repair faces with nothing damage=hole:left count=1 compare=no to same",
        "repair out with dn to again",
      ]
    ) { folder, results in
      for result in results { #expect(result.status == 0, "\(result.errors)") }
      #expect(!results[0].output.contains("Infinity"), "\(results[0].output)")
      #expect(results[1].output.contains("Infinity"), "\(results[1].output)")
      let (made, damaged) = (
        try pixels("out/000001.png", in: folder), try pixels("same/000001.png", in: folder)
      )
      let table = try String(contentsOfFile: folder + "/again/manifest.csv", encoding: .utf8)
      #expect(table == "file,number,source\n000001.png,0,000001.png\n")
      let known = made.indices.filter { $0 / 3 % 16 >= 8 }
      #expect(known.allSatisfy { made[$0] == damaged[$0] })
    }
  }

  @Test func `a photograph is not written over, and its mask is cut as it is`() throws {
    try results(
      [
        "data large portraits count=4 size=20; show data large count=1 to photo.png",
        "repair photo.png with fill mask=wide.pgm to mended.png",
        "repair photo.png with fill mask=wide.pgm to photo.png",
        "repair faces with diffusion mask=hole.pgm count=2 | csv",
        "repair faces with diffusion damage=noise:20 count=2 compare=no",
        "repair faces with dn damage=hole:left count=2 compare=no",
      ],
      { folder in
        try write("hole.pgm", in: folder) { x, _ in x < 4 ? 255 : 0 }
        // As large as the photograph.
        let rows = (0..<20).map { _ in (0..<20).map { $0 < 9 ? "255" : "0" }.joined(separator: " ")
        }
        try Data("P2 20 20 255\n\(rows.joined(separator: "\n"))\n".utf8)
          .write(to: file("wide.pgm", folder))
      }
    ) { folder, all in
      #expect([0, 1, 3, 4, 5].allSatisfy { all[$0].status == 0 }, "\(all.map(\.errors))")
      #expect(all[2].errors.contains("is the image that is repaired"))
      let mended = try Data(contentsOf: file("mended.png", folder))
      let picture = try PixelImage(decoding: mended)
      #expect(picture.width == 16 && picture.height == 16)
      // What is known is told, of a mask too.
      #expect(all[3].output.contains("PSNR in holes"))
      #expect(all[4].errors.contains("has nothing to say of noise:20"))
      #expect(all[5].errors.contains("was trained with noise:25, and fills no holes"))
    }
  }

  @Test func `an inverted mask is the same hole`() throws {
    try results(
      [
        "repair face.pgm with diffusion mask=hole.pgm to one",
        "repair face.pgm with diffusion mask=inverse.pgm inverted=yes to other",
      ],
      { folder in
        try write("hole.pgm", in: folder) { x, _ in x < 4 ? 255 : 0 }
        try write("inverse.pgm", in: folder) { x, _ in x < 4 ? 0 : 255 }
        try write("face.pgm", in: folder) { x, y in 9 * x + 3 * y }
      }
    ) { folder, all in
      #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let one = try pixels("one/000001.png", in: folder)
      let other = try pixels("other/000001.png", in: folder)
      #expect(one == other)
    }
  }

  @Test func `a run that was stopped goes on with the same damage`() throws {
    try Program.withFolder { folder in
      let lines = """
        data faces portraits count=48 size=16
        data seen portraits count=16 size=16 seed=5
        arch fill like context-encoder image=16x16x3 width=2 latent=8
        """
      let whole =
        "run fill on faces damage=hole:strokes+noise:5 steps=12 batch=8 checkpoint-every=6 test=seen as"
      let first = try Program.run([], in: folder, input: lines + "\n\(whole) whole")
      #expect(first.status == 0, "\(first.errors)")
      let parts = try Program.run(
        [], in: folder,
        input: whole.replacing("steps=12", with: "steps=6") + " part; resume part steps=12")
      #expect(parts.status == 0, "\(parts.errors)")
      let values = try Program.run(
        [
          "-c",
          "sql select m.value from metric m join run r on r.id = m.run where m.step = 12 order by r.name, m.value | csv",
        ], in: folder)
      #expect(values.status == 0, "\(values.errors)")
      let weights = try ["whole", "part"].map { name in
        try TensorFileValues(file("gansh.runs/\(name)/step-00000012.safetensors", folder))
      }
      #expect(weights[0] == weights[1])
    }
  }
}

/// The bytes of all tensors of a checkpoint, without what its header says of the run.
private struct TensorFileValues: Equatable {
  let values: Data

  init(_ url: URL) throws {
    let data = try Data(contentsOf: url)
    let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    values = data.dropFirst(8 + length)
  }
}

extension PixelImage {
  /// Row by row, channels together.
  fileprivate var pngPixels: [UInt8] {
    (0..<height).flatMap { y in (0..<width).flatMap { x in self[x, y] } }
  }
}
