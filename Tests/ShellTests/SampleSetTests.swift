import Foundation
import Glibc
import TestSupport
import Testing

/// Sets of samples: made, kept, found, made again, compared, and written in files that data sets read.
@Suite struct SampleSetTests {
  private static let script = """
    data drawn portraits count=64 size=16
    arch tiny like dcgan image=16x16x3 width=4
    run tiny on drawn ema=0.9 steps=8 checkpoint-every=4 batch=8 samples=4 as faces
    data ring ring modes=8
    arch mine like mlp points=2 width=4
    run mine on ring steps=4 batch=4 samples=4 seed=2 as points

    """

  private func withRuns(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.script)
      try #require(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  @discardableResult
  private func gansh(_ line: String, in folder: String, status: Int32 = 0) throws
    -> Program.Result
  {
    let result = try Program.run(["-c", line], in: folder)
    #expect(result.status == status, "\(line): \(result.errors)")
    return result
  }

  private func rows(_ query: String, in folder: String) throws -> [String] {
    let result = try gansh("sql \(query) | csv", in: folder)
    return result.output.split(separator: "\n").dropFirst().map(String.init)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `truncated samples are others, and are made again as they were`() throws {
    try withRuns { folder in
      let whole = try gansh("samples faces count=20 seed=3 to whole.npz", in: folder)
      let cut = try gansh("samples faces count=20 seed=3 truncation=0.5 to cut.npz", in: folder)
      let far = try gansh("samples faces count=20 seed=3 truncation=50 to far.npz", in: folder)
      let again = try gansh("samples 4 to again.npz", in: folder)
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).npz"))
      }
      #expect(whole.output.contains("set 3") && far.output.contains("set 5"), "\(far.output)")
      #expect(again.output.contains("those of set 4, bit for bit"), "\(cut.output)\(again.output)")
      #expect(try bytes("cut") == bytes("again") && bytes("cut") != bytes("whole"))
      #expect(try bytes("far") == bytes("whole"))
      #expect(
        try rows(
          "select id, truncation from artifact where id in (3, 4, 5) order by id", in: folder)
          == ["3,", "4,0.5", "5,50.0"])
      let refused = try gansh("samples faces truncation=0", in: folder, status: 1)
      #expect(refused.errors.contains("truncation"), "\(refused.errors)")
    }
  }

  @Test func `a set is kept with what it is a function of, and made again bit for bit`() throws {
    try withRuns { folder in
      let first = try gansh("samples faces at 5 count=70 seed=3 to a.npz", in: folder)
      #expect(first.output.contains("a.npz: 70 samples after step 4, set 3"), "\(first.output)")
      #expect(
        try rows(
          """
          select a.kind, run.name, a.step, a.count, a.seed, a.average, a.path,
            a.checkpoint = c.digest, length(a.digest), a.threads = run.threads
          from artifact a join run on run.id = a.run join checkpoint c on c.run = run.id and c.step = 4
          where a.id = 3
          """.split(separator: "\n").joined(separator: " "), in: folder)
          == ["samples,faces,4,70,3,1,a.npz,1,64,1"])
      for (line, file) in [
        ("samples 3 to again.npz", "again.npz"),
        ("samples faces at 4 seed=3 count=70 to b.npz", "b.npz"),
      ] {
        let again = try gansh(line, in: folder)
        #expect(again.output.contains("those of set 3, bit for bit"), "\(again.output)")
        let url = URL(fileURLWithPath: folder)
        #expect(
          try Data(contentsOf: url.appendingPathComponent(file))
            == Data(contentsOf: url.appendingPathComponent("a.npz")))
      }
      // Weights that are not averaged, another seed and another step are other samples.
      let others = try gansh(
        "samples faces at 4 count=70 seed=3 average=no to c.png; samples faces count=70 seed=3 to d.png; "
          + "samples faces at 4 count=70 seed=4 to e.png", in: folder)
      #expect(!others.output.contains("bit for bit"), "\(others.output)")
      #expect(try rows("select count(distinct digest) from artifact", in: folder) == ["4"])
      let list = try gansh("samples", in: folder)
      for part in ["3  faces", "again.npz", "c.png"] {
        #expect(list.output.contains(part), "\(list.output)")
      }
      #expect(try gansh("samples | csv", in: folder).output.contains("3,faces,4,70,3,,true,"))
      let shown = try gansh("show faces", in: folder)
      #expect(
        shown.output.contains("set 3: 70 samples after step 4, seed 3, in a.npz"), "\(shown.output)"
      )
    }
  }

  @Test func `the first samples of a large set are those of a small one`() throws {
    try withRuns { folder in
      try gansh(
        "samples faces count=3 seed=9 to few/; samples faces count=40 seed=9 to many/", in: folder)
      for number in 1...3 {
        let few = FileManager.default.contents(atPath: "\(folder)/few/00000\(number).png")
        #expect(few != nil)
        #expect(few == FileManager.default.contents(atPath: "\(folder)/many/00000\(number).png"))
      }
    }
  }

  @Test func `classes and attributes read back from tables and arrays by their names`() throws {
    try withRuns { folder in
      let result = try Program.run(
        [], in: folder,
        input: """
          !mkdir set
          samples faces count=8 seed=1 to set/7/
          samples faces count=8 seed=2 to set/13/
          data two folder path=set labels=yes size=16
          arch tell custom image=16x16x3 classes=2 { classifier { flatten; dense 2 } }
          run tell on two batch=8 steps=40 lr=1e-2 as told
          arch asked like dcgan image=16x16x3 width=4 classes=2 condition=projection
          run asked on two batch=8 steps=2 as made
          samples made by=class count=6 seed=3 to made/
          samples made by=class count=6 seed=3 to made.npz
          data table folder path=made/ labels=made/manifest.csv size=16
          data arrays npz path=made.npz size=16
          evaluate told on table | csv
          evaluate told on arrays | csv
          data more from arrays where class>=10
          show data more
          arch cond like dcgan image=16x16x3 width=4 labels=Smiling,Eyeglasses
          run cond on drawn batch=8 steps=2 as faces2
          samples faces2 by=Smiling,Eyeglasses count=8 to eight.npz
          samples faces2 by=Smiling,Eyeglasses count=8 to eight.png
          data eight npz path=eight.npz size=16
          show data eight
          """)
      #expect(result.status == 0, "\(result.errors)")
      // Words of classes in the order of the data, whatever their order where they were trained.
      let tables = result.output.components(separatedBy: "class,known,right,").dropFirst()
      #expect(tables.count == 2)
      for table in tables {
        let rows = table.split(separator: "\n").prefix(4).map(String.init)
        #expect(
          rows[0] == "precision,AP,balanced,calibration error,said 13,said 7"
            && rows[1].hasPrefix("13,3,"), "\(table)")
        #expect(rows[2].hasPrefix("7,3,") && rows[3].hasPrefix("all together,6,"), "\(table)")
      }
      #expect(result.output.contains("3 images"), "\(result.output)")
      let manifest = try String(contentsOfFile: folder + "/made/manifest.csv", encoding: .utf8)
      #expect(manifest.hasPrefix("file,latent,class\n000001.png,1,13\n"), "\(manifest)")
      #expect(result.output.contains("Eyeglasses"), "\(result.output)")
    }
  }

  @Test func `labels are drawn as they come in the data, and a set is made with them again`() throws
  {
    try withRuns { folder in
      let result = try Program.run(
        [], in: folder,
        input: """
          arch turned like dcgan image=16x16x3 width=4 numbers=Yaw,Light_X
          run turned on drawn batch=8 steps=2 as turned
          samples turned labels=data count=40 seed=3 to made/
          samples
          """)
      try #require(result.status == 0, "\(result.errors)")
      let manifest = try String(contentsOfFile: folder + "/made/manifest.csv", encoding: .utf8)
      let yaws = manifest.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[2] }
      #expect(yaws.count == 40 && Set(yaws).count > 20, "\(manifest)")
      #expect(result.output.contains("labels=data"), "\(result.output)")
      let number = try #require(result.output.firstMatch(of: #/, set (\d+)/#)?.1)
      let again = try gansh("samples \(number) to again/", in: folder)
      #expect(again.output.contains("bit for bit"), "\(again.output)")
      #expect(
        try String(contentsOfFile: folder + "/again/manifest.csv", encoding: .utf8) == manifest)
    }
  }

  @Test func `a folder reads back as a data set with labels`() throws {
    try withRuns { folder in
      try gansh("samples faces count=40 seed=3 to made/", in: folder)
      #expect(try names(folder + "/made").count == 41)
      let table = try String(contentsOfFile: folder + "/made/manifest.csv", encoding: .utf8)
      #expect(table.hasPrefix("file,latent\n000001.png,1\n"))
      #expect(table.split(separator: "\n").count == 41)
      let shown = try gansh(
        "data made folder path=made/ labels=made/manifest.csv size=16; show data made", in: folder)
      #expect(shown.output.contains("40 images of 16x16x3"), "\(shown.output)")
      #expect(shown.output.contains("latent         1  20.5       40"), "\(shown.output)")
      // Nothing is added to what has become a data set.
      for place in ["made/", "made/more/"] {
        let refused = try gansh("samples faces count=3 to \(place)", in: folder, status: 1)
        #expect(
          refused.errors.contains(place == "made/" ? "it is not empty" : "data set `made`"),
          "\(refused.errors)")
      }
      #expect(try names(folder + "/made").count == 41)
    }
  }

  @Test func `a folder is made as a whole, and only where there is nothing`() throws {
    try withRuns { folder in
      mkdir(folder + "/empty", 0o750)
      symlink("empty", folder + "/link")
      try gansh("samples faces count=2 to link/", in: folder)
      #expect(try names(folder + "/empty") == ["000001.png", "000002.png", "manifest.csv"])
      var facts = stat()
      #expect(lstat(folder + "/empty", &facts) == 0 && facts.st_mode & 0o777 == 0o750)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
      for (place, word) in [
        ("empty/", "it is not empty"), ("none/deep/", "there is no folder"),
        ("file/", "it is no folder"), ("gansh.runs/samples/", "the notebook's own"),
        ("made", "let the name end in .png, .svg or .npz; a folder's in `/`"),
      ] {
        let refused = try gansh("samples faces count=2 to \(place)", in: folder, status: 1)
        #expect(refused.errors.contains(word), "\(refused.errors)")
      }
      let points = try gansh("samples points count=2 to p/", in: folder, status: 1)
      #expect(points.errors.contains("makes points"), "\(points.errors)")
      #expect(try names(folder).allSatisfy { !$0.hasSuffix(".part") && $0 != "p" })
    }
  }

  @Test func `an interrupt leaves nothing`() throws {
    try withRuns { folder in
      let before = try names(folder)
      for place in ["many/", "many.npz"] {
        let process = try Program.start(
          ["-c", "samples faces count=10M to \(place)"], in: folder, named: "made")
        for _ in 0..<500 {
          if try names(folder).contains(where: { $0.hasSuffix(".part") }) { break }
          usleep(20_000)
        }
        usleep(200_000)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
      }
      #expect(
        Set(try names(folder)).subtracting(before).isSubset(of: ["made.err", "made.out", "cache"]))
      #expect(try rows("select count(*) from artifact where kind = 'samples'", in: folder) == ["0"])
    }
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `where there is no room nothing is left`() throws {
    try withRuns { folder in
      let disk = try SmallDisk(bytes: 1 << 20)
      for place in ["many/", "many.npz"] {
        let refused = try gansh(
          "samples faces count=10k to \(disk.path)/\(place)", in: folder, status: 1)
        #expect(refused.errors.contains("no space is left"), "\(refused.errors)")
      }
      #expect(try names(disk.path).isEmpty)
    }
  }

  @Test(arguments: [
    ("samples faces labels=Smiling:1 to x.png", "was trained without labels"),
    ("samples faces by=Smiling to x.png", "was trained without labels"),
    ("samples faces labels=data to x.png", "was trained without labels"),
    ("samples faces labels=data by=Smiling to x.png", "draws labels, and `by` makes each in turn"),
    ("samples faces labels=Smiling to x.png", "`Smiling` is no label with its value"),
    ("samples faces labels=Smiling:1,Smiling:0 to x.png", "`Smiling` is given twice"),
    ("samples faces labels=Smiling:1 by=Smiling to x.png", "every one by `by`"),
    ("samples faces labls=Smiling:1 to x.png", "no option `labls`"),
    ("samples faces count=10001 to x.png", "at most 10,000"),
    ("samples points average=yes to x.png", "keeps no average"),
    ("samples 77", "there is no set of samples 77"), ("samples 1", "there is no set of samples 1"),
    ("samples to x.png", "needs a run"), ("samples count=3", "needs a run"),
    ("compare samples faces@x points", "no run at a step"),
    ("compare samples faces", "two of them or more"),
    ("compare faces points to x.png", "this belongs to samples"),
    ("compare samples faces@4 points to x.csv", "a PNG or an SVG file"),
    ("compare samples faces@2 points@4", "no checkpoint at or before step 2"),
  ])
  func `what cannot be is said at its place`(line: String, reason: String) throws {
    try withRuns { folder in
      let refused = try gansh(line, in: folder, status: 1)
      #expect(refused.errors.contains(reason) && refused.errors.contains("^"), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/x.png"))
    }
  }

  @Test func `a set whose checkpoint is gone says where it was written`() throws {
    try withRuns { folder in
      try gansh("samples faces at 4 count=5 to a.png; samples faces at 4 count=6", in: folder)
      try gansh("resume faces steps=12", in: folder)
      try FileManager.default.removeItem(
        atPath: folder + "/gansh.runs/faces/step-00000004.safetensors")
      try gansh("resume faces steps=13", in: folder)
      let refused = try gansh("samples 3", in: folder, status: 1)
      #expect(
        refused.errors.contains("the checkpoint of step 4 of run `faces`"), "\(refused.errors)")
      #expect(refused.errors.contains("were written to `a.png`"), "\(refused.errors)")
    }
  }

  @Test func `samples of the same latents stand side by side, with what differs`() throws {
    try withRuns { folder in
      let both = try gansh("compare samples faces@4 faces@8 count=9 to both.png", in: folder)
      #expect(both.output.contains("faces after step 4"), "\(both.output)")
      for part in ["checkpoint", "digest of the samples", "mean difference"] {
        #expect(both.output.contains(part), "\(both.output)")
      }
      #expect(!both.output.contains("latents"), "the same seed and the same distribution")
      let picture = try Data(contentsOf: URL(fileURLWithPath: folder + "/both.png"))
      #expect(picture.count > 1000)
      let same = try gansh("compare samples faces@8 faces@8 | csv", in: folder).output
      #expect(same.contains("\"mean difference from the first, of 255\",0.0,0.0"), "\(same)")
      #expect(!same.contains("digest of the samples"))
      let other = try gansh("compare samples faces points seed=3", in: folder).output
      for part in ["latents", "arch", "run", "samples of faces after step 8, points after step 4"] {
        #expect(other.contains(part), "\(other)")
      }
      // Sets by their numbers, each as it was made.
      try gansh("samples faces count=4 seed=5; samples faces at 4 count=4 seed=6", in: folder)
      let sets = try gansh("compare samples 3 4 | csv", in: folder).output
      #expect(sets.contains("seed,5,6"), "\(sets)")
      let alike = try gansh("compare samples 3 4 seed=7 count=2 | csv", in: folder).output
      #expect(alike.contains("seed,7,7"), "\(alike)")
    }
  }

  @Test func `in a notebook that can only be read samples are made and not kept`() throws {
    try withRuns { folder in
      chmod(folder + "/gansh.sqlite", 0o444)
      guard access(folder + "/gansh.sqlite", W_OK) != 0 else { return }
      let made = try gansh("samples faces count=3 to x.png", in: folder)
      #expect(made.output == "x.png: 3 samples after step 8\n", "\(made.output)")
    }
  }
}
