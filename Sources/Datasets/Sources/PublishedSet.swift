import Images
import Specification

/// Files of known names as which a data set is published, and by which a folder of it is recognised.
struct PublishedSet: Sendable {
  /// What the set is called.
  let name: String
  /// Whether its files, or the first of them, are in a folder.
  let isIn: @Sendable (_ folder: String) -> Bool

  init(_ name: String, isIn: @escaping @Sendable (_ folder: String) -> Bool) {
    (self.name, self.isIn) = (name, isIn)
  }

  /// What a folder holds in which a source finds no images, and the statement that reads it if it is
  /// another source's.
  ///
  /// - Parameters:
  ///   - folder: its whole path.
  ///   - path: the same as it was typed.
  ///   - source: the published set that was looked for; nil: any images.
  static func found(
    _ leftOut: [LeftOut], in folder: String, typedAs path: String, insteadOf source: String?
  ) -> String {
    let other = SourceDefinition.all.first {
      $0.signature.keyword != source && $0.published?.isIn(folder) == true
    }
    var found = leftOut.map(\.description)
    if other == nil, source == nil, let zip = leftOut.firstIndex(where: \.isOneZip),
      let name = leftOut[zip].names.first
    {
      let statement = DatasetSpecification.statement(reading: "\(path)/\(name)", as: "folder")
      found[zip] = "\(leftOut[zip].summary) (\(name); `\(statement)` reads it)"
    }
    let listing = found.isEmpty ? "nothing" : found.joined(separator: ", ")
    guard let other, let published = other.published else { return listing }
    let statement = DatasetSpecification.statement(reading: path, as: other.signature.keyword)
    return "\(listing); that looks like \(published.name): `\(statement)`"
  }
}
