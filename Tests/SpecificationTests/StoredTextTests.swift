import Datasets
import Language
import Networks
import Specification
import Testing

/// Texts that are kept: what they leave out is neutral, and what they say is read back exactly.
@Suite struct StoredTextTests {
  @Test func `what a text leaves out is neutral, whatever the defaults are`() throws {
    #expect(try RecipeSpecification(stored: statement("recipe r")) == .neutral)
    let read = try RecipeSpecification(stored: statement("recipe r lr=1 precision=bf16"))
    #expect(read.precision == .bfloat16 && read.batch == RecipeSpecification.neutral.batch)
    for (key, value) in RecipeSpecification.neutralArguments {
      #expect(!"\(RecipeSpecification.neutral)".contains("\(key)="), "it is not printed")
      #expect(
        try RecipeSpecification(stored: statement("recipe r \(key)=\(value)")) == .neutral)
    }
    // What a default would change is in the text: another default is read as what was written.
    var other = RecipeSpecification(precision: .bfloat16)
    other.batch = 1
    #expect(try RecipeSpecification(stored: statement("recipe r \(other)")) == other)
  }

  @Test(arguments: 0..<20) func `every number is read back to the last bit`(seed: UInt64) throws {
    var dice = Dice(state: 5 + seed)
    for _ in 0..<500 {
      let number = Double(bitPattern: dice.next())
      guard number.isFinite else { continue }
      let option = try #require(try statement("x a=\(printed(number))").options.first)
      guard case .number(let read) = option.value.value else {
        Issue.record("\(printed(number)) is no number")
        continue
      }
      #expect(read.bitPattern == number.bitPattern, "\(number)")
    }
    for number in [0, -0.0, 1e15, 1e15 - 1, .leastNonzeroMagnitude, 0.1, .greatestFiniteMagnitude]
      as [Double]
    {
      let option = try #require(try statement("x a=\(printed(number))").options.first)
      guard case .number(let read) = option.value.value else {
        Issue.record("\(printed(number)) is no number")
        continue
      }
      #expect(read.bitPattern == number.bitPattern, "\(number)")
    }
  }

  @Test(arguments: 0..<20) func `every label and path is read back, letter by letter`(
    seed: UInt64
  ) throws {
    var dice = Dice(state: 99 + seed)
    let letters: [Unicode.Scalar] = [
      ",", "\"", "=", "\n", "\r", "\t", "\\", " ", "ß", "é", "\u{301}", "語", "🙂", "#", "{", "}",
      ";",
      "&", "|", "'", ":", "+", "-", ">", "a", "7", ".", "/", "~", "\u{85}", "\u{2028}", "\u{7F}",
      "\u{1}",
      "\u{FEFF}", "%",
    ]
    for _ in 0..<200 {
      var text = "/"
      for _ in 0..<dice.whole(0...12) { text.unicodeScalars.append(dice.pick(letters)) }
      let labels = text + "."
      let dataset = DatasetSpecification(
        source: .read(
          SourceSpecification(
            "folder", [.init("path", .word(text)), .init("labels", .word(labels))])),
        preprocessing: Preprocessing(
          height: 8, width: 8, channels: 3, crop: .none, filter: .box, flip: false))
      let read = try DatasetSpecification(parsing: statement("data d \(dataset)"), .all)
      let path = try #require(read.source.path)
      let table = try #require(read.source.labelsFile)
      #expect(Array(path.unicodeScalars) == Array(text.unicodeScalars), "\(dataset)")
      #expect(Array(table.unicodeScalars) == Array(labels.unicodeScalars), "\(dataset)")
    }
  }

  @Test func `a keyword of a newer program is kept, and named where it is to be built`() throws {
    let text = """
      data d ring
      arch a custom points=2 latent=2 prior=normal {
        generator init=torch { dense 4; warp 3; dense 2 }
        discriminator init=torch { dense 1 }
      }
      recipe r
      run a on d with r steps=1 seed=1 as x
      """
    let read = try RunSpecification(stored: text)
    #expect("\(read.architecture)".contains("warp 3"))
    let fault = #expect(throws: Diagnostic.self) { try Signatures.all.check(read.architecture) }
    #expect(fault?.message.contains("warp") == true, "\(fault?.message ?? "")")
  }
}
