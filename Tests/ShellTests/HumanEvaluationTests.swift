import Foundation
import TestSupport
import Testing

/// `evaluate RUN metrics=human to page.html` and `import answers.json`.
@Suite struct HumanEvaluationTests {
  private static let setting = """
    data faces portraits count=40 size=16
    arch small like dcgan image=16x16x3 width=2 latent=4
    run small on faces steps=4 batch=16 as one
    run small on faces steps=4 batch=16 seed=2 as two
    data ring ring modes=8
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=4 as flat
    evaluate one metrics=human trials=20 seed=5 to page.html
    evaluate one metrics=human trials=6 exposure=500 against=two to pairs.html
    """

  /// What stands on a page.
  private struct Page: Decodable {
    struct Trial: Decodable {
      let id: Int
      let images: [String]
    }
    let page, kind: String
    let exposure: Int?
    let trials: [Trial]
  }

  private func page(_ name: String, in folder: String) throws -> Page {
    let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.contains("const given = {") })
    let json = line.drop { $0 != "{" }.dropLast()
    return try JSONDecoder().decode(Page.self, from: Data(json.utf8))
  }

  private func answers(_ page: String, rater: String, begun: String = "1", _ said: [String])
    -> String
  {
    let list = said.enumerated().map {
      "{\"trial\":\($0),\"answer\":\($1),\"milliseconds\":500,\"position\":\($0)}"
    }
    return
      "{\"gansh\":\"human answers\",\"version\":1,\"page\":\"\(page)\",\"rater\":\"\(rater)\",\"begun\":\"\(begun)\","
      + "\"ended\":\"2\",\"answers\":[\(list.joined(separator: ","))]}"
  }

  private func withPages(_ body: (_ folder: String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  private func take(_ text: String, in folder: String, _ more: String = "") throws -> Program.Result
  {
    try text.write(toFile: folder + "/answers.json", atomically: true, encoding: .utf8)
    return try Program.run(["-c", "import answers.json\(more) | csv"], in: folder)
  }

  @Test func `pages hold pictures and nothing that tells what they are`() throws {
    try withPages { folder in
      let page = try page("page.html", in: folder)
      #expect(page.kind == "real-or-generated" && page.exposure == nil && page.trials.count == 20)
      #expect(
        page.trials.allSatisfy { $0.images.count == 1 && $0.images[0].hasPrefix("data:image/png") })
      #expect(Set(page.trials.flatMap(\.images)).count == 20, "no picture twice")
      let pairs = try self.page("pairs.html", in: folder)
      #expect(pairs.kind == "a-or-b" && pairs.exposure == 500 && pairs.trials.count == 6)
      #expect(pairs.trials.allSatisfy { $0.images.count == 2 })
      let text = try String(contentsOfFile: folder + "/pairs.html", encoding: .utf8)
      for word in ["\"one\"", "\"two\"", "faces", folder] {
        #expect(!text.contains(word), "\(word)")
      }
    }
  }

  @Test func `answers become shares with intervals, rater by rater`() throws {
    try withPages { folder in
      let id = try page("page.html", in: folder).page
      let real = try take(
        answers(id, rater: "ann", Array(repeating: "\"real\"", count: 20)), in: folder)
      #expect(real.status == 0, "\(real.errors)")
      let rows = real.output.split(separator: "\n").map { $0.split(separator: ",") }
      #expect(rows.count == 4, "\(real.output)")
      #expect(rows[1...].map { Double($0[1]) } == [0.5, 1, 0], "\(real.output)")
      // Wilson of 10 of 20, by hand: 0.5 ± 0.2007.
      #expect(
        abs((Double(rows[1][2]) ?? 0) - 0.2993) < 1e-4
          && abs((Double(rows[1][3]) ?? 0) - 0.7007) < 1e-4)
      let again = try take(
        answers(id, rater: "ann", Array(repeating: "\"real\"", count: 20)), in: folder)
      #expect(again.output == real.output, "the same file changes nothing")
      let other = try take(
        answers(id, rater: "bob", Array(repeating: "\"generated\"", count: 20)), in: folder)
      #expect(other.output.contains("agreement of raters,-1"), "\(other.output)")
      let runs = try Program.run(["-c", "best by human_errors | csv"], in: folder)
      #expect(runs.status == 0 && runs.output.contains("one"), "\(runs)")
    }
  }

  @Test func `of pairs the share is of this run's pictures`() throws {
    try withPages { folder in
      let id = try page("pairs.html", in: folder).page
      let first = try take(answers(id, rater: "ann", Array(repeating: "0", count: 6)), in: folder)
      #expect(first.status == 0 && first.output.contains("preferred by people"), "\(first)")
      let second = try take(answers(id, rater: "bob", Array(repeating: "1", count: 6)), in: folder)
      // Whoever takes always the first and who takes always the second choose each run as often.
      #expect(second.output.contains("preferred by people,0.5,"), "\(second.output)")
    }
  }

  @Test func `what is no answer, or not of such a page, is refused and changes nothing`() throws {
    try withPages { folder in
      let id = try page("page.html", in: folder).page
      let good = answers(id, rater: "ann", ["\"real\"", "\"generated\""])
      for (text, reason) in [
        ("", "it is no JSON"), ("[1, 2", "it is no JSON"), ("{}", "it has no `gansh`"),
        (good.replacing("human answers", with: "x"), "it does not say that it is answers"),
        (good.replacing("\"version\":1", with: "\"version\":2"), "it is of a later version"),
        (
          good.replacing("\"real\"", with: "\"perhaps\""), "an answer is neither real nor generated"
        ),
        (good.replacing("\"trial\":1", with: "\"trial\":99"), "trial 99, and the page has 20"),
        (good.replacing("\"trial\":1", with: "\"trial\":0"), "it answers a trial twice"),
        (good.replacing(id, with: String(repeating: "0", count: 32)), "this notebook has not made"),
        (answers(id, rater: "ann", []), "it has no answers"),
        (good.replacing(":500", with: ":-5"), "it has times below 0"),
        (
          good.replacing("\"rater\":\"ann\"", with: "\"rater\":7"), "its `rater` is of another kind"
        ),
      ] {
        let result = try take(text, in: folder)
        #expect(result.status != 0 && result.errors.contains(reason), "\(reason): \(result.errors)")
      }
      let none = try Program.run(
        ["-c", "sql select count(*) as n from evaluation | csv"], in: folder)
      #expect(none.output.contains("0"), "\(none.output)")
      #expect(try take(good, in: folder).status == 0)
      // A session that went on takes the place of its beginning; another one of that name is somebody else.
      let more = answers(id, rater: "ann", ["\"real\"", "\"generated\"", "\"real\""])
      #expect(try take(more, in: folder).output.contains(",3,"))
      // Its beginning, which comes after it, does not undo it.
      let less = answers(id, rater: "ann", ["\"real\""])
      #expect(try take(less, in: folder).output.contains(",3,"))
      let later = answers(id, rater: "ann", begun: "9", ["\"real\""])
      #expect(try take(later, in: folder).errors.contains("has answered this page before"))
      let renamed = try take(later, in: folder, " rater=eve")
      #expect(renamed.status == 0 && renamed.errors.contains("2 raters"), "\(renamed)")
      let missing = try Program.run(["-c", "import nowhere.json"], in: folder)
      #expect(missing.errors.contains("there is no file `nowhere.json`"))
    }
  }

  @Test func `pages are of pictures of runs, and say what they lack`() throws {
    try withPages { folder in
      for (line, reason) in [
        ("evaluate one metrics=human", "it is not said where to write it"),
        ("evaluate one metrics=human to page.png", "the page is an HTML file"),
        ("evaluate one metrics=human,kid to x.html", "measures are told at once"),
        ("evaluate flat metrics=human to x.html", "makes points"),
        ("evaluate faces against=one metrics=human to x.html", "`faces` is none"),
        ("evaluate one metrics=human samples=5 to x.html", "`trials=` says how many"),
        ("evaluate one metrics=kid exposure=5", "about people's judgement"),
        ("evaluate one metrics=human against=ring to x.html", "but `ring` is of"),
        ("evaluate one every checkpoint metrics=human to x.html", "a page is of one checkpoint"),
      ] {
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.status != 0 && result.errors.contains(reason), "\(line): \(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/x.html"))
      }
    }
  }
}
