/// The path of a checkpoint as rows have it: `lab.runs/base/step-00000500.safetensors`. Everything else
/// is no checkpoint's.
struct CheckpointPath {
  static let damaged = ".damaged"
  private static let ending = ".safetensors"

  /// `lab.runs`.
  let folder: String
  let run: String
  let file: String

  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, Self.isRunsFolder(parts[0]), OpenFolder.isPlain(parts[1]),
      Self.step(of: parts[2]) != nil
    else { return nil }
    (folder, run, file) = (parts[0], parts[1], parts[2])
  }

  static func isRunsFolder(_ name: String) -> Bool {
    OpenFolder.isPlain(name) && name.hasSuffix(".runs")
  }

  /// The step that a file's name says; nil: it is no checkpoint's.
  static func step(of file: String) -> Int? {
    guard file.hasPrefix("step-"), file.hasSuffix(ending), OpenFolder.isPlain(file) else {
      return nil
    }
    let digits = file.dropFirst(5).dropLast(ending.count)
    guard digits.count >= 8, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(digits)
  }

  /// Whether a file is a checkpoint, a damaged one, or one that was not finished.
  static func isRemains(_ file: String) -> Bool {
    if step(of: file) != nil { return true }
    if file.hasPrefix("next-") && file.hasSuffix("\(ending).part") {
      return OpenFolder.isPlain(file)
    }
    return [damaged, ".part"].contains { end in
      file.hasSuffix(end) && step(of: String(file.dropLast(end.count))) != nil
    }
  }
}
