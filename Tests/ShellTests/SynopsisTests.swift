import Datasets
import Language
import Networks
import Shell
import Specification
import Testing

@Suite struct SynopsisTests {
  @Test func `the options listed are those that Specification reads`() throws {
    let data = Set(
      ([SourceSignature].all.keywords + ["from", "join"]).flatMap([SourceSignature].all.optionKeys))
    #expect(Set(dataOptions.map(\.key)) == data)
    #expect(Set(architectureOptions.map(\.key)) == Set(ArchitectureSpecification.optionKeys))
    #expect(
      Set(recipeOptions.map(\.key))
        == Set(RecipeSpecification.optionKeys + Signatures.all.remedies.map(\.keyword)))
    let run = Set(try #require(Registry.command(named: "run")).synopsis.options.map(\.key))
    #expect(run.isSuperset(of: RunSpecification.optionKeys))
  }

  @Test func `what an option is if left out is what holds then`() throws {
    let recipe = try RecipeSpecification(
      parsing: recipeOptions.compactMap { option in
        guard let initial = option.initial else { return nil }
        return try parse(SourceText(name: "", text: "x \(option.key)=\(initial)")).first?
          .options.first
      }, .all, base: RecipeSpecification(batch: 1, discriminatorSteps: 9))
    #expect(recipe == RecipeSpecification())
  }

  @Test(arguments: [
    ("run a b on c", "no use for `b`"), ("run a on", "`on` needs"), ("run a", "needs a declared"),
    ("run a on b on c", "second time"), ("show a show b", "no use for"), ("show", "one thing"),
    ("runs count=3", "no option `count`"), ("history { a }", "no block"),
    ("animate a", "needs a file"),
    ("quit & ", "`&`"), ("run a on b steps=1 epochs=1", "not both"), ("resume a steps=0", "from 1"),
    ("run a on b as on", "`as` needs"), ("run a on b as ../x", "cannot be a name"),
    ("samples a to b.gif", "PNG"), ("export a to b.exe", "no format"), ("compare a", "two runs"),
    ("history count=1 count=2", "twice"), ("data x", "needs a source"), ("recipe on", "word"),
  ])
  func `a statement that cannot be is refused before anything runs`(
    line: String, reason: String
  ) throws {
    let statement = try #require(try parse(SourceText(name: "", text: line)).first)
    #expect {
      _ = try Registry.read(statement, allowsAbbreviation: false)
    } throws: { error in
      let fault = error as? Diagnostic
      return ([fault?.message ?? ""] + (fault?.help ?? [])).contains { $0.contains(reason) }
    }
  }

  @Test func `the manual has everything that Specification knows, in its order`() {
    func names(_ section: Manual.Section) -> [String] { section.entries.map(\.name) }
    #expect(names(Manual.initialisations) == Initialisation.names)
    #expect(names(Manual.sources) == [SourceSignature].all.keywords)
    #expect(names(Manual.modes) == OutputMode.allCases.map(\.rawValue))
  }

  @Test func `a layer takes every key that the manual gives it`() throws {
    for entry in Manual.layers.entries {
      for option in entry.options {
        let value: String
        switch option.kind {
        case .choice(let values): value = values[0]
        default:
          let initial = option.initial?.split(separator: " ").first.map(String.init) ?? ""
          value = initial.first?.isNumber == true ? initial : "1"
        }
        let layers = "dense 4x4x4; \(entry.usage) \(option.key)=\(value); flatten; dense 2"
        let text = "arch a custom points=2 { generator { \(layers) }; discriminator { dense 1 } }"
        let statement = try #require(try parse(SourceText(name: "", text: text)).first)
        do { _ = try ArchitectureSpecification(parsing: statement, .all) } catch {
          // Shapes may not fit here; words, keys and values must be known.
          #expect(
            !error.message.contains("no option") && !error.message.contains(", not `"), "\(error)")
        }
      }
    }
  }
}
