import Foundation
import Shell
import TestSupport
import Testing

/// Every example of every command is tried by the program itself.
@Suite struct ExampleTests {
  /// Commands in the setting that each of their examples takes for granted.
  static let examples: [(name: String, example: Example)] = Registry.commands.flatMap { command in
    command.synopsis.examples.map { (command.synopsis.name, $0) }
  }

  @Test(arguments: ExampleSetting.allCases)
  func `the examples that take this for granted work`(setting: ExampleSetting) throws {
    try Program.withFolder { origin in
      let made = try Program.run([], in: origin, input: setting.script)
      try #require(made.status == 0, "\(made.errors)")
      try ExampleSetting.declarations.script
        .write(toFile: origin + "/declarations.gansh", atomically: true, encoding: .utf8)
      for (name, example) in Self.examples where example.setting == setting {
        try Program.withFolder { folder in
          let copy = folder + "/lab"
          try FileManager.default.copyItem(atPath: origin, toPath: copy)
          let result = try Program.run([], in: copy, input: example.script)
          #expect(result.status == 0, "\(name): \(example.script)\n\(result.errors)")
          #expect(example.script == "quit" || !result.output.isEmpty, "\(name) says something")
        }
      }
    }
  }

  @Test func `every command has an example and speaks of itself properly`() {
    for command in Registry.commands {
      let synopsis = command.synopsis
      #expect(!synopsis.examples.isEmpty, "\(synopsis.name)")
      #expect(synopsis.summary.first?.isLowercase == true && synopsis.summary.last != ".")
      #expect(synopsis.summary.count <= 72, "\(synopsis.name): one line")
      let keys = synopsis.options.map(\.key)
      #expect(Set(keys).count == keys.count, "\(synopsis.name): a key twice")
    }
    #expect(Set(Registry.verbs).count == Registry.verbs.count)
  }
}
