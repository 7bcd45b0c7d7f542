import Glibc
import Testing

import Terminal

/// One after the other: they change the environment.
@Suite(.serialized) struct EnvironmentTests {
  private func with(_ variables: [String: String?], _ body: () -> Void) {
    let saved = variables.keys.map { ($0, getenv($0).map { String(cString: $0) }) }
    func set(_ name: String, _ value: String?) {
      if let value { setenv(name, value, 1) } else { unsetenv(name) }
    }
    for (name, value) in variables { set(name, value) }
    body()
    for (name, value) in saved { set(name, value) }
  }

  @Test func `a file gets no colour unless colour is forced`() {
    with(["NO_COLOR": nil, "FORCE_COLOR": nil, "CLICOLOR_FORCE": nil]) {
      // Tests do not run on a terminal's standard input when it is a pipe; ask a policy that cannot.
      #expect(!ColourPolicy(isForbidden: true).allowsColour(on: .output))
    }
    with(["NO_COLOR": nil, "FORCE_COLOR": "1"]) {
      #expect(ColourPolicy().allowsColour(on: .output))
      #expect(!ColourPolicy(isForbidden: true).allowsColour(on: .output))
    }
    with(["NO_COLOR": "1", "FORCE_COLOR": "1"]) {
      #expect(!ColourPolicy().allowsColour(on: .output))
    }
    with(["NO_COLOR": "", "FORCE_COLOR": "1"]) {
      #expect(ColourPolicy().allowsColour(on: .output))
    }
    with(["NO_COLOR": nil, "FORCE_COLOR": nil, "CLICOLOR_FORCE": nil, "TERM": "dumb"]) {
      #expect(!ColourPolicy().allowsColour(on: .output))
      #expect(!ColourPolicy().allowsMovement(on: .output))
    }
  }

  @Test func `folders follow the XDG variables, relative ones ignored`() {
    with(["XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "relative", "HOME": "/h"]) {
      #expect(StandardFolders.state == "/s/gansh")
      #expect(StandardFolders.cache == "/h/.cache/gansh")
      #expect(StandardFolders.expandingHome("~/faces") == "/h/faces")
      #expect(StandardFolders.expandingHome("~other/faces") == "~other/faces")
    }
  }

}
