import Foundation
import Notebook
import Testing

@Suite struct TweakTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  @Test func `a turn waits until it is stamped`() throws {
    let run = try notebook.begin(RunStart.sample())
    let asked = try notebook.tune(run: run.id, [("lr", "1e-4", nil), ("smooth", "0.9", nil)])
    let past = try notebook.tune(run: run.id, [("critic", "5", 3)])
    #expect(try notebook.waitingTweaks(run: run.id) == asked)
    try notebook.stamp(tweak: asked[1].id, step: 40)
    #expect(try notebook.waitingTweaks(run: run.id) == [asked[0]])
    #expect(try notebook.tweaks(run: run.id).map(\.dial) == ["smooth", "critic", "lr"])
    // In the order in which they were asked for: a run that was killed comes to an earlier one's step again.
    #expect(try notebook.tweaks(run: run.id).map(\.step) == [40, 3, nil])
    #expect(past[0].setting == "5")
  }

  @Test func `a request is taken once, in order, and goes with its run`() throws {
    let run = try notebook.begin(RunStart.sample())
    for request in [RunRequest.pause, .proceed, .stop] {
      try notebook.ask(request, ofRun: run.id)
    }
    #expect(try notebook.takeRequests(run: run.id) == [.pause, .proceed, .stop])
    #expect(try notebook.takeRequests(run: run.id).isEmpty)
    try notebook.tune(run: run.id, [("lr", "1e-4", nil)])
    try notebook.finish(run: run.id, status: .stopped, stepsDone: 3)
    _ = try notebook.delete(run: run.name)
    #expect(try notebook.tweaks(run: run.id).isEmpty)
  }

  @Test func `what a process that ended did not hear of is not asked of the next`() throws {
    let run = try notebook.begin(RunStart.sample())
    let request = try notebook.ask(.stop, ofRun: run.id)
    try notebook.finish(run: run.id, status: .interrupted, stepsDone: 3)
    _ = try notebook.resume(run: run.id, fromStep: 3)
    #expect(try notebook.takeRequests(run: run.id).isEmpty)
    #expect(try notebook.isTaken(request: request))
  }
}
