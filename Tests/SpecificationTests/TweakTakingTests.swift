import Language
import Networks
import Specification
import Testing

/// Turns of the parent that a branch takes over, beside what it says itself.
@Suite struct TweakTakingTests {
  /// - Parameter turns: `5 betas=0,0.9`: the step, and what was typed.
  private func taken(
    _ turns: [String], after done: Int = 100, without options: String
  ) throws -> [String] {
    let typed = try statement("recipe r \(options)")
    let recipe = try RecipeSpecification(parsing: typed, .all)
    let tweaks = try turns.flatMap { turn in
      let parts = turn.split(separator: " ", maxSplits: 1)
      return try RecipeSpecification(generatorAverage: 0.5, penalties: [.init("gp", weight: 1)])
        .settings(statement("tune a \(parts[1])").options, rest: 700, .all)
        .map { Tweak($0.dial, $0.setting, from: try #require(Int(parts[0]))) }
    }
    return tweaks.taken(after: done, without: typed.options.map(\.key.text), into: recipe).map {
      "\($0.step) \($0.dial.rawValue)=\($0.setting)"
    }
  }

  @Test(
    arguments: [
      (["5 betas=0.1,0.8"], "beta1=0.3", ["5 beta2=0.8"]),
      (["5 betas=0.1,0.8"], "beta2=0.9", ["5 beta1=0.1"]),
      (["5 betas=0.1,0.8"], "beta1=0.3->0 over 50", ["5 beta2=0.8"]),
      (["5 betas=0.1,0.8"], "beta1=0.3 beta2=0.9", []),
      (["5 betas=0.1,0.8"], "dbetas=0.2,0.7", ["5 gbetas=0.1,0.8"]),
      (["5 gbetas=0.1,0.8"], "beta1=0.3", ["5 gbetas=0.3,0.8"]),
      (["5 betas=0.1,0.8"], "gbetas=0.2,0.7 beta2=0.6", ["5 dbetas=0.1,0.6"]),
      (["5 beta1=0.1"], "betas=0.2,0.7", []),
      (
        ["5 beta1=0.1", "9 beta2=0.8"], "dbetas=0.2,0.7",
        ["5 gbetas=0.1,0.999", "9 gbetas=0.1,0.8"]
      ),
      (["5 beta1=0.4->0.2 over 10"], "dbetas=0.2,0.7", ["5 gbetas=0.2,0.999"]),
      (["5 beta1=0.4->0.2 over 1000"], "lr=1e-3", ["5 beta1=0.4->0.2 over 1000"]),
    ] as [([String], String, [String])])
  func `decays that a branch says take away what was turned of them, and no more`(
    turns: [String], options: String, rest: [String]
  ) throws {
    #expect(try taken(turns, without: options) == rest)
  }

  @Test func `what was not in force yet, or is said anew, is left out`() throws {
    #expect(try taken(["5 lr=1e-4", "101 lr=1e-5"], without: "beta1=0") == ["5 lr=0.0001"])
    #expect(try taken(["5 lr=1e-4"], without: "glr=1e-3") == ["5 dlr=0.0001"])
    #expect(try taken(["5 penalty=4"], without: "penalty=r1:1") == [])
    #expect(try taken(["5 ema=0.9", "6 lr=1"], without: "ema-half-life=100") == ["6 lr=1"])
  }
}
