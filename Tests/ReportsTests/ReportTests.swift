import Foundation
import Notebook
import Reports
import Testing

@Suite struct ReportTests {
  let sample: SampleNotebook
  init() throws { sample = try SampleNotebook() }

  @Test func `a report holds what differs, the outcome, curves, sheets and declarations`() throws {
    try sample.addRun("base")
    try sample.addRun("<i>calm</i>", seed: 8, rate: "0.0001") { name, step in
      step == 200 ? .nan : Double(step) / 100
    }
    let run = try #require(try sample.notebook.run(named: "base"))
    try sample.notebook.note("looks <good>", run: run.id)
    try sample.notebook.record(event: "collapse", run: run.id, step: 9, message: "3 < 8 modes")
    let made = Date(timeIntervalSince1970: 1_800_000_100)
    let report = try ComparisonReport(
      of: ["base", "<i>calm</i>"], in: sample.notebook, title: "a & b", made: made)
    let html = try report.html()
    for part in [
      "<title>a &amp; b</title>", ">lr<", ">0.0001<", "&lt;i&gt;calm&lt;/i&gt;",
      "looks &lt;good&gt;", "3 &lt; 8 modes", "<svg ", "data:image/png;base64,", "laboratory",
      "0123456789ab (changed)", "&lt;b&gt;&quot;calm&quot; &amp; quiet&lt;/b&gt;",
      "prefers-color-scheme: dark",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    for part in [
      "<i>", "<b>", "<good>", "http://localhost", "src=\"http", "href=\"http", "@import",
    ] {
      #expect(!html.contains(part), "\(part)")
    }
    #expect(html.components(separatedBy: "data:image/png").count == 5, "both runs, last and middle")
    // Once the void elements of HTML are closed it is XML too.
    var xml = html.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
    for tag in ["meta", "img"] {
      let parts = xml.components(separatedBy: "<\(tag) ")
      xml =
        parts[0]
        + parts.dropFirst().map { part in
          guard let end = part.range(of: ">") else { return part }
          return "<\(tag) " + part[..<end.lowerBound] + "/>" + part[end.upperBound...]
        }.joined()
    }
    #expect(isWellFormed(xml))
    #expect(try report.html() == html)
  }

  @Test func `the last sheets of all runs come first, and what is not shown is counted`() throws {
    for (name, steps) in [("a", 340), ("b", 1000)] {
      let run = try sample.addRun(name, steps: steps)
      for step in stride(from: 10, to: steps, by: 30) {
        try sample.notebook.record(
          Artifact(.sheet, step: step, count: 1, seed: 5, width: 1, height: 1), run: run.id,
          content: SampleNotebook.pixel)
      }
    }
    _ = try sample.notebook.begin(
      RunStart(
        name: "bare", text: "", seed: 1, stepsPlanned: 9, build: "", threads: 1,
        kernels: ""))
    let html = try ComparisonReport(of: ["a", "b", "bare"], in: sample.notebook).html()
    let samples = try #require(html.components(separatedBy: "<h2>Samples</h2>").last)
    let rows = samples.components(separatedBy: "<h3>").dropFirst()
    #expect(rows.count == 7)
    let first = try #require(rows.first)
    for part in [
      "The last sheet of each run", "a, step 340,", "b, step 1,000,", "no sheet was kept",
    ] {
      #expect(first.contains(part), "\(part)")
    }
    // Sheets in common are those of steps 10, 40, … 340 (those of 170 and 500 one run only).
    #expect(rows.dropFirst().map { $0.prefix { $0 != "<" } }.first == "step 340")
    #expect(rows.last?.hasPrefix("step 10<") == true)
    #expect(samples.contains("6 of 12 steps that runs have in common are shown."))
    #expect(samples.contains("steps that not every run has a sheet of are not."))
    #expect(samples.components(separatedBy: "no sheet of this step").count == 7)
    let alone = try ComparisonReport(of: ["b"], in: sample.notebook).html()
    #expect(alone.contains("<h3>The last sheet</h3>") && alone.contains("earlier steps are shown."))
  }

  @Test func `what is the same in all runs is not among what differs`() throws {
    try sample.addRun("a")
    try sample.addRun("b")
    let html = try ComparisonReport(of: ["a", "b"], in: sample.notebook).html()
    #expect(html.contains("Nothing: their specifications and seeds are the same."))
    #expect(throws: NotebookError.noSuchRun("c")) {
      try ComparisonReport(of: ["a", "c"], in: sample.notebook)
    }
    #expect(throws: ReportError.noRuns) { try ComparisonReport(of: [], in: sample.notebook) }
  }

