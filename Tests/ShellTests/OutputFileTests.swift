import Foundation
import Glibc
import Shell
import TestSupport
import Testing

/// What `to FILE` may write over, and how.
@Suite struct OutputFileTests {
  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  private func mode(_ path: String) throws -> Int {
    var facts = stat()
    #expect(lstat(path, &facts) == 0)
    return Int(facts.st_mode & 0o777)
  }

  @Test func `an earlier output is replaced, with its permissions, through links`() throws {
    try Program.withRun { folder in
      for (name, statement) in [
        ("table.csv", "export runs"), ("page.html", "export base"), ("list.json", "export runs"),
        ("curves.svg", "plot base"), ("curves.png", "plot base"), ("sheet.png", "samples base"),
        ("film.png", "animate base"), ("strip.svg", "filmstrip base"), ("notes.md", "export base"),
      ] {
        let path = "\(folder)/\(name)"
        #expect(try Program.run(["-c", "\(statement) to \(name)"], in: folder).status == 0)
        #expect(try mode(path) == 0o644)
        chmod(path, 0o600)
        symlink(name, "\(folder)/link-\(name)")
        let again = try Program.run(["-c", "\(statement) to link-\(name)"], in: folder)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try mode(path) == 0o600, "\(name)")
        #expect(try bytes(path).count > 20)
        #expect(
          try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link-\(name)")
            == name)
      }
      // A link to what is not there yet makes it.
      symlink("new.csv", folder + "/dangling.csv")
      #expect(try Program.run(["-c", "export runs to dangling.csv"], in: folder).status == 0)
      #expect(FileManager.default.fileExists(atPath: folder + "/new.csv"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.allSatisfy { !$0.hasSuffix(".part") }, "\(left)")
    }
  }

  @Test func `what is something else stays, and it is said what it is`() throws {
    try Program.withRun { folder in
      let checkpoint = folder + "/gansh.runs/base/step-00000004.safetensors"
      let files: [(name: String, contents: Data, word: String)] = [
        ("notebook.csv", try bytes(folder + "/gansh.sqlite"), "SQLite data base"),
        ("weights.csv", try bytes(checkpoint), "a checkpoint"),
        ("photo.png", Data([0xFF, 0xD8, 0xFF, 0xE0]), "a JPEG picture"),
        ("text.png", Data("hello".utf8), "another kind"),
        ("table.html", Data("a,b\n".utf8), "another kind"),
        ("data.json", Data("<svg/>".utf8), "another kind"),
        ("zip.csv", Data("PK\u{3}\u{4}..".utf8), "a zip archive"),
        ("noise.csv", Data([1, 0, 2]), "another kind"),
      ]
      for (name, contents, word) in files {
        let path = "\(folder)/\(name)"
        try contents.write(to: URL(fileURLWithPath: path))
        let statement = name.hasSuffix("png") ? "samples base" : "export base"
        let refused = try Program.run(["-c", "\(statement) to \(name)"], in: folder)
        #expect(refused.status == 1 && refused.errors.contains(word), "\(name): \(refused.errors)")
        #expect(try bytes(path) == contents)
      }
      mkdir(folder + "/folder.csv", 0o755)
      symlink("circle.csv", folder + "/circle.csv")
      for (name, word) in [
        ("folder.csv", "it is a folder"), ("none/x.csv", "there is no folder"),
        ("circle.csv", "a link to itself"),
      ] {
        let refused = try Program.run(["-c", "export runs to \(name)"], in: folder)
        #expect(refused.status == 1 && refused.errors.contains(word), "\(refused.errors)")
      }
    }
  }

  @Test func `an example of a declared data set is never written over, nor one added`() throws {
    try Program.withRun { folder in
      mkdir(folder + "/faces", 0o755)
      symlink("faces", folder + "/elsewhere")
      for name in ["faces/a.png", "outside.png"] {
        #expect(try Program.run(["-c", "samples base to \(name)"], in: folder).status == 0)
      }
      let before = try bytes(folder + "/faces/a.png")
      symlink("faces/a.png", folder + "/link.png")
      try Data("a.png,1\n".utf8).write(to: URL(fileURLWithPath: folder + "/labels.csv"))
      let declared = try Program.run(
        ["-c", "data mine folder path=faces size=16 labels=./labels.csv"], in: folder)
      #expect(declared.status == 0, "\(declared.errors)")
      for (name, statement) in [
        ("faces/a.png", "plot base"), ("elsewhere/a.png", "plot base"), ("link.png", "plot base"),
        ("faces/b.png", "plot base"), ("labels.csv", "export runs"),
      ] {
        let refused = try Program.run(["-c", "\(statement) to \(name)"], in: folder)
        #expect(
          refused.status == 1 && refused.errors.contains("data set `mine`"), "\(refused.errors)")
      }
      #expect(try bytes(folder + "/faces/a.png") == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/faces") == ["a.png"])
      #expect(try Program.run(["-c", "plot base to outside.png"], in: folder).status == 0)
    }
  }

  @Test func `in a folder that is a data set only its pictures and its table stay`() throws {
    try Program.withRun { folder in
      let outputs = "export runs to t.csv; export base to page.html; plot base to curves.svg"
      for before in ["", "data all folder path=. size=16; "] {
        let written = try Program.run(["-c", before + outputs], in: folder)
        #expect(written.status == 0, "\(written.errors)")
      }
      let refused = try Program.run(["-c", "samples base to sheet.png"], in: folder)
      #expect(refused.status == 1)
      for part in [
        "in `.` it would become an example of the data set `all`; choose another folder",
        "`delete data all` takes the declaration back",
      ] { #expect(refused.errors.contains(part), "\(refused.errors)") }
      let free = try Program.run(
        ["-c", "delete data all; samples base to sheet.png; data all folder path=. size=16"],
        in: folder)
      #expect(free.status == 0, "\(free.errors)")
      let kept = try Program.run(["-c", "plot base to sheet.png"], in: folder)
      #expect(kept.errors.contains("it belongs to the data set `all`"), "\(kept.errors)")
      // A folder of MNIST has no pictures.
      let digits = try Program.run(
        ["-c", "delete data all; data d mnist path=.; plot base to sheet.png"], in: folder)
      #expect(digits.status == 0, "\(digits.errors)")
    }
  }

  @Test func `a stream is written to, the words about it beside it`() throws {
    try Program.withRun { folder in
      symlink("/dev/stdout", folder + "/out.csv")
      symlink("/dev/null", folder + "/nothing.csv")
      let poured = try Program.run(["-c", "export base to out.csv"], in: folder)
      #expect(poured.status == 0 && poured.output.hasPrefix("step,seconds,"), "\(poured.output)")
      #expect(poured.errors.contains("out.csv: ") && !poured.output.contains("out.csv"))
      #expect(try Program.run(["-c", "export base to nothing.csv"], in: folder).status == 0)
      mkfifo(folder + "/pipe.csv", 0o644)
      let reader = Process()
      reader.executableURL = URL(fileURLWithPath: "/bin/sh")
      reader.arguments = ["-c", "cat '\(folder)/pipe.csv' > '\(folder)/read.csv'"]
      try reader.run()
      let piped = try Program.run(["-c", "export base to pipe.csv"], in: folder)
      reader.waitUntilExit()
      #expect(piped.status == 0, "\(piped.errors)")
      #expect(try bytes(folder + "/read.csv").starts(with: Data("step,seconds,".utf8)))
      #expect(FileManager.default.fileExists(atPath: folder + "/pipe.csv"))
    }
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `where there is no room an earlier output stays whole`() throws {
    try Program.withRun { folder in
      let disk = try SmallDisk(bytes: 1 << 20)
      let path = disk.path + "/table.csv"
      let whole = Data(String(repeating: "a,b\n", count: 200_000).utf8)
      try whole.write(to: URL(fileURLWithPath: path))
      let filler = Data(count: 190_000)
      try filler.write(to: URL(fileURLWithPath: disk.path + "/filler"))
      let big = "sql select 1"
      #expect(try Program.run(["-c", big], in: folder).status == 0)
      let refused = try Program.run(["-c", "plot base to \(disk.path)/a.svg"], in: folder)
      let table = try Program.run(["-c", "export base to \(path)"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("no space"), "\(refused.errors)")
      if table.status == 1 { #expect(try bytes(path) == whole) }
      let left = try FileManager.default.contentsOfDirectory(atPath: disk.path)
      #expect(left.allSatisfy { !$0.hasSuffix(".part") }, "\(left)")
    }
  }
}
