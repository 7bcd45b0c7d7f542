import Datasets
import Language
import Networks
import Specification

/// The only statement of a text.
func statement(_ text: String) throws -> Statement {
  let all = try parse(SourceText(name: "test", text: text))
  guard let first = all.first, all.count == 1 else {
    throw Diagnostic("not one statement: \(text)")
  }
  return first
}

func architecture(
  _ text: String, known: [String: ArchitectureSpecification] = [:]
) throws -> ArchitectureSpecification {
  try ArchitectureSpecification(parsing: statement(text), .all, known: known)
}

/// The diagnostic that a declaration ends in, as it is shown; nil when it is right.
func fault(_ text: String, name: String = "test") -> String? {
  let source = SourceText(name: name, text: text)
  do {
    var architectures: [String: ArchitectureSpecification] = [:]
    for statement in try parse(source) {
      switch statement.verb.text {
      case "arch":
        architectures[try statement.declaredName()] = try ArchitectureSpecification(
          parsing: statement, .all, known: architectures)
      case "data": _ = try DatasetSpecification(parsing: statement, .all)
      default: _ = try RecipeSpecification(parsing: statement, .all)
      }
    }
    return nil
  } catch {
    return error.rendered(in: source, colour: false)
  }
}

/// A small generator for properties: the same seed gives the same values (SplitMix64).
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func pick<T>(_ values: [T]) -> T {
    values[Int.random(in: 0..<values.count, using: &self)]
  }
  mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func real(_ range: ClosedRange<Double>) -> Double {
    Bool.random(using: &self) ? Double.random(in: range, using: &self) : range.upperBound
  }
  mutating func coin() -> Bool { Bool.random(using: &self) }
}
