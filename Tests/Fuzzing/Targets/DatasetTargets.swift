import Datasets
import Foundation
import Specification

/// Opens data sets without keeping anything.
struct DatasetReader {
  /// - Returns: whether it was opened.
  @discardableResult
  func open(_ keyword: String, _ arguments: KeyValuePairs<String, String>) -> Bool {
    let specification = DatasetSpecification(
      source: .read(SourceSpecification(keyword, arguments.map { .init($0, .word($1)) })),
      preprocessing: Preprocessing(
        height: 4, width: 4, channels: 3, crop: .centre, filter: .nearest, flip: false))
    do throws(DatasetError) {
      // Nothing can be written there, so that every image is decoded every time.
      let dataset = try Dataset.open(
        specification, cacheDirectory: URL(fileURLWithPath: "/proc/nowhere"))
      let count = dataset.count ?? 0
      expect(count > 0, "a data set has examples")
      expect(dataset.labels.map { $0.count == count } ?? true, "labels for other examples")
      expect(dataset.sizes.values.reduce(0, +) == count, "sizes of other examples")
      for example in [0, count - 1] {
        expect(dataset.image(at: example) != nil, "an example is an image")
        for column in dataset.labels.map({ $0.names.indices }) ?? 0..<0 {
          expect((-1...1).contains(dataset.labels?.value(of: column, for: example) ?? 0), "a label")
        }
      }
      expect(!dataset.description.isEmpty, "a data set has words")
      return true
    } catch {
      expect(!error.description.isEmpty, "a fault has words")
      return false
    }
  }
}

/// An IDX file of images, or (first byte odd) a file of labels for three images.
final class IDXTarget: FuzzTarget {
  static let name = "idx"
  private let scratch: Scratch
  private let reader = DatasetReader()

  init() throws {
    scratch = try Scratch()
    scratch.write([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8, 9], "three")
  }

  func read(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let file = scratch.write(Array(bytes.dropFirst()), "file")
    let (images, labels) =
      kind & 1 == 0 ? (file, "no") : (scratch.path + "/three", file)
    reader.open("idx", ["path": images, "labels": labels])
  }
}

/// A batch of CIFAR-10, or (first byte odd) the names of its classes.
final class CIFAR10Target: FuzzTarget {
  static let name = "cifar10"
  private let scratch: Scratch
  private let reader = DatasetReader()
  private let batch = [UInt8](repeating: 3, count: 3073)

  init() throws { scratch = try Scratch() }

  func read(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    // A record is long: the label and the length are what matters.
    let records = kind & 2 == 0 ? rest : rest.prefix(8).flatMap { [$0] + batch.dropFirst() }
    scratch.write(kind & 1 == 0 ? records : batch, "test_batch.bin")
    unlink(scratch.path + "/batches.meta.txt")
    if kind & 1 == 1 { scratch.write(rest, "batches.meta.txt") }
    reader.open("cifar10", ["path": scratch.path, "split": "test"])
  }
}

/// A table of labels, or CelebA's tables, by the first byte.
final class TablesTarget: FuzzTarget {
  static let name = "tables"
  private let scratch: Scratch
  private let reader = DatasetReader()

  init() throws {
    scratch = try Scratch()
    for name in ["images", "celeba", "celeba/img_align_celeba"] {
      try FileManager.default.createDirectory(
        atPath: scratch.path + "/" + name, withIntermediateDirectories: true)
    }
    for name in ["a.png", "b.png", "000001.jpg"] {
      for folder in ["images", "celeba/img_align_celeba"] {
        scratch.write(Array("P2 1 1 9 5\n".utf8), "\(folder)/\(name)")
      }
    }
  }

  func read(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    switch kind % 3 {
    case 0:
      let table = scratch.write(rest, "table.csv")
      reader.open("folder", ["path": scratch.path + "/images", "labels": table])
    case 1:
      unlink(scratch.path + "/celeba/list_eval_partition.txt")
      scratch.write(rest, "celeba/list_attr_celeba.txt")
      reader.open("celeba", ["path": scratch.path + "/celeba", "split": "all"])
    default:
      unlink(scratch.path + "/celeba/list_attr_celeba.txt")
      scratch.write(rest, "celeba/list_eval_partition.txt")
      reader.open("celeba", ["path": scratch.path + "/celeba", "split": "train"])
    }
  }
}

/// CelebA's zip, and the same as a zip file of any images.
final class ArchivesTarget: FuzzTarget {
  static let name = "archives"
  private let scratch: Scratch
  private let reader = DatasetReader()

  init() throws { scratch = try Scratch() }

  func read(_ bytes: [UInt8]) {
    let file = scratch.write(bytes, "img_align_celeba.zip")
    reader.open("celeba", ["path": file, "split": "all"])
    reader.open("folder", ["path": file, "labels": "yes"])
  }
}
