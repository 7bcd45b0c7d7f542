import Datasets
import Digests
import Foundation
package import Metrics

/// A file of features: a row for each image (`.npy`, `.npz`, safetensors), or their mean and covariance (`mu` and `sigma`
/// in an `.npz`, as pytorch-fid writes them).
package struct FeatureFile {
  package let contents: Contents
  /// SHA-256 of the file.
  package let digest: String

  package enum Contents {
    case rows(FeatureMatrix)
    case statistics(FeatureStatistics)
  }

  /// What an array of rows is called where a file has others as well.
  static let usualName = "features"
  /// Bytes of an array, at most.
  private static let limit = min(1 << 34, ProcessInfo.processInfo.physicalMemory / 4)

  /// Numbers of a row.
  package var width: Int {
    switch contents {
    case .rows(let rows): rows.width
    case .statistics(let statistics): statistics.width
    }
  }

  /// Rows; nil where it has statistics alone.
  package var count: Int? { if case .rows(let rows) = contents { rows.count } else { nil } }

  /// - Throws: `FeatureFileError` with the reason where it is no such file.
  package init(path: String) throws(FeatureFileError) {
    let name = URL(filePath: path).lastPathComponent
    func refuse(_ fact: String) -> FeatureFileError { FeatureFileError(file: name, fact: fact) }
    // Of a pipe nothing would ever come.
    let kind = try? URL(filePath: path).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
    guard let kind else { throw refuse("there is no such file") }
    guard kind else { throw refuse("it is no file") }
    guard let digest = SHA256.digest(ofFile: path) else { throw refuse("it cannot be opened") }
    self.digest = digest
    do {
      if NumPyArray.begins(path) {
        let (shape, values) = try NumPyArray.singles(ofFile: path)
        contents = .rows(try Self.rows(values, shape, "the array, \(shape),", refuse))
      } else if ZipArchive.begins(path) {
        contents = try Self.contents(ofArchive: ZipArchive(path: path), refuse)
      } else {
        contents = .rows(try Self.rows(TensorFile(contentsOf: URL(filePath: path)), refuse))
      }
    } catch let error as FeatureFileError {
      throw error
    } catch DatasetError.malformedFile(_, let reason) {
      throw refuse(reason)
    } catch let error as DatasetError {
      throw refuse(error.message)
    } catch TrainingError.unreadable(_, let reason) {
      throw refuse("it is no NumPy array or archive, and as safetensors: \(reason)")
    } catch {
      throw refuse("\(error)")
    }
  }

  private static func contents(
    ofArchive archive: ZipArchive, _ refuse: (String) -> FeatureFileError
  ) throws -> Contents {
    let names = archive.names.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    if names.contains("mu"), names.contains("sigma"),
      let mean = try NumPyArray("mu", in: archive, limit: limit),
      let covariance = try NumPyArray("sigma", in: archive, limit: limit)
    {
      return .statistics(try statistics(mean, covariance, refuse))
    }
    guard !names.contains("sigma") else {
      throw refuse("it has a covariance `sigma`, but no mean `mu`")
    }
    let name = try name(among: names, "array", refuse)
    guard let array = try NumPyArray(name, in: archive, limit: limit) else {
      throw refuse("its array `\(name)` cannot be read")
    }
    return .rows(
      try rows(array.singles, array.shape, "the array `\(name)`, \(array.described),", refuse))
  }

  /// The only one, or the one that has the usual name.
  private static func name(
    among names: [String], _ kind: String, _ refuse: (String) -> FeatureFileError
  ) throws -> String {
    if names.contains(usualName) { return usualName }
    guard let first = names.first, names.count == 1 else {
      let list = names.prefix(8).joined(separator: ", ")
      throw refuse(
        names.isEmpty
          ? "it has no \(kind)s"
          : "it has \(names.count) \(kind)s (\(list)), of which none is called `\(usualName)`")
    }
    return first
  }

  private static func rows(
    _ values: [Float]?, _ shape: [Int], _ what: String, _ refuse: (String) -> FeatureFileError
  ) throws -> FeatureMatrix {
    guard let values, shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw refuse("\(what) should be numbers, a row for each image")
    }
    return FeatureMatrix(values, count: shape[0])
  }

  private static func rows(
    _ file: TensorFile, _ refuse: (String) -> FeatureFileError
  ) throws -> FeatureMatrix {
    let name = try name(among: file.tensors.map(\.name), "tensor", refuse)
    guard let shape = file.tensors.first(where: { $0.name == name })?.shape, shape.count == 2,
      shape[0] > 0, shape[1] > 0, let values = file.values(of: name)
    else { throw refuse("the tensor `\(name)` has no row for each image") }
    return FeatureMatrix(values, count: shape[0])
  }

  private static func statistics(
    _ mean: NumPyArray, _ covariance: NumPyArray, _ refuse: (String) -> FeatureFileError
  ) throws -> FeatureStatistics {
    let width = mean.shape[0]
    guard mean.shape.count == 1, width > 0, covariance.shape == [width, width],
      let means = mean.numbers, let covariances = covariance.numbers
    else {
      throw refuse(
        "`mu` is \(mean.described) and `sigma` \(covariance.described), and should be a mean and its covariance"
      )
    }
    let largest = (0..<width).map { abs(covariances[$0 * width + $0]) }.max() ?? 0
    let isSymmetric = (0..<width).allSatisfy { row in
      (0..<row).allSatisfy { column in
        let difference = covariances[row * width + column] - covariances[column * width + row]
        return !(abs(difference) > 1e-5 * largest)
      }
    }
    guard isSymmetric else { throw refuse("`sigma` is no covariance: it is not symmetric") }
    let statistics = FeatureStatistics(mean: means, covariance: covariances)
    // What rounding leaves of zeros may be a little below.
    if let least = statistics.leastEigenvalue, least < -1e-4 * largest {
      throw refuse("`sigma` is no covariance: its least eigenvalue is \(least)")
    }
    return statistics
  }
}

/// Why a file holds no features that can be read.
package struct FeatureFileError: Error, Hashable, CustomStringConvertible {
  package let file, fact: String

  package var description: String { "\(file) cannot be read as features: \(fact)" }
}
