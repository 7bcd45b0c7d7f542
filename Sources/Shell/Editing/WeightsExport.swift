import Foundation
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

  init(of name: Word, to file: Word) { (self.name, self.file) = (name, file) }

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
      plan, title: "Networks of run \(SafeText.oneLine(run.name)) after step \(checkpoint.step)",
      average: specification.recipe.keepsAverage)
    let weights = try data(script, of: checkpoint, run: run.name)
    let module = Word(String(file.text.dropLast("safetensors".count)) + "py", at: file.span)
    try session.write(weights, to: file)
    try session.write(Data(script.text.utf8), to: module)
    try session.tell(
      "\(grouped(script.weights.count)) tensors after step \(grouped(checkpoint.step)), "
        + "\(Readable.bytes(weights.count)); \(path(module)) reads them", writtenTo: file)
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
