import Foundation
package import Specification

/// A source of examples: what is typed for it, and how it is opened.
package struct SourceDefinition: Sendable {
  package let signature: SourceSignature
  let opening: Opening
  /// What follows how many there are of what, in the line about a data set.
  let origin: @Sendable (SourceArguments) -> String
  /// How a folder of it is recognised by the sources that find nothing in it; nil: it is not.
  let published: PublishedSet?

  enum Opening: Sendable {
    case images(@Sendable (SourceArguments, Request) throws(DatasetError) -> any ImageSource)
    case points(@Sendable (SourceArguments) -> Mixture)
  }

  /// What images are wanted for.
  struct Request: Sendable {
    /// Pixels of the longer side of an example.
    let side: Int
    /// Columns that are kept for telling apart what images show.
    let identities: Set<ExactName>
    /// Where prepared images are kept.
    let cache: URL
  }

  /// Images that are read from files.
  init(
    _ signature: SourceSignature, published: PublishedSet? = nil,
    origin: @escaping @Sendable (SourceArguments) -> String = { " from \($0.path)\($0.part)" },
    images: @escaping @Sendable (SourceArguments, Request) throws(DatasetError) -> any ImageSource
  ) {
    (self.signature, self.published, self.origin) = (signature, published, origin)
    opening = .images(images)
  }

  /// Points in the plane.
  init(
    _ signature: SourceSignature, origin: @escaping @Sendable (SourceArguments) -> String,
    points: @escaping @Sendable (SourceArguments) -> Mixture
  ) {
    (self.signature, self.origin, published) = (signature, origin, nil)
    opening = .points(points)
  }
}

extension SourceArguments {
  /// The part of the published set, where it is not all.
  var part: String {
    let split = self["split"]
    return split.isEmpty || split == "all" ? "" : ", \(split) split"
  }
}
