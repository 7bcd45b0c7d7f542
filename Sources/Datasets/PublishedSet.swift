import Images
import Specification

/// A data set that is published as files of known names, by which a folder of it is recognised.
enum PublishedSet: String, CaseIterable {
  case celeba, mnist, cifar10

  private var name: String {
    switch self {
    case .celeba: "CelebA"
    case .mnist: "MNIST"
    case .cifar10: "CIFAR-10"
    }
  }

  /// Whether its files, or the first of them, are in a folder.
  private func isIn(_ folder: String) -> Bool {
    switch self {
    case .celeba:
      ["", "/Img"].contains { FileStamp(folder + $0 + "/img_align_celeba.zip")?.isFile == true }
        || FileStamp(folder + "/img_align_celeba")?.isFolder == true
    case .mnist: ["train", "t10k"].contains { IDXSource.mnistImages($0, below: folder) != nil }
    case .cifar10: CIFAR10Source.folder(below: folder) != nil
    }
  }

  /// What a folder holds in which a source finds no images, and the statement that reads it if it is
  /// another source's.
  ///
  /// - Parameters:
  ///   - folder: its whole path.
  ///   - path: the same as it was typed.
  ///   - source: the set that was looked for; nil: any images.
  static func found(
    _ leftOut: [LeftOut], in folder: String, typedAs path: String, insteadOf source: PublishedSet?
  ) -> String {
    let other = allCases.first { $0 != source && $0.isIn(folder) }
    var found = leftOut.map(\.description)
    if other == nil, source == nil, let zip = leftOut.firstIndex(where: \.isOneZip),
      let name = leftOut[zip].names.first
    {
      let statement = DatasetSpecification.statement(reading: "\(path)/\(name)", as: "folder")
      found[zip] = "\(leftOut[zip].summary) (\(name); `\(statement)` reads it)"
    }
    let listing = found.isEmpty ? "nothing" : found.joined(separator: ", ")
    guard let other else { return listing }
    let statement = DatasetSpecification.statement(reading: path, as: other.rawValue)
    return "\(listing); that looks like \(other.name): `\(statement)`"
  }
}
