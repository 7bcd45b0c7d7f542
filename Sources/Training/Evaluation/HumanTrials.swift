import Digests
package import Foundation
package import Metrics

/// What is kept of a page of trials, and never stands on it: what each picture is.
package struct TrialKey: Codable, Sendable, Hashable {
  /// Of each trial, whether its picture is real; of two, whether the first is of the run that is measured.
  package var truths: [Bool]
  /// Whether each trial has two pictures.
  package var isOfPairs: Bool
  /// What they were set beside, as typed.
  package var against: String
  /// What the latents were drawn with.
  package var seed: UInt64
  /// Random, so that nobody can compute the page's number from what it holds.
  package var nonce: UInt64
  package var conditions: EvaluationConditions

  package init(
    truths: [Bool], isOfPairs: Bool, against: String, seed: UInt64, nonce: UInt64,
    conditions: EvaluationConditions
  ) {
    (self.truths, self.isOfPairs, self.against) = (truths, isOfPairs, against)
    (self.seed, self.nonce, self.conditions) = (seed, nonce, conditions)
  }

  /// As the notebook keeps it.
  package var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self)
    }
  }

  /// What the page is called: 32 hexadecimal digits.
  package static func number(of json: Data) -> String {
    String(SHA256.digest(of: json).prefix(32))
  }
}

/// What a rater has answered on a page, as its script saves it.
package struct TrialAnswers: Decodable, Sendable, Hashable {
  package let page, rater, begun: String
  package let answers: [Answer]

  package struct Answer: Decodable, Sendable, Hashable {
    package let trial: Int
    /// Whether the picture was taken for real; of two, whether the first was chosen.
    package let said: Bool
    package let milliseconds: Double

    private enum CodingKeys: CodingKey { case trial, answer, milliseconds }

    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      trial = try values.decode(Int.self, forKey: .trial)
      milliseconds = try values.decode(Double.self, forKey: .milliseconds)
      if let side = try? values.decode(Int.self, forKey: .answer), (0...1).contains(side) {
        said = side == 0
      } else {
        let word = try values.decode(String.self, forKey: .answer)
        guard ["real", "generated"].contains(word) else {
          throw DecodingError.dataCorruptedError(
            forKey: .answer, in: values, debugDescription: "an answer is neither real nor generated"
          )
        }
        said = word == "real"
      }
    }
  }

  private enum CodingKeys: CodingKey { case gansh, version, page, rater, begun, answers }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    guard try values.decode(String.self, forKey: .gansh) == "human answers" else {
      throw DecodingError.dataCorruptedError(
        forKey: .gansh, in: values, debugDescription: "it does not say that it is answers")
    }
    guard try values.decode(Int.self, forKey: .version) == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: values, debugDescription: "it is of a later version")
    }
    page = try values.decode(String.self, forKey: .page)
    rater = try values.decode(String.self, forKey: .rater)
    begun = try values.decode(String.self, forKey: .begun)
    answers = try values.decode([Answer].self, forKey: .answers)
  }

  /// What is wrong with the answers, as answers about the trials of a key; nil: nothing.
  package func fault(beside key: TrialKey) -> String? {
    guard !answers.isEmpty else { return "it has no answers" }
    if let answer = answers.first(where: { !key.truths.indices.contains($0.trial) }) {
      return
        "it has an answer for trial \(answer.trial), and the page has \(key.truths.count) trials"
    }
    if Set(answers.map(\.trial)).count < answers.count { return "it answers a trial twice" }
    guard answers.allSatisfy({ $0.milliseconds.isFinite && $0.milliseconds >= 0 }) else {
      return "it has times below 0"
    }
    return nil
  }
}

extension HumanJudgement {
  /// Of all raters of one page.
  package init(_ raters: [TrialAnswers], beside key: TrialKey) {
    self.init(
      raters.enumerated().flatMap { number, rater in
        rater.answers.map {
          Answer(rater: number, trial: $0.trial, truth: key.truths[$0.trial], said: $0.said)
        }
      })
  }
}
