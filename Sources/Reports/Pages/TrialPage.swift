package import Foundation

/// A page on which people tell what is real, or which of two they take for it: one HTML file that needs nothing else.
///
/// It holds pictures in an order of its own for each rater, and nothing that tells where one comes from; answers are saved
/// by the browser as a file.
package struct TrialPage: Sendable {
  /// What a trial asks.
  package enum Kind: String, Codable, Sendable {
    /// Whether one picture is real or generated.
    case realOrGenerated = "real-or-generated"
    /// Which of two pictures is meant.
    case either = "a-or-b"
  }

  /// By which its answers are known again.
  package var id: String
  package var title, question: String
  package var kind: Kind
  /// Milliseconds for which a picture is shown; nil: until it is answered.
  package var exposure: Int?
  /// Pixels of the screen for one of a picture, where there is room.
  package var magnification: Int
  /// PNG: one of each trial, or two.
  package var trials: [[Data]]

  package init(
    id: String, title: String, question: String, kind: Kind, exposure: Int?, magnification: Int,
    trials: [[Data]]
  ) {
    (self.id, self.title, self.question, self.kind) = (id, title, question, kind)
    (self.exposure, self.magnification, self.trials) = (exposure, magnification, trials)
  }

  /// The page.
  package func html() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(
      decoding: try encoder.encode(
        Contents(
          page: id, title: title, question: question, kind: kind, exposure: exposure,
          magnification: magnification,
          trials: trials.enumerated().map { number, images in
            Contents.Trial(
              id: number,
              images: images.map { "data:image/png;base64," + $0.base64EncodedString() })
          })), as: UTF8.self)
    // A text that ends a script would end this one.
    return Self.template.replacing(
      "/*TRIALS*/null", with: json.replacing("<", with: "\\u003c"), maxReplacements: 1)
  }

  /// What the page's script reads.
  private struct Contents: Encodable {
    let page, title, question: String
    let kind: Kind
    let exposure: Int?
    let magnification: Int
    let trials: [Trial]

    struct Trial: Encodable {
      let id: Int
      let images: [String]
    }
  }
}
