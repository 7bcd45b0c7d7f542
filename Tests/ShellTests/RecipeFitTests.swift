import TestSupport
import Testing

/// Recipes and networks that contradict each other are told at the line, before a run is written down.
@Suite struct RecipeFitTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=4
    arch packed like mlp points=2 width=4 pack=3
    arch eights like mlp points=2 width=4 pack=8
    recipe moved augment-translation=0.125

    """

  private func refusal(_ line: String) throws -> String {
    try Program.withFolder { folder in
      let result = try Program.run([], in: folder, input: Self.declarations + line)
      #expect(result.status == 1, "\(result.errors)")
      let runs = try Program.run(["-c", "runs"], in: folder)
      #expect(runs.output.contains("no runs yet"), "\(runs.output)")
      return result.errors
    }
  }

  @Test func `a remedy of images does not go with points`() throws {
    let typed = try refusal("run mine on ring steps=4 augment-cutout=0.5 as x")
    #expect(typed.contains("error: `augment-cutout` changes images, and examples are points"))
    #expect(
      typed.contains(
        """
            run mine on ring steps=4 augment-cutout=0.5 as x
                                     ^^^^^^^^^^^^^^^^^^
        """), "\(typed)")
    #expect(typed.contains("help: `augment-cutout=no` leaves it out"), "\(typed)")
    let declared = try refusal("run mine on ring with moved steps=4")
    #expect(
      declared.contains(
        """
            run mine on ring with moved steps=4
                                  ^^^^^
        """), "\(declared)")
  }

  @Test func `a batch is a multiple of what is judged together`() throws {
    let typed = try refusal("run packed on ring steps=4 batch=16")
    #expect(typed.contains("a batch of 16 cannot be judged 3 at once"), "\(typed)")
    #expect(
      typed.contains(
        """
            run packed on ring steps=4 batch=16
                                       ^^^^^^^^
          help: give one that is: `batch=15`
        """), "\(typed)")
    let usual = try refusal("run packed on ring steps=4")
    #expect(
      usual.contains(
        """
            run packed on ring steps=4
                ^^^^^^
        """), "\(usual)")
    let small = try refusal("run eights on ring steps=4 batch=4")
    #expect(small.contains("`batch=8`"), "\(small)")
  }

  @Test func `tune refuses what the declaration refuses`() throws {
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "run mine on ring steps=4 batch=4 updates=extragradient as ahead\ntune ahead critic=5")
      #expect(made.status == 1, "\(made.output)")
      #expect(
        made.errors.contains("`updates=extragradient` moves both players once"), "\(made.errors)")
      #expect(
        made.errors.contains(
          """
              tune ahead critic=5
                         ^^^^^^^^
          """), "\(made.errors)")
    }
  }
}
