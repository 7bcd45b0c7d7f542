import Foundation
import GRDB
import Images
import TestSupport
import Testing

/// `attributes`, `edit`, `project`, `interpolate`, and runs that begin with the weights of others.
@Suite struct EditingTests {
  private static let setting = """
    data faces portraits count=64 size=16
    data other portraits count=64 size=16 seed=4 people=8
    arch tell custom image=16x16x3 labels=Smiling,Dark_Skin { classifier { flatten; dense 2 } }
    run tell on faces batch=16 steps=40 as judge
    arch pair like dcgan image=16x16x3 width=4 latent=8
    run pair on faces batch=16 steps=6 as made
    arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
    run asked on faces batch=16 steps=4 as asked
    data ring ring modes=8
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=4 as flat
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

  private func image(_ name: String, _ folder: String) throws -> PixelImage {
    try PixelImage(decoding: Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
  }

  @Test func `directions are found, kept and gone along`() throws {
    try results([
      "attributes made using judge samples=300 | csv",
      "attributes made using judge samples=300 method=svm | csv",
      "attributes made using judge samples=300 method=mean | csv",
      "attributes made method=sefa count=3 | csv", "attributes made method=pca count=3 | csv",
      "edit made using judge Dark_Skin=-3..3 steps=5 count=6 identity=judge | csv",
      "edit made Dark_Skin=-1..1 steps=3 count=1 to strip.png",
      "samples made seed=1 count=1 to sample.png",
      "edit made Dark_Skin=-1..1 Smiling=-1..1 steps=3 count=1 to grid.png",
      "edit made using judge Dark_Skin=-3..3 without=Smiling steps=2 | csv",
      "edit asked Smiling=0..1 steps=2 count=1 to asked.png",
      "sql select name, method, length(vector) from direction order by id | csv",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].output.contains("Smiling") && all[0].output.contains("Dark_Skin"))
      let rows = all[5].output.split(separator: "\n").map { $0.split(separator: ",") }
      // What the direction is of goes up along it, and nothing is more alike than the sample as it is.
      let said = rows.dropFirst().compactMap { Double($0[2]) }
      #expect(
        rows[0][2] == "says Dark_Skin" && said.last ?? 0 > said.first ?? 1, "\(all[5].output)")
      #expect(Double(rows[3].last ?? "") == 1)
      // The middle of the strip is the sample.
      let (strip, sample) = (try image("strip.png", folder), try image("sample.png", folder))
      let middle = strip.cropped(x: 2 + 98, y: 2, width: 96, height: 96)
      let alone = SampleSheet(columns: 1, gap: 0, magnification: 6)
        .compose([sample])
      #expect(middle == alone)
      let grid = try image("grid.png", folder)
      #expect(grid.height == 3 * 98 + 2)
      #expect(all[11].output.split(separator: "\n").count == 1 + 6 + 6)
    }
  }

  @Test func `an image is projected, and its latent is edited and gone from`() throws {
    try results([
      "samples made seed=7 count=1 to made/",
      "project made/000001.png into made as back steps=150 to pair.png | csv",
      "project faces into made count=3 steps=10 | csv",
      "edit made latent=back sefa-1=-1..1 to strip.png",
      "attributes made method=sefa count=1", "edit made latent=back sefa-1=-1..1 to strip.png",
      "interpolate made from=back,3 to=5,6 steps=4 to walk.png",
      "interpolate made from=1 to=2 steps=4 to walk.apng",
      "interpolate made from=nobody to=2 to walk.png",
      "project made/000001.png into asked labels=Smiling:1 steps=5 restarts=2",
    ]) { folder, all in
      let good = [0, 1, 2, 4, 5, 6, 7, 9]
      try #require(good.allSatisfy { all[$0].status == 0 }, "\(all.map(\.errors))")
      // What the generator has made itself is found again.
      let ratio = all[1].output.split(separator: "\n").last?.split(separator: ",")[1]
      #expect(ratio.flatMap { Double($0) } ?? 0 > 25, "\(all[1].output)")
      #expect(all[3].errors.contains("has no direction `sefa-1`"))
      #expect(all[8].errors.contains("has no latent `nobody`"))
      let walk = try image("walk.png", folder)
      #expect(walk.width == 4 * 98 + 2)
    }
  }

  @Test func `a latent of other weights is told, and one that is damaged`() throws {
    try results([
      "samples made seed=7 count=1 to made/",
      "project made/000001.png into made as back steps=2 restarts=2",
      "resume made steps=8", "interpolate made from=back to=3 to walk.png",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[3].errors.contains("`back` was found by the weights of step"), "\(all[3].errors)")
      try DatabaseQueue(path: folder + "/gansh.sqlite").write { db in
        try db.execute(
          sql: "UPDATE latent SET vector = ?", arguments: [Data(repeating: 0xFF, count: 32)])
      }
      let forged = try Program.run(["-c", "interpolate made from=back to=3 to x.png"], in: folder)
      #expect(forged.status != 0 && forged.errors.contains("latent `back` is damaged"))
    }
  }

  @Test func `bad input is told in a sentence`() throws {
    let faults: [(line: String, fact: String)] = [
      ("attributes flat using judge", "makes points"),
      ("attributes judge using judge", "has no generator"),
      ("attributes made using made", "has no classifier"),
      ("attributes made method=svm", "asks a classifier, and none is named"),
      ("attributes made using judge method=sefa", "asks no classifier"),
      ("edit made Smilig=-1..1 to a.png", "has no direction `Smilig`"),
      ("edit made pca-1=-1..1 to a.png", "`attributes made method=pca` finds some"),
      ("edit made to a.png", "nothing says what is changed"),
      ("edit made Smiling=1 to a.png", "has one place"),
      ("edit made Smiling=-1..1 without=Smiling to a.png", "is changed itself"),
      ("edit made Smiling=yes to a.png", "goes from a number to a larger one"),
      ("edit made Smiling=-1..1 to a.jpg", "is a PNG file"),
      ("edit asked Smiling=0..1 latent=me to a.png", "has no latent `me`"),
      ("project none.png into made", "nothing is at `none.png`"),
      ("project faces into made as me steps=1", "names one latent"),
      ("project faces into judge steps=1", "has no generator"),
      ("interpolate made from=1,2 to=3 to a.png", "each row has one of both"),
      ("interpolate made from=-1 to=3 to a.png", "`-1` is no seed"),
      ("run pair on other from nobody steps=1 batch=16", "there is no run `nobody`"),
      ("run tell on faces from made steps=1 batch=16", "has the name and the shape"),
      ("run pair on faces freeze=discriminator:9 steps=1 batch=16", "leaves nothing"),
      ("run pair on faces meta=reptile:5 steps=1 batch=16", "`meta` needs tasks"),
      ("run pair on faces tasks=Person steps=1 batch=16", "means nothing without `meta`"),
      ("run pair on faces meta=maml tasks=Person steps=1 batch=16", "meta is `reptile`"),
      ("run pair on faces meta=reptile tasks=Smilng steps=1 batch=16", "did you mean `Smiling`?"),
      ("run pair on faces meta=reptile tasks=Yaw steps=1 batch=16", "`Yaw` is a number"),
    ]
    try results(faults.map(\.line)) { folder, all in
      for (fault, result) in zip(faults, all) {
        #expect(result.status != 0, "\(fault.line)")
        #expect(
          (result.errors + result.output).contains(fault.fact), "\(fault.line): \(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/a.png"))
    }
  }

  @Test func `a run begins with another's weights, goes on after a stop and is repeated`() throws {
    try results([
      "run pair on other from made batch=16 freeze=discriminator:1 steps=6 checkpoint-every=3 as tuned",
      "run pair on other from made batch=16 freeze=discriminator:1 steps=3 as part; resume part steps=12",
      "runs tree", "show tuned", "replay tuned as again",
    ]) { folder, all in
      #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].errors.contains("from made after step 6"), "\(all[0].errors)")
      #expect(all[2].output.contains("tuned"))
      func weights(_ run: String, _ step: String) throws -> Data {
        let url = URL(fileURLWithPath: folder + "/gansh.runs/\(run)/step-\(step).safetensors")
        let data = try Data(contentsOf: url)
        let length = data.prefix(8).enumerated().reduce(0) {
          $0 | Int($1.element) << (8 * $1.offset)
        }
        return data.dropFirst(8 + length)
      }
      let all = try ["tuned", "part", "again"].map { try weights($0, "00000012") }
      #expect(all[0] == all[1])
      #expect(all[0] == all[2])
    }
  }

  @Test func `labels of other names have the weights of those in their places`() throws {
    try results([
      "arch named custom image=16x16x3 labels=Beard,Dark_Skin { classifier { flatten; dense 2 } }\n"
        + "run named on faces from judge batch=16 steps=1 as one",
      "run tell on faces from judge batch=16 steps=1 as two",
      "data there folder path=. landmarks=./none.csv size=16",
    ]) { _, all in
      #expect(all[0].errors.contains("Beard has the weights of Smiling"), "\(all[0].errors)")
      #expect(all[1].errors.contains("everything is taken over"), "\(all[1].errors)")
      #expect(!all[1].errors.contains("has the weights of"), "\(all[1].errors)")
      #expect(all[2].errors.contains("nothing is at ./none.csv yet"), "\(all[2].errors)")
    }
  }

  @Test func `networks are written for PyTorch`() throws {
    try results([
      "export made to made.safetensors", "export judge to judge.safetensors",
      "export asked to asked.safetensors", "export made judge to both.safetensors",
    ]) { folder, all in
      #expect([0, 1, 2].allSatisfy { all[$0].status == 0 }, "\(all.map(\.errors))")
      #expect(all[3].errors.contains("weights are of one run"))
      func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      }
      let made = try text("made.py")
      #expect(made.contains("def sample(latents):") && made.contains("transposed("))
      #expect(try text("asked.py").contains("def sample(latents, labels):"))
      #expect(try text("judge.py").contains("def classify(images):"))
      // All that the module reads is in the file beside it, and nothing else.
      let read = Set(made.matches(of: /W\["([^"]+)"\]/).map { String($0.1) })
      let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/made.safetensors"))
      let length = data.prefix(8).enumerated().reduce(0) {
        $0 | Int($1.element) << (8 * $1.offset)
      }
      let header = try JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(length))
      let names = Set((header as? [String: Any])?.keys.filter { $0 != "__metadata__" } ?? [])
      #expect(names == read && !read.isEmpty)
    }
  }

  @Test func `an export takes the place of an earlier one, and of nothing else`() throws {
    try results([
      "!echo 'print(1)' > mine.py && echo 'print(2)' > own.py && ln -s own.py linked.py && "
        + "echo hello > text.safetensors && echo hello > other.npz && "
        + "cp gansh.runs/made/step-00000006.safetensors copied.safetensors",
      "export made to made.safetensors", "export made to made.safetensors",
      "export made to mine.safetensors", "export made to text.safetensors",
      "export made check=2 to other.safetensors", "export made to linked.safetensors",
      "export made to gansh.runs/made/step-00000006.safetensors",
      "export made to copied.safetensors",
    ]) { folder, all in
      for (number, result) in all.enumerated() {
        #expect(result.status == (number < 3 ? 0 : 1), "\(number): \(result.errors)")
      }
      for (name, kept) in [
        ("mine.py", "print(1)\n"), ("own.py", "print(2)\n"), ("text.safetensors", "hello\n"),
        ("other.npz", "hello\n"),
      ] {
        let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        #expect(text == kept, "\(name)")
      }
      // None of the three is written where one cannot be.
      for name in [
        "mine.safetensors", "text.py", "other.safetensors", "other.py", "linked.safetensors",
      ] {
        #expect(!FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
      }
    }
  }

  @Test func `numbers are told and asked for`() throws {
    try results([
      """
      arch pose custom image=16x16x3 numbers=Yaw,Light_X { classifier { conv 8; relu; flatten; dense 2 } }
      run pose on faces test=other batch=16 steps=120 lr=3e-3 betas=0.9,0.999 sample-every=60 as pose; evaluate pose on other | csv
      """,
      """
      arch turned like dcgan image=16x16x3 width=4 latent=8 numbers=Yaw
      run turned on faces batch=16 steps=3 as turned; edit turned Yaw=-0.6..0.6 steps=3 count=1 to turned.png
      """,
      "arch wrong custom image=16x16x3 numbers=Person { classifier { flatten; dense 1 } }; run wrong on other batch=16 steps=1",
      "arch wrong custom image=16x16x3 labels=Yaw { classifier { flatten; dense 1 } }; run wrong on faces batch=16 steps=1",
      "data others from other where Person=person-3",
    ]) { folder, all in
      #expect([0, 1, 4].allSatisfy { all[$0].status == 0 }, "\(all.map(\.errors))")
      let rows = all[0].output.split(separator: "\n").map { $0.split(separator: ",") }
      // Always saying 0 would be off by 0.75 in the light's place.
      let error = rows.first { $0.first == "Light_X" }.flatMap { Double($0[2]) } ?? 9
      #expect(error < 0.6, "\(all[0].output)")
      #expect(
        all[2].errors.contains("and `numbers` names what is one number each"), "\(all[2].errors)")
      #expect(all[3].errors.contains("`numbers=Yaw`"), "\(all[3].errors)")
    }
  }

  @Test func `an attribute is a number beside others, and three ranges are grids`() throws {
    try results([
      """
      arch both custom image=16x16x3 numbers=Yaw,Dark_Skin { classifier { flatten; dense 2 } }
      run both on faces test=other batch=16 steps=40 lr=3e-3 sample-every=60 as both; evaluate both on other | csv
      """,
      """
      arch turned like dcgan image=16x16x3 width=4 latent=8 numbers=Yaw:-0.7..0.7,Light_X,Dark_Skin:0..1,Smiling:0..1
      run turned on faces batch=16 steps=3 as turned
      samples turned labels=data count=12 to drawn/; data drawn folder path=drawn labels=drawn/manifest.csv size=16
      evaluate judge on drawn | csv
      """,
      "edit turned Yaw=-0.6..0.6 Light_X=-0.7..0.7 Dark_Skin=0..1 steps=2 to grids.png",
      "edit turned using both Yaw=-0.6..0.6 Light_X=-0.7..0.7 Dark_Skin=0..1 steps=2 | csv",
      "edit turned Yaw=-0.6..0.6 Light_X=-0.7..0.7 Dark_Skin=0..1 steps=17 to many.png",
    ]) { folder, all in
      #expect(all.dropLast().allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      let rows = all[0].output.split(separator: "\n").map { $0.split(separator: ",") }
      // Always saying the same would be off by about a half.
      let error = rows.first { $0.first == "Dark_Skin" }.flatMap { Double($0[2]) } ?? 9
      #expect(error < 0.4, "\(all[0].output)")
      // The attribute comes back from the table as one that holds or does not.
      #expect(all[1].output.contains("Dark_Skin,12"), "\(all[1].output)")
      let grids = try image("grids.png", folder)
      let grid = 2 * 98 + 2
      #expect((grids.width, grids.height) == (2 * (grid + 8) + 8, grid + 16))
      let places = all[3].output.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",").prefix(3).joined(separator: " ")
      }
      #expect(
        places == [
          "-0.6 -0.7 0.0", "0.6 -0.7 0.0", "-0.6 0.7 0.0", "0.6 0.7 0.0", "-0.6 -0.7 1.0",
          "0.6 -0.7 1.0", "-0.6 0.7 1.0", "0.6 0.7 1.0",
        ])
      #expect(all[4].errors.contains("4,913 pictures"), "\(all[4].errors)")
    }
  }

  @Test func `labels whose names have blanks are asked for in quotes`() throws {
    try results(["samples made count=16 to blushing/"]) { folder, all in
      try #require(all[0].status == 0, "\(all[0].errors)")
      let table =
        "image,Rosy Cheeks,it's,日本,a#b\n"
        + (1...16).map { number in
          "0000\(number < 10 ? "0" : "")\(number).png,\(number % 2),\(number % 3 % 2),\(number / 2 % 2),\(number % 2)\n"
        }.joined()
      try Data(table.utf8).write(to: URL(fileURLWithPath: folder + "/blush.csv"))
      let result = try Program.run(
        [], in: folder,
        input: """
          data blushing folder path=blushing labels=blush.csv size=16
          arch blush like dcgan image=16x16x3 width=4 latent=8 labels="Rosy Cheeks","it's",日本,"a#b"
          run blush on blushing batch=8 steps=2 as blush
          samples blush labels="Rosy Cheeks":1 count=4 to rosy.png
          samples blush by="Rosy Cheeks" count=4 to both.png
          samples blush labels="it's":1,"日本":1,'a#b':1 count=4 to others.png
          samples blush labels="it's":1,"日本":1,'a#b':1 count=4 to others/
          edit blush "Rosy Cheeks"=0..1 'it\\'s'=1 '日本'=0..1 steps=3 to strip.png
          samples | csv
          """)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("Rosy Cheeks"), "\(result.output)")
      let manifest = try String(contentsOfFile: folder + "/others/manifest.csv", encoding: .utf8)
      #expect(manifest.split(separator: "\n")[1].hasSuffix("0,1,1,1"), "\(manifest)")
      let bare = try Program.run(["-c", "edit blush 日本=0..1 to strip.png"], in: folder)
      #expect(bare.errors.contains("`\"日本\"=0..1`"), "\(bare.errors)")
      let beyond = try Program.run(
        [
          "-c", "edit blush \"Rosy Cheeks\"=-1..1 to strip.png", "-c",
          "samples blush labels=\"it's\":2 count=4 to z.png",
        ], in: folder)
      #expect(
        beyond.errors.contains(
          "`Rosy Cheeks` is -1 to 1, and the generator has learned it from 0 to 1")
          && beyond.errors.contains("`it's` is 2, and"), "\(beyond.errors)")
      let without = try Program.run(
        ["-c", "edit blush \"Rosy Cheeks\"=0..1 without=\"it's\" to strip.png"], in: folder)
      #expect(without.errors.contains("`\"it's\"=0`"), "\(without.errors)")
    }
  }

  @Test func `of a generator of classes each picture is of one`() throws {
    try results(["samples made count=12 to classy/"]) { folder, all in
      try #require(all[0].status == 0, "\(all[0].errors)")
      for (place, kind) in ["a", "b", "c"].enumerated() {
        let own = folder + "/classy/\(kind)"
        try FileManager.default.createDirectory(
          atPath: own, withIntermediateDirectories: true)
        for number in 4 * place + 1...4 * place + 4 {
          let name = "0000\(number < 10 ? "0" : "")\(number).png"
          try FileManager.default.moveItem(
            atPath: folder + "/classy/" + name, toPath: own + "/" + name)
        }
      }
      try FileManager.default.removeItem(atPath: folder + "/classy/manifest.csv")
      let made = try Program.run(
        [], in: folder,
        input: """
          data classy folder path=classy labels=yes size=16
          arch kinds like dcgan image=16x16x3 width=4 latent=8 classes=3
          run kinds on classy batch=8 steps=3 lr=1e-2 as kinds
          edit kinds class=0..2 steps=3 count=1 seed=3 to strip.png
          samples kinds labels=class:1 seed=3 count=1 to second.png
          samples kinds labels=class:2 seed=3 count=1 to third.png
          """)
      try #require(made.status == 0, "\(made.errors)")
      let strip = try image("strip.png", folder)
      for (place, name) in [(1, "second.png"), (2, "third.png")] {
        let sample = try image(name, folder)
        let alone = SampleSheet(columns: 1, gap: 0, magnification: 6)
          .compose([sample])
        #expect(strip.cropped(x: 2 + 98 * place, y: 2, width: 96, height: 96) == alone)
      }
      for (range, help) in [
        ("0..2", "`steps=3`"), ("0..5 steps=6", "`class=0..2 steps=3`"),
        ("0.5..1.5 steps=2", "`class=0..2 steps=3`"),
      ] {
        let result = try Program.run(["-c", "edit kinds class=\(range) to no.png"], in: folder)
        #expect(
          result.status == 1 && result.errors.contains("is a whole number from 0 to 2")
            && result.errors.contains(help), "\(result.errors)")
      }
    }
  }
}
