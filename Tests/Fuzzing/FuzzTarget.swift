/// Something that reads bytes from anywhere and must neither crash nor hang on any of them.
///
/// A target is a file in Targets/, a row in `FuzzTargets.all` and a folder of seeds in Corpora/.
protocol FuzzTarget: AnyObject, SendableMetatype {
  /// What it is called in `run.sh` and in Corpora/.
  static var name: String { get }

  init() throws

  /// Reads the bytes. Errors that are meant for a person are caught here; whatever else must hold is
  /// checked with `expect`.
  func read(_ bytes: [UInt8])
}

/// All targets.
enum FuzzTargets {
  static let all: [any FuzzTarget.Type] = [
    LanguageTarget.self, ImagesTarget.self, IDXTarget.self, CIFAR10Target.self, TablesTarget.self,
    ArchivesTarget.self, TensorsTarget.self, WeightsTarget.self, NotebookTarget.self,
  ]
}

/// Ends the program, which the fuzzer takes for a crash, where something does not hold.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { fatalError(what()) }
}
