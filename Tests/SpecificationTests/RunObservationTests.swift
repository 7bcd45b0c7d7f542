import Language
import Networks
import Specification
import Testing

/// What a run is looked at for, as it is typed and kept.
@Suite struct RunObservationTests {
  private func specification(_ options: String) throws -> RunSpecification {
    try RunSpecification(
      stored: """
        data ring ring modes=8
        arch a custom points=2 latent=2 {
          generator init=torch { dense 2 }
          discriminator init=torch { dense 1 } }
        recipe r lr=1e-3
        run a on ring with r steps=5 seed=1 \(options)
        """)
  }

  @Test func `a text without it means what programs did before`() throws {
    let plain = try specification("")
    #expect(plain.observation == .neutral && plain.observation.signals == nil)
    #expect(!plain.description.contains("signals") && !plain.description.contains("gradients="))
    #expect(
      try specification("signals=no on-collapse=warn gradients=networks classifier=no")
        .description
        == plain.description)
  }

  @Test(
    arguments: [
      ("signals=3%", " signals=3%"), ("signals=0.05", " signals=5%"),
      ("signals=0.1% gradients=layers", " signals=0.1% gradients=layers"),
      ("on-collapse=pause", " on-collapse=pause"),
      ("signals=0.01%", " signals=0.01%"), ("signals=0.123456%", " signals=0.1235%"),
      ("signals=2.5% on-collapse=branch:calm", " signals=2.5% on-collapse=branch:calm"),
      ("classifier=judge", " classifier=judge"), ("classifier=no signals=3%", " signals=3%"),
      (
        "classifier=\"judge@0123456789abcdef\"", " classifier=judge@0123456789abcdef"
      ),
    ])
  func `it is printed as it is read, and changes no number`(typed: String, printed: String) throws {
    let one = try specification(typed)
    #expect(one.schedule.hasSuffix(printed), "\(one.schedule)")
    #expect(try RunSpecification(stored: one.description) == one)
    #expect(one.essence == (try specification("")).essence)
  }

  @Test(
    arguments: [
      ("signals=0", "signals is a share of the time from 0.01%"),
      ("signals=0.00001%", "from 0.01% to 50%"), ("signals=80%", "to 50%"),
      ("signals=often", "or `no`"),
      ("on-collapse=puase", "did you mean `pause`?"),
      ("on-collapse=branch", "needs a recipe"), ("gradients=all", "networks, layers"),
      ("classifier=5", "the name of a classifier's run"),
      ("classifier=\"a@b\"", "`classifier=judge`"),
      ("classifier=\"@0123456789abcdef\"", "the name of a classifier's run"),
    ])
  func `what it cannot be is told`(typed: String, fact: String) {
    let fault = #expect(throws: Diagnostic.self) { try specification(typed) }
    let text = ([fault?.message ?? ""] + (fault?.help ?? [])).joined(separator: "\n")
    #expect(text.contains(fact), "\(text)")
  }
}
