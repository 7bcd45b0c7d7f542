import Datasets
import Foundation

/// A file of `torch.save`: a table of tensors, in a zip file or in the form from before PyTorch 1.6.
///
/// Nothing in it is run, and what it claims is looked at before it is given memory.
final class TorchFile {
  /// What the file is called in messages.
  let name: String
  let tensors: [String: PickleReader.Tensor]
  /// Their names, as the file orders them.
  let names: [String]
  private let place: Place
  /// The storage that was read last: tensors may be parts of one.
  private var latest: (key: String, bytes: [UInt8])?

  private enum Place {
    /// Entries of a zip file, below a folder of this name.
    case archive(ZipArchive, folder: String)
    /// Where each storage begins in the file.
    case whole(Data, starts: [String: Int])
  }

  /// Longer pickles are refused: that of a network has a few hundred bytes for each tensor.
  private static let longestPickle = 1 << 21
  /// The pickle of the number that a file in the older form begins with, and that of the form's version.
  private static let beginning: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    0x80, 0x02, 0x4d, 0xe9, 0x03, 0x2e,
  ]

  /// - Throws: `WeightsError.unreadable` with the reason.
  init(path: String) throws(WeightsError) {
    let url = URL(filePath: path)
    name = url.lastPathComponent
    do throws(PickleReader.Refusal) {
      if ZipArchive.begins(path) {
        let archive = try ZipArchive(of: path)
        let folder = try archive.folderOfPickle()
        let pickle = try archive.contents(of: "\(folder)/data.pkl", limit: Self.longestPickle)
        if let order = try? archive.contents(of: "\(folder)/byteorder", limit: 16) {
          guard order == Array("little".utf8) else {
            throw PickleReader.Refusal("its numbers are not little-endian")
          }
        }
        var reader = PickleReader(pickle)
        let table = try reader.next()
        (tensors, names) = try reader.tensors(in: table)
        place = .archive(archive, folder: folder)
      } else {
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
          throw PickleReader.Refusal("the file cannot be opened")
        }
        let (found, starts) = try Self.olderForm(data)
        (tensors, names) = found
        place = .whole(data, starts: starts)
      }
    } catch { throw .unreadable(file: url.lastPathComponent, error.reason) }
  }

  /// Five pickles (a number, a version, what wrote it, the table, the keys of its storages), then each storage's
  /// count in eight bytes, and its numbers.
  private static func olderForm(
    _ data: Data
  ) throws(PickleReader.Refusal) -> (PickleReader.NamedTensors, [String: Int]) {
    let pickles = [UInt8](data.prefix(longestPickle))
    guard pickles.starts(with: beginning) else {
      throw PickleReader.Refusal("it is no file of torch.save, nor one of safetensors")
    }
    var reader = PickleReader(pickles, at: beginning.count)
    let writer = try reader.next()
    guard case .bool(true)? = reader.entry("little_endian", of: writer) else {
      throw PickleReader.Refusal("its numbers are not little-endian")
    }
    let table = try reader.next()
    let tensors = try reader.tensors(in: table)
    let list = try reader.next()
    let keys = try reader.texts(list)
    var (starts, position) = ([String: Int](), reader.position)
    for key in keys {
      guard let storage = reader.storages[key], starts[key] == nil else {
        throw PickleReader.Refusal(
          "it lists storage \(key), which is not there or was listed before")
      }
      let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.bytes)
      guard !overflow, data.count - position >= 8, size <= data.count - position - 8 else {
        throw PickleReader.Refusal(
          "its storage \(key) of \(storage.count) numbers goes beyond its end")
      }
      let told = data[position..<position + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard told == UInt64(storage.count) else {
        throw PickleReader.Refusal("its storage \(key) has another count than its table says")
      }
      starts[key] = position + 8
      position += 8 + size
    }
    for key in reader.storages.keys.sorted() where starts[key] == nil {
      throw PickleReader.Refusal("its storage \(key) is not there")
    }
    return (tensors, starts)
  }

  /// The values of a tensor, row-major in single precision; nil if there is none of that name.
  func values(of tensor: String) throws(WeightsError) -> [Float]? {
    guard let facts = tensors[tensor], let count = facts.count else { return nil }
    let bytes = try bytes(of: facts.storage, for: tensor)
    return bytes.withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: count) { target, filled in
        if count > 0, facts.storage.type == .float, facts.isRowMajor {
          let start = facts.offset * MemoryLayout<Float>.size
          let part = bytes[start..<start + count * MemoryLayout<Float>.size]
          UnsafeMutableRawBufferPointer(target).copyBytes(from: part)
          filled = count
          return
        }
        var place = facts.offset
        var index = [Int](repeating: 0, count: facts.shape.count)
        for number in 0..<count {
          target[number] = facts.storage.type.value(in: bytes, at: place)
          for axis in index.indices.reversed() {
            // A step that is never taken may be any number.
            if index[axis] + 1 < facts.shape[axis] {
              index[axis] += 1
              place += facts.strides[axis]
              break
            }
            place -= index[axis] * facts.strides[axis]
            index[axis] = 0
          }
        }
        filled = count
      }
    }
  }

  private func bytes(
    of storage: PickleReader.Storage, for tensor: String
  ) throws(WeightsError) -> [UInt8] {
    if let latest, latest.key == storage.key { return latest.bytes }
    let size = storage.count.multipliedReportingOverflow(by: storage.type.bytes)
    let read: [UInt8]
    switch place {
    case .whole(let data, let starts):
      guard let start = starts[storage.key], !size.overflow else {
        throw .unreadable(file: name, "\(tensor) has no numbers")
      }
      read = [UInt8](data[start..<start + size.partialValue])
    case .archive(let archive, let folder):
      do throws(PickleReader.Refusal) {
        // PyTorch compresses nothing: what is longer than the file is not in it.
        guard !size.overflow, size.partialValue <= archive.fileSize else {
          throw PickleReader.Refusal("\(tensor) has more numbers than the file has room for")
        }
        read = try archive.contents(of: "\(folder)/data/\(storage.key)", limit: size.partialValue)
      } catch { throw .unreadable(file: name, "\(tensor): \(error.reason)") }
      guard read.count == size.partialValue else {
        throw .unreadable(
          file: name, "\(tensor) has \(read.count) bytes, wanted \(size.partialValue)")
      }
    }
    latest = (storage.key, read)
    return read
  }
}

extension ZipArchive {
  fileprivate convenience init(of path: String) throws(PickleReader.Refusal) {
    do { try self.init(path: path) } catch {
      throw PickleReader.Refusal("it is a damaged zip file")
    }
  }

  /// The folder that everything lies in.
  fileprivate func folderOfPickle() throws(PickleReader.Refusal) -> String {
    let found = names.compactMap { name -> String? in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 2 && parts[1] == "data.pkl" ? String(parts[0]) : nil
    }
    guard let folder = found.first, found.count == 1 else {
      throw PickleReader.Refusal(
        found.isEmpty
          ? "it is a zip file without a data.pkl, which torch.save writes"
          : "it is a zip file with \(found.count) files data.pkl")
    }
    return folder
  }

  fileprivate func contents(
    of entry: String, limit: Int
  ) throws(PickleReader.Refusal) -> [UInt8] {
    switch bytes(of: entry, limit: UInt64(max(0, limit))) {
    case .success(let bytes): return bytes
    case .failure(let error): throw PickleReader.Refusal(error.reason)
    }
  }
}