  @Test func `a run without metrics, sheets and declarations has a page too`() throws {
    _ = try sample.notebook.begin(
      RunStart(
        name: "bare", text: "", seed: 1, stepsPlanned: 0, build: "", threads: 0,
        kernels: ""))
    let report = try ComparisonReport(of: ["bare"], in: sample.notebook)
    #expect(try report.html().contains("No metric was logged."))
    #expect(report.markdown().hasPrefix("# bare\n"))
  }

  @Test func `the Markdown report has the same tables`() throws {
    try sample.addRun("a")
    try sample.addRun("b", seed: 8)
    let text = try ComparisonReport(of: ["a", "b"], in: sample.notebook).markdown()
    #expect(text.contains("| seed | 7 | 8 |"))
    for part in [
      "a, b:\n\n```\nrecipe calm lr=0.0002  # <b>\"calm\" & quiet</b>\nrecipe calm lr=0.0002 batch=64\n```",
      "a:\n\n```\nrun dc on faces with calm seed=7 as a\n```",
      "b:\n\n```\nrun dc on faces with calm seed=8 as b\n```",
    ] { #expect(text.contains(part), "\(text)") }
  }

  @Test func `a statement of several runs is on the page once, its block with it`() throws {
    let networks = "arch dc custom points=2 {\n  generator init=torch {\n    dense 2\n  }\n}"
    for (name, steps) in [("a", 30), ("b", 30), ("c", 40)] {
      _ = try sample.notebook.begin(
        RunStart(
          name: name,
          text: "data ring ring\n\(networks)\nrun dc on ring steps=30 seed=1 as \(name)",
          seed: 1, stepsPlanned: steps, build: "", threads: 2,
          kernels: "oneDNN, AVX2, 2 threads"))
    }
    let report = try ComparisonReport(of: ["a", "b", "c"], in: sample.notebook)
    for page in [try report.html(), report.markdown()] {
      #expect(page.components(separatedBy: "data ring ring").count == 2, "\(page)")
      #expect(page.components(separatedBy: networks).count == 2)
      #expect(page.contains("run dc on ring steps=30 seed=1 as b"))
      // One that was made longer stands with the steps that it plans now.
      #expect(page.contains("run dc on ring steps=40 seed=1 as c"))
      #expect(!page.contains("2 threads") && page.contains("oneDNN, AVX2"))
    }
  }

  @Test func `a row of a comparison says when its run began and ended`() throws {
    for name in ["a", "b"] { try sample.addRun(name, steps: 3) }
    let comparison = try sample.notebook.compare(["a", "b"])
    let (down, across) = (Table.runsDown(comparison), Table.standing(of: comparison))
    for column in ["started", "ended", "took"] {
      let (one, other) = (
        down.columns.firstIndex(of: column), across.columns.firstIndex(of: column)
      )
      let places = (try #require(one), try #require(other))
      #expect(down.rows.map { $0[places.0] } == across.rows.map { $0[places.1] })
    }
  }

  @Test func `a size is told as height x width`() {
    #expect(
      ReportError.size(width: 20_000, height: 400).description
        == "cannot draw a picture of 400x20000 pixels (height x width); 100x100 to 16000x16000 are "
        + "possible")
  }

  @Test func `runs and their points become tables`() throws {
    let run = try sample.addRun("base", steps: 3) { _, step in step == 2 ? .nan : Double(step) / 4 }
    let runs = try Table.runs([run], in: sample.notebook, metrics: ["d_real", "fid"])
    #expect(
      runs.csv == """
        name,status,steps,of,architecture,dataset,recipe,seed,started,ended,took,alarm,d_real,fid
        base,finished,3,3,,,calm,7,2027-01-15T08:00:00Z,2027-01-15T08:01:30Z,90.0,,0.75,

        """)
    let points = try Table.metrics(of: run, in: sample.notebook, metrics: ["d_real"])
    #expect(points.columns == ["step", "seconds", "d_real"])
    #expect(points.rows.map { $0[2].exact } == ["0.25", "NaN", "0.75"])
    let result = Table(try sample.notebook.query("select name, 1.5 as x, null as y from run"))
    #expect(result.csv == "name,x,y\nbase,1.5,\n")
  }
}
