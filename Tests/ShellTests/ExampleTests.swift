import Foundation
import Shell
import TestSupport
import Testing

/// Every example of every command, option and entry of the manual is tried by the program itself.
@Suite struct ExampleTests {
  /// Examples in the setting that each takes for granted.
  static let examples = Manual.examples

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

  @Test func `every option has an example`() {
    let recipe = Set(recipeOptions.map(\.key))
    for use in OptionUse.all {
      // What other commands take of a recipe's options is tried there.
      if use.command.name != "recipe" && recipe.contains(use.option.key) { continue }
      let example = use.example
      #expect(
        example?.script.contains(" \(use.option.key)=") == true,
        "`\(use.option.key)` of `\(use.command.name)`: give its OptionSynopsis an example")
    }
  }

  @Test func `every entry of the manual has an example, keys and plain words apart`() {
    for section in Manual.sections where !["shortcuts", "terms"].contains(section.name) {
      for entry in section.entries {
        #expect(entry.example?.script.contains(entry.name) == true, "\(entry.name)")
      }
    }
    for section in Manual.sections {
      #expect(Set(section.entries.map(\.name)).count == section.entries.count)
      for entry in section.entries {
        #expect(entry.summary.last != "." && entry.summary.count <= 84, "\(entry.summary)")
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
