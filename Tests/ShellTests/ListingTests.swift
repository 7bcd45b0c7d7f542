import Testing

@testable import Shell

@Suite struct ListingTests {
  private var listing: Listing {
    var listing = Listing(["name", "steps", "loss"])
    listing.append([.text("base"), .integer(20000), .number(0.69314)])
    listing.append([.text("a \"quoted\"\nname"), .integer(7), .number(.nan)])
    return listing
  }

  @Test func `columns are aligned, numbers to the right`() {
    #expect(
      listing.aligned() == [
        "name              steps    loss",
        "base             20,000  0.6931",
        "a \"quoted\" name       7     nan",
      ])
  }

  @Test func `a narrow terminal cuts the widest text`() {
    #expect(listing.aligned(width: 26).allSatisfy { $0.count <= 28 })
  }

  @Test func `JSON holds the values themselves`() {
    #expect(
      listing.json == """
        [
          {"name": "base", "steps": 20000, "loss": 0.69314},
          {"name": "a \\"quoted\\"\\nname", "steps": 7, "loss": "nan"}
        ]
        """)
    #expect(Listing(["a"]).json == "[]")
  }

  @Test(arguments: [
    (0, "0"), (1, "1.000"), (-0.5, "-0.5000"), (12.345, "12.35"), (123.45, "123.5"),
    (9999.6, "10000"), (1e6, "1.000e6"), (2e-4, "2.000e-4"), (9.9999e-5, "1.000e-4"),
    (.infinity, "inf"), (-1e300, "-1.000e300"),
  ] as [(Double, String)])
  func `numbers are brief`(number: Double, text: String) {
    #expect(brief(number) == text)
  }

  @Test(arguments: [
    (0.04, "0.0 s"), (9.96, "10 s"), (59.4, "59 s"), (60, "1 min"), (200, "3 min 20 s"),
    (7500, "2 h 5 min"), (270_000, "3 d 3 h"), (.infinity, "ages"), (-3, "0.0 s"),
  ] as [(Double, String)])
  func `durations are spoken`(seconds: Double, text: String) {
    #expect(spoken(seconds: seconds) == text)
  }

  @Test(arguments: [(0, "0 B"), (999, "999 B"), (4200, "4.2 kB"), (13_400_000, "13 MB")])
  func `sizes are spoken`(bytes: Int, text: String) {
    #expect(spoken(bytes: bytes) == text)
  }
}
