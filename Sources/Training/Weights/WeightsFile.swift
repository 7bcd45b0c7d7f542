import Digests
import Foundation

/// A file of a network's weights: of `torch.save` (`.pth`), or safetensors.
package struct WeightsFile {
  /// What the file is called in messages.
  package let name: String
  /// SHA-256 of the file.
  package let digest: String
  /// Shapes by the tensors' names.
  package let shapes: [String: [Int]]
  /// The tensors' names in the order of the layers: as the file has them, or, since safetensors sorts them, by their words and
  /// numbers.
  package let names: [String]
  private let contents: Contents

  private enum Contents {
    case torch(TorchFile)
    case safetensors(TensorFile)
  }

  /// - Throws: `WeightsError.unreadable` with the file's name and the reason.
  package init(path: String) throws(WeightsError) {
    let url = URL(filePath: path)
    name = url.lastPathComponent
    // Of a pipe nothing would ever come.
    let kind = try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
    guard kind ?? true else {
      throw .unreadable(file: name, "it is no regular file, and cannot be opened as one")
    }
    guard let digest = SHA256.digest(ofFile: path) else {
      throw .unreadable(file: name, "the file cannot be opened")
    }
    self.digest = digest
    if let told = Self.digestTold(by: name), !digest.hasPrefix(told) {
      throw .unreadable(
        file: name,
        "its SHA-256 begins with \(digest.prefix(8)), and by its name it should with \(told): it is damaged, "
          + "or another file under that name; fetch it again")
    }
    if Self.isTensorFile(path) {
      let file: TensorFile
      do { file = try TensorFile(contentsOf: url) } catch {
        if case .unreadable(_, let reason) = error { throw .unreadable(file: name, reason) }
        throw .unreadable(file: name, error.description)
      }
      contents = .safetensors(file)
      shapes = Dictionary(
        file.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { one, _ in one })
      names = file.tensors.map(\.name).sorted { Self.stands($0, before: $1) }
    } else {
      let file = try TorchFile(path: path)
      contents = .torch(file)
      shapes = file.tensors.mapValues(\.shape)
      names = file.names
    }
  }

  /// Its tensors, to be looked at and read.
  package var weights: NetworkWeights {
    NetworkWeights(name: name, digest: digest, shapes: shapes) { (tensor) throws(WeightsError) in
      switch contents {
      case .torch(let file): try file.values(of: tensor)
      case .safetensors(let file): file.values(of: tensor)
      }
    }
  }

  /// Whether a name stands before another: `main.2.weight` before `main.10.weight`.
  private static func stands(_ one: String, before other: String) -> Bool {
    let words = [one, other].map { $0.split(separator: ".") }
    for (a, b) in zip(words[0], words[1]) where a != b {
      let parts = [a, b].map { word in
        let digits = word.reversed().prefix { $0.isASCII && $0.isNumber }.count
        return (word.dropLast(digits), Int(word.suffix(digits)) ?? -1)
      }
      return (parts[0].0, parts[0].1, a) < (parts[1].0, parts[1].1, b)
    }
    return words[0].count < words[1].count
  }

  /// PyTorch's files say in their names how their SHA-256 begins: `vgg16-397923af.pth`.
  private static func digestTold(by name: String) -> String? {
    guard name.hasSuffix(".pth"), let digits = name.dropLast(4).split(separator: "-").last,
      digits.count == 8, digits.count < name.count - 4,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return String(digits)
  }

  /// Whether a file begins as one of safetensors: eight bytes of the header's length, and its brace.
  private static func isTensorFile(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    guard let start = try? file.read(upToCount: 9), start.count == 9 else { return false }
    return start[8] == UInt8(ascii: "{")
  }
}
