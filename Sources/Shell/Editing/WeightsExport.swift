import Foundation
import Images
import Language
import Networks
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// The networks of a run's newest checkpoint for PyTorch: a safetensors file and a module beside it.
struct WeightsExport {
  private let name: Word
  private let file: Word
  /// Examples by which the module is checked; nil: none are written.
  private let examples: Int?

  init(of name: Word, to file: Word, checkedBy examples: Int?) {
    (self.name, self.file, self.examples) = (name, file, examples)
  }

  /// - Throws: a `Diagnostic` where the run has kept no checkpoint, or a file cannot be written.
  func write(in session: Session) throws {
    let run = try session.run(named: name)
    let specification = try run.specification()
    let (_, checkpoint) = try SampleRequest(name: name, step: nil)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    let script = try TorchScript(
      plan, of: specification.architecture,
      title: "Networks of run \(SafeText.oneLine(run.name)) after step \(checkpoint.step)",
      average: specification.recipe.keepsAverage)
    let weights = try data(script, of: checkpoint, run: run.name)
    let (module, arrays) = (beside("py"), beside("npz"))
    // A name that is taken by something else is refused before any of the files is written.
    try session.checkWritable(file, replacing: Self.isWeights)
    try session.checkWritable(module, replacing: Self.isModule)
    if examples != nil { try session.checkWritable(arrays) }
    var told = "\(path(module)) reads them"
    var archive: Data?
    if let examples {
      let backend = try session.makeBackend(
        Training.threads(choosing: checkpoint.kernels) ?? run.threads)
      let worked = try WorkedExamples(
        script, count: examples, of: specification, checkpoint: checkpoint, backend: backend)
      archive = try Self.archive(worked)
      told += ", and `python \(path(module))` compares with \(path(arrays))"
    }
    if let archive { try session.write(archive, to: arrays) }
    try session.write(Data(script.text.utf8), to: module, replacing: Self.isModule)
    try session.write(weights, to: file, replacing: Self.isWeights)
    try session.tell(
      "\(grouped(script.weights.count)) tensors after step \(grouped(checkpoint.step)), "
        + "\(Readable.bytes(weights.count)); \(told)", writtenTo: file)
    for sentence in script.leftOut { session.errors.line("note: \(sentence)") }
  }

  /// Whether a file is the module of an earlier export.
  private static func isModule(_ path: String) -> Bool {
    String(decoding: beginning(of: path), as: UTF8.self)
      .contains("written by gansh beside the weights")
  }

  /// Whether a file has the weights of an earlier export.
  private static func isWeights(_ path: String) -> Bool {
    let header = String(decoding: beginning(of: path).dropFirst(8), as: UTF8.self)
    return header.hasPrefix("{") && header.contains("\"format\":\"pt\"")
      && header.contains("\"run\":")
  }

  private static func beginning(of path: String) -> Data {
    guard let file = FileHandle(forReadingAtPath: path) else { return Data() }
    defer { try? file.close() }
    return (try? file.read(upToCount: 4096)) ?? Data()
  }

  /// The file of the same name with another ending.
  private func beside(_ ending: String) -> Word {
    Word(String(file.text.dropLast("safetensors".count)) + ending, at: file.span)
  }

  private static func archive(_ worked: WorkedExamples) throws -> Data {
    var data = Data()
    var archive = NumPyArchive { data.append($0) }
    for (name, shape, values) in worked.arrays {
      try archive.begin(name, .float32, shape: shape)
      try archive.append(values.withUnsafeBytes { Data($0) })
    }
    try archive.finish()
    return data
  }

  private func path(_ word: Word) -> String { StandardFolders.expandingHome(word.text) }

  private func data(
    _ script: TorchScript, of checkpoint: Checkpoint, run: String
  ) throws -> Data {
    var values: [String: [Float]] = [:]
    for (name, _) in script.weights {
      guard let tensor = checkpoint.tensors.values(of: name) else {
        throw TrainingError.foreign(file: checkpoint.tensors.name, "it has no \(name)")
      }
      values[name] = tensor
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("weights.safetensors")
    _ = try TensorFile.write(
      to: url, metadata: ["format": "pt", "run": run, "step": "\(checkpoint.step)"],
      tensors: script.weights, values: { values[$0] ?? [] })
    return try Data(contentsOf: url)
  }
}
