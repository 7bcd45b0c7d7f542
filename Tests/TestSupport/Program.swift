package import Foundation

/// The gansh that was built beside the tests.
package enum Program {
  /// How a run of the program ended.
  package struct Result {
    package var status: Int32
    package var output: String
    package var errors: String
  }

  /// The path of the executable; nil where it was not built.
  package static var path: String? {
    // The tests run as `….xctest` or from the toolchain's helper with that bundle as an argument.
    for argument in CommandLine.arguments where argument.contains(".xctest") {
      let folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
      let candidate = folder.appendingPathComponent("gansh").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    return nil
  }

  /// An environment in which nothing of the user's shows: no colours, a home of its own.
  package static func environment(home: String) -> [String: String] {
    [
      "HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "INPUTRC": "/dev/null",
      "TERM": "xterm", "XDG_STATE_HOME": home + "/state", "XDG_CACHE_HOME": home + "/cache",
      "PAGER": "",
    ]
  }

  /// Runs the program to its end in a folder, with text on its standard input.
  package static func run(
    _ arguments: [String], in folder: String, input: String = "", mergesErrors: Bool = false,
    environment: [String: String] = [:]
  ) throws -> Result {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = Self.environment(home: folder).merging(environment) { $1 }
    // Files, not pipes: nothing blocks however much is written.
    let inputPath = folder + "/.input-\(UUID().uuidString)"
    let outputPath = folder + "/.output-\(UUID().uuidString)"
    let errorPath = folder + "/.errors-\(UUID().uuidString)"
    for (file, text) in [(inputPath, input), (outputPath, ""), (errorPath, "")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }
    defer {
      for file in [inputPath, outputPath, errorPath] {
        try? FileManager.default.removeItem(atPath: file)
      }
    }
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
    process.standardOutput = output
    process.standardError =
      mergesErrors ? output : try FileHandle(forWritingTo: URL(fileURLWithPath: errorPath))
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOfFile: outputPath, encoding: .utf8),
      errors: try String(contentsOfFile: errorPath, encoding: .utf8))
  }

  /// Starts the program in a folder and does not wait; what it prints goes to `NAME.out` and
  /// `NAME.err` there.
  ///
  /// - Parameter wrapper: a program and its arguments that starts it in its turn.
  package static func start(
    _ arguments: [String], in folder: String, named name: String, wrapper: [String] = []
  ) throws -> Process {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let process = Process()
    let command = wrapper + [path] + arguments
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment(home: folder)
    process.standardInput = FileHandle.nullDevice
    for suffix in ["out", "err"] {
      let file = "\(folder)/\(name).\(suffix)"
      try Data().write(to: URL(fileURLWithPath: file))
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
      if suffix == "out" { process.standardOutput = handle } else { process.standardError = handle }
    }
    try process.run()
    return process
  }

  /// Runs a line of bash in a folder, in which `$G` is the program.
  package static func bash(_ line: String, in folder: String) throws -> Result {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "(\(line)) > .out 2> .err < /dev/null"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment(home: folder).merging(["G": path]) { $1 }
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOfFile: folder + "/.out", encoding: .utf8),
      errors: try String(contentsOfFile: folder + "/.err", encoding: .utf8))
  }

  /// A folder with a notebook of a run `base` of four steps, and a recipe `calm`.
  package static func withRun<Value>(_ body: (String) throws -> Value) throws -> Value {
    try withFolder { folder in
      let made = try run(
        [], in: folder,
        input: """
          data ring ring modes=8
          arch mine like mlp points=2 width=4
          recipe calm lr=1e-4
          run mine on ring steps=4 batch=4 samples=4 sample-every=2 as base
          """)
      guard made.status == 0 else { throw FixtureError("no run could be made: \(made.errors)") }
      return try body(folder)
    }
  }

  /// Runs `body` with a fresh folder that is removed afterwards.
  package static func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.resolvingSymlinksInPath().path)
  }
}
