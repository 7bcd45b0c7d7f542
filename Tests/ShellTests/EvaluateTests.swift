import Foundation
import TestSupport
import Testing

@Suite struct EvaluateTests {
  private static let setting = """
    data seen portraits count=64 size=8 channels=1
    data others portraits count=32 size=8 channels=1 seed=2
    data large portraits count=32 size=16 channels=1
    arch tell custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run tell on seen batch=16 steps=20 lr=1e-2 as glasses
    """

  private func evaluate(_ statement: String, after more: String = "") throws -> (
    output: String, errors: String
  ) {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting + "\n" + more)
      #expect(made.status == 0, "\(made.errors)")
      let result = try Program.run(["-c", statement], in: folder)
      return (result.output, result.errors)
    }
  }

  @Test func `each attribute has a row, and all together`() throws {
    let output = try evaluate("evaluate glasses on others | csv").output
    let lines = output.split(separator: "\n").map(String.init)
    #expect(
      lines.first
        == "label,known,right,holds,recall,precision,AP,balanced,calibration error")
    #expect(lines.count == 4, "\(output)")
    #expect(lines[1].hasPrefix("Smiling,32,") && lines[2].hasPrefix("Eyeglasses,32,"))
    #expect(lines[3].hasPrefix("all together,64,"))
    let shares = lines.dropFirst().compactMap {
      Double($0.split(separator: ",", omittingEmptySubsequences: false)[2])
    }
    #expect(shares.count == 3 && abs((shares[0] + shares[1]) / 2 - shares[2]) < 1e-9)
  }

  @Test func `what cannot be evaluated is named`() throws {
    #expect(
      try evaluate("evaluate glasses on large").errors.contains(
        "is of images of 8x8x1, but `large` holds images of 16x16x1"))
    let pair = """
      arch pair custom image=8x8x1 latent=2 { generator { dense 8x8x1; tanh }
        discriminator { flatten; dense 1 } }
      run pair on seen batch=16 steps=1 as made
      """
    #expect(
      try evaluate("evaluate made on others", after: pair).errors.contains(
        "run `made` has no classifier, and tells no labels"))
    for (line, fact) in [
      ("evaluate made every", "`every` needs `checkpoint` after it"),
      ("evaluate made every 2", "every is `checkpoint`, not `2`"),
      ("evaluate made metrics=modes", "`evaluate RUN classifier=RUN` counts them"),
    ] {
      let told = try evaluate(line, after: pair).errors
      #expect(told.contains(fact), "\(told)")
    }
    let classes = """
      arch sorts custom image=8x8x1 labels=Smiling { classifier { flatten; dense 1 } }
      """
    #expect(
      try evaluate("evaluate sorts on others", after: classes).errors.contains("`sorts`"))
  }
}
