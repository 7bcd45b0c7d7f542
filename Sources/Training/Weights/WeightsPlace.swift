import Foundation

/// Where the weights of a network are looked for.
package enum WeightsPlace {
  /// The folder that is looked into first.
  package static let variable = "GANSH_WEIGHTS"

  /// The folder of weights: of the variable where it is set, else `gansh/weights` in the user's cache.
  package static func folder(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let folder = value(variable) { return folder }
    if let cache = value("XDG_CACHE_HOME") { return cache + "/gansh/weights" }
    return value("HOME").map { $0 + "/.cache/gansh/weights" }
  }

  /// The path of a network's file.
  ///
  /// - Parameter asked: what was typed: a file, or a folder of them; nil: the folder above.
  /// - Throws: `WeightsError.missing`, which says what the file is, where it can be had and where to put it.
  package static func path(
    of network: PublishedWeights, asked: String? = nil,
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(WeightsError) -> String {
    var isFolder: ObjCBool = false
    let exists = asked.map { FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) }
    if let asked, exists == false {
      throw .missing("there is no file `\(asked)`; \(network.advice(folder: nil))")
    }
    if let asked, !isFolder.boolValue { return asked }
    let folder = asked ?? folder(environment)
    for name in network.files {
      guard let path = folder.map({ $0 + "/" + name }) else { break }
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw .missing(
      "there is no \(network.files[0])\(folder.map { " in `\($0)`" } ?? ""); "
        + network.advice(folder: folder))
  }
}

/// A file of weights that is published, which whoever wants to use it fetches.
package struct PublishedWeights: Sendable {
  /// What it may be called, the published name first.
  let files: [String]
  /// What it is.
  let facts: String
  /// Where it can be had.
  let source: String

  /// What to do where it is not there.
  func advice(folder: String?) -> String {
    "it holds \(facts), is published as \(source), and belongs "
      + (folder == nil ? "into the folder" : "into that folder, or into the one")
      + " that \(WeightsPlace.variable) names"
      + "; gansh fetches nothing itself"
  }
}
