import Foundation
import MetricDescriptions
import Metrics
import TestSupport
import Testing
import Training

/// Features that were made elsewhere, against NumPy and SciPy.
@Suite struct FeatureFileTests {
  private func file(_ name: String) throws -> FeatureFile {
    try FeatureFile(path: Fixture.folder.appending(path: "metrics/files/\(name)").path)
  }

  private func rows(_ name: String) throws -> FeatureMatrix {
    var rows: FeatureMatrix?
    if case .rows(let some) = try file(name).contents { rows = some }
    return try #require(rows)
  }

  @Test func `arrays, archives and safetensors have the same rows`() throws {
    let made = try rows("made.npy")
    #expect(made.count == 12 && made.width == 5 && made.isFinite)
    #expect(try rows("made.safetensors") == made)
    let half = try rows("half.npy")
    #expect(zip(half.values, made.values).allSatisfy { abs($0 - $1) < 2e-3 })
    #expect(half.values != made.values)
    #expect(try file("real.npz").count == 15)
    #expect(try file("statistics.npz").count == nil && file("statistics.npz").width == 5)
  }

  @Test func `a Fréchet distance is the same from features and from mean and covariance`() throws {
    struct Wanted: Decodable { let fid: Double }
    let wanted = try Fixture.json("metrics/files/distance.json", as: Wanted.self).fid
    func distance(_ one: String, _ other: String) throws -> Double {
      let (samples, examples) = (EvaluatedSide(try file(one)), EvaluatedSide(try file(other)))
      let results = try SampleEvaluation(samples: samples, examples: examples, seed: 1)
        .readings(of: [.frechetDistance])
      return try #require(results.first?.result.get().first?.value)
    }
    for (one, other) in [
      ("made.npy", "real.npz"), ("made.npy", "statistics.npz"), ("statistics.npz", "made.npy"),
      ("real.npz", "made.safetensors"),
    ] {
      let found = try distance(one, other)
      #expect(abs(found - wanted) < 1e-5 * wanted, "\(one) \(other): \(found), not \(wanted)")
    }
  }

  @Test func `what is no covariance is refused`() {
    for (name, fact) in [
      ("lopsided.npz", "it is not symmetric"), ("negative.npz", "its least eigenvalue is"),
      ("alone.npz", "but no mean `mu`"),
    ] {
      #expect { _ = try file(name) } throws: { "\($0)".contains(fact) }
    }
  }

  @Test func `what takes features or images says that there are none`() throws {
    let (made, known) = (try file("made.npy"), try file("statistics.npz"))
    let evaluation = SampleEvaluation(
      samples: EvaluatedSide(made, rows: 8), examples: EvaluatedSide(known), seed: 1)
    let results = try evaluation.readings(of: [
      .frechetDistance, .kernelDistance, .slicedWasserstein, .inceptionScore,
    ])
    func lack(_ measure: Measure) -> SampleEvaluation.Lack? {
      guard case .failure(let lack)? = results.first(where: { $0.measure == measure })?.result
      else { return nil }
      return lack
    }
    #expect(lack(.frechetDistance) == nil)
    #expect(lack(.kernelDistance) == .ofStatistics)
    #expect(lack(.slicedWasserstein) == .ofFeatures && lack(.inceptionScore) == .ofFeatures)
  }

  @Test(arguments: [
    ("row.npy", "a row for each image"), ("turned.npy", "Fortran's order"),
    ("two.npz", "2 arrays (first, second)"), ("objects.npz", "its element is |O"),
    ("crooked.npz", "a mean and its covariance"), ("distance.json", "no NumPy array or archive"),
    ("nothing.npy", "there is no such file"), ("", "it is no file"),
  ])
  func `what is no file of features is refused with the reason`(
    name: String, reason: String
  ) throws {
    let error = #expect(throws: FeatureFileError.self) { try file(name) }
    #expect(error?.fact.contains(reason) == true, "\(name): \(error?.fact ?? "")")
  }

  @Test func `no file that was cut or changed ends the program`() throws {
    try withFolder { folder in
      for name in ["made.npy", "real.npz", "statistics.npz", "made.safetensors"] {
        let whole = try Data(
          contentsOf: Fixture.folder.appending(path: "metrics/files/\(name)"))
        let place = folder.appending(path: name)
        for number in 0..<60 {
          var bytes = whole
          if number % 2 == 0 {
            bytes = bytes.prefix(whole.count * number / 60)
          } else {
            bytes[whole.count * number / 60] ^= UInt8(1 + number * 7 % 255)
          }
          try bytes.write(to: place)
          // Some changes leave a file of other numbers.
          let found = try? FeatureFile(path: place.path)
          #expect(found.map { $0.width > 0 } ?? true)
        }
      }
    }
  }
}
