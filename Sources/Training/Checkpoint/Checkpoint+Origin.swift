import Digests
import Networks
package import Specification

extension RunSpecification {
  /// The SHA-256 of the text of everything that a run's numbers depend on (`essence`). Arguments that are
  /// neutral are not in it, so that a program with more of them, or with other defaults, finds the same.
  package var fingerprint: String { SHA256.digest(of: essence) }
}

extension Checkpoint {
  /// In what a run of this specification is another than the one that wrote it:
  /// `lr=0.0001 in the checkpoint, 0.0002 in the run`. None: it can go on from it.
  ///
  /// Files of the first version of the format say only their seed, and have shapes.
  package func differences(from specification: RunSpecification) -> [String] {
    guard let origin else {
      let seeds = difference("seed", String(seed), String(specification.seed))
      return [seeds].compactMap { $0 } + differences(inShapesOf: specification.architecture)
    }
    if origin.fingerprint == specification.fingerprint { return [] }
    let (own, run) = (entries(of: origin.text), entries(of: specification.essence))
    // What both networks share in one and not in the other is told of each of them.
    let shared = Set(own.compactMap(\.whole)).filter { whole in
      [own, run].allSatisfy { entries in entries.contains { $0.key == whole } }
    }
    let wholes = Set((own + run).compactMap(\.whole)).subtracting(shared)
    var keys = run.filter { $0.whole.map { !shared.contains($0) } ?? true }.map(\.key)
    keys += own.filter { $0.whole.map { !shared.contains($0) } ?? true }.map(\.key)
      .filter { !keys.contains($0) }
    keys.removeAll(where: wholes.contains)
    let told = keys.compactMap { key in
      difference(
        key, own.first { $0.key == key }?.text, run.first { $0.key == key }?.text)
    }
    return told.isEmpty ? ["its fingerprint is another"] : told
  }

  /// What a run is told to differ in from the one that wrote it.
  ///
  /// - Throws: `.foreign`, with the arguments.
  func check(isOf specification: RunSpecification, file: String) throws(TrainingError) {
    let differences = differences(from: specification)
    guard differences.isEmpty else { throw Self.foreign(file, differences) }
  }

  /// The refusal of a checkpoint of another run.
  package static func foreign(_ file: String, _ differences: [String]) -> TrainingError {
    let few = differences.prefix(5)
    let rest = differences.count - few.count
    return .foreign(
      file: file,
      "it was written by another run: " + few.joined(separator: "; ")
        + (rest > 0 ? "; and \(rest) more" : ""))
  }

  private func entries(of text: String) -> [RunParameter] {
    RunParameters(of: text, Signatures.all.layers).entries.filter { $0.kind != .detail }
  }

  private func difference(_ key: String, _ own: String?, _ run: String?) -> String? {
    own == run
      ? nil : "\(key)=\(own ?? "nothing") in the checkpoint, \(run ?? "nothing") in the run"
  }

  private func differences(inShapesOf architecture: ArchitectureSpecification) -> [String] {
    // A file without them is no checkpoint of any run, which is found when it is loaded.
    guard let model = try? Model(architecture) else { return [] }
    let shapes = Dictionary(
      tensors.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    return model.networks.flatMap(\.parameters).compactMap { parameter in
      guard let shape = shapes[parameter.name], shape != parameter.shape else { return nil }
      return difference(parameter.name, "\(shape)", "\(parameter.shape)")
    }
  }
}
