import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// What a run begins with instead of random weights.
enum WeightSource {
  /// Another run's checkpoint.
  case run(RunRecord, RunSpecification, Checkpoint, digest: String, Transfer)
  /// A file that somebody else's program may have written.
  case file(ImportedWeights)

  /// Steps that are done.
  var step: Int {
    switch self {
    case .run(_, _, let checkpoint, _, _): checkpoint.step
    case .file: 0
    }
  }

  var checkpoint: (checkpoint: Checkpoint, specification: RunSpecification)? {
    if case .run(_, let specification, let checkpoint, _, _) = self {
      (checkpoint, specification)
    } else {
      nil
    }
  }

  var weights: ImportedWeights? { if case .file(let weights) = self { weights } else { nil } }

  var parent: RunParent? {
    switch self {
    case .run(let run, _, let checkpoint, _, _): RunParent(run: run.id, step: checkpoint.step)
    case .file: nil
    }
  }

  /// After `from`.
  var spoken: String {
    switch self {
    case .run(let run, _, _, _, _): "\(run.name) after step \(grouped(step))"
    case .file(let weights): SafeText.oneLine(weights.path)
    }
  }

  /// What is taken over, what begins anew and what is of nothing here, a line each.
  var lines: [String] {
    switch self {
    case .run(_, _, _, _, let transfer): transfer.lines
    case .file(let weights): weights.lines
    }
  }

  /// What the notebook keeps of it.
  var event: RunStart.Event {
    switch self {
    case .run(let run, _, _, let digest, _):
      let record = BranchRecord(
        run: run.name, step: step, digest: digest, continuesSignals: false)
      return RunStart.Event(
        BranchRecord.kind, step: step,
        message: "begun with weights of \(run.name) after step \(grouped(step))",
        json: record.json)
    case .file(let weights):
      return RunStart.Event(
        "imported", step: 0,
        message: (["begun with the weights of \(weights.path), SHA-256 \(weights.digest)"]
          + weights.lines).joined(separator: "; "))
    }
  }
}

extension RunOrigin {
  /// The file of weights that a run began with, for messages; nil: it began with none.
  var fileTold: String? {
    guard case .weights(let digest, let path) = source else { return nil }
    return "\(SafeText.oneLine(path)), SHA-256 \(digest)"
  }
}

extension Session {
  /// What a word after `from` names: a run, else a file.
  ///
  /// - Parameters:
  ///   - specification: takes the steps on from those of a run, and where it begins.
  ///   - stepsPlace: where the steps were typed.
  ///   - count: examples of the data; nil: they never end.
  func weightSource(
    _ word: Word, for specification: inout RunSpecification, of architecture: Word,
    steps stepsPlace: Span?, count: Int?
  ) throws -> WeightSource {
    if try existingNotebook()?.run(named: word.text) == nil, word.namesFile {
      let weights = try importedWeights(word, for: specification)
      specification.origin = RunOrigin(weights: weights.digest, path: weights.path)
      return .file(weights)
    }
    let parent: RunRecord
    do { parent = try run(named: word, to: "show") } catch var error as Diagnostic {
      error.help.append("a file of weights ends in \(Word.weightsEndings.joined(separator: ", "))")
      throw error
    }
    let theirs = try parent.specification()
    let (row, checkpoint) = try BranchPoint.last.find(of: parent, namedBy: word, in: self) {
      errors.line("\(errors.styled("warning:", .yellow)) \($0)")
    }
    specification.origin = RunOrigin(step: row.step, fingerprint: theirs.fingerprint)
    let most = Limits.steps.upperBound - row.step
    guard specification.steps <= most else {
      throw Diagnostic(
        "no run takes more than \(grouped(Limits.steps.upperBound)) steps, and \(grouped(row.step)) are done",
        at: stepsPlace ?? word.span)
    }
    specification.steps += row.step
    let transfer = try Transfer(of: checkpoint, by: theirs, to: specification, count: count)
    guard transfer.parts.contains(where: { $0.kind == .network && $0.taken > 0 }) else {
      throw Diagnostic(
        "no weight of run `\(parent.name)` has the name and the shape of one of `\(architecture.text)`",
        at: word.span, help: ["`show \(parent.name)` shows what that run trains"])
    }
    return .run(parent, theirs, checkpoint, digest: row.digest, transfer)
  }

  /// The weights of a file for a model.
  private func importedWeights(
    _ word: Word, for specification: RunSpecification
  ) throws -> ImportedWeights {
    do {
      return try ImportedWeights(
        WeightsFile(path: path(word)), typed: word.text, for: specification)
    } catch WeightsError.unreadable(let file, let fact) {
      throw Diagnostic(
        WeightsError.unreadable(file: file, fact).description, at: word.span,
        help: [
          "`torch.save(net.state_dict(), FILE)` writes what can be read, and so does safetensors"
        ])
    } catch let error as WeightsError {
      throw Diagnostic(
        error.description, at: word.span,
        help: [
          "`show arch NAME` lists the layers; `width=`, `latent=` and `image=` of `arch` decide their sizes"
        ])
    }
  }

  /// The weights of the file that a run began with, to begin it once more.
  ///
  /// - Returns: nil where it began with none.
  /// - Throws: `ShellError.failed` where the file is gone or another one by now.
  func importedAgain(
    _ run: RunRecord, _ specification: RunSpecification
  ) throws -> ImportedWeights? {
    guard case .weights(let digest, let typed)? = specification.origin?.source else { return nil }
    let word = Word(typed, at: Span(0, 0))
    func lost(_ fact: String) -> ShellError {
      .failed(
        "\(run.name) began with the weights of `\(SafeText.oneLine(typed))`, SHA-256 \(digest), and \(fact); put back "
          + "what was there")
    }
    let file: WeightsFile
    do { file = try WeightsFile(path: path(word)) } catch { throw lost("\(error)") }
    guard file.digest == digest else {
      throw lost("what is there now is another file, SHA-256 \(file.digest)")
    }
    return try ImportedWeights(file, typed: typed, for: specification)
  }
}

extension Word {
  /// How names of files of weights end.
  static let weightsEndings = [".pth", ".pt", ".bin", ".ckpt", ".tar", ".safetensors"]

  /// Whether it can only be a file's name.
  fileprivate var namesFile: Bool {
    text.contains("/") || Self.weightsEndings.contains { text.lowercased().hasSuffix($0) }
  }
}

extension ImportedWeights {
  /// What became of the file, a line each.
  var lines: [String] {
    var lines = sources.map(\.line)
    for part in parts where !part.anew.isEmpty { lines.append(part.line) }
    lines.append("the optimisers begin anew")
    if !unused.isEmpty {
      lines.append("in the file and of nothing here: \(Transfer.Part.listed(unused))")
    }
    if ofOptimisers > 0 {
      lines.append("\(grouped(ofOptimisers)) tensors of optimisers are left")
    }
    return lines
  }
}

extension ImportedWeights.Source {
  /// `generator: 22 tensors, main.0.weight to main.13.weight`.
  fileprivate var line: String {
    let names = [tensors.first, tensors.count > 1 ? tensors.last : nil].compactMap(\.self)
      .map(SafeText.oneLine).joined(separator: " to ")
    let whose = isAverage ? "average of the \(network)" : network
    return
      "\(whose): \(grouped(tensors.count)) \(tensors.count == 1 ? "tensor" : "tensors"), \(names)"
      + (isTold ? "" : ", which fits it best; the file does not say whose they are")
  }
}
