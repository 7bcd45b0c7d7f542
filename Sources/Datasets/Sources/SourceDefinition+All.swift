package import Specification

/// Every source, in the order of the manual.
extension SourceDefinition {
  package static let all = [
    celeba, folder, mnist, stackedMNIST, idx, cifar10, cifar100, npz, generated, portraits, ring,
    grid,
  ]
}

extension [SourceSignature] {
  package static var all: [SourceSignature] { SourceDefinition.all.map(\.signature) }
}

extension SourceSpecification {
  /// What it is opened by, and with.
  ///
  /// - Throws: `DatasetError.unknownSource` for a keyword of another release, `.unusable`.
  func definition() throws(DatasetError) -> (SourceDefinition, SourceArguments) {
    guard let known = SourceDefinition.all.first(where: { $0.signature.keyword == keyword })
    else { throw .unknownSource(keyword) }
    return (known, try SourceArguments(self, known.signature))
  }
}
