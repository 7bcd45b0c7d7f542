import Notebook
import Shell
import Testing

@Suite struct StalenessTests {
  @Test(
    arguments: [
      ("run dc on faces with calm steps=3", ["dc", "faces", "calm"]),
      ("run dc on faces", ["dc", "faces"]),
      ("recipe calmer like calm lr=1", ["calm"]), ("arch b like a", ["a"]),
      ("arch b like dcgan image=32x32x3", ["dcgan"]), ("data ring ring modes=8", []),
      ("show data ring; show arch mine", ["ring", "mine"]), ("show base", []), ("sql select 1", []),
      ("runs where lr<3", []), ("run dc on", []), ("nothing a on b", []), ("{", []),
    ] as [(String, [String])])
  func `what a statement uses is known from its command`(source: String, expected: [String]) {
    #expect(Staleness.uses(of: source).map(\.1) == expected)
  }
}
