/// What can go wrong with a run and its files.
package enum TrainingError: Error, Hashable, Codable, CustomStringConvertible {
  /// The bytes are not a checkpoint, or a damaged one.
  case unreadable(file: String, String)
  /// The checkpoint belongs to another run.
  case foreign(file: String, String)
  /// The disk has no room for the file; how many bytes it is, where that is known.
  case noSpace(path: String, bytes: Int? = nil)
  /// The file could not be written.
  case unwritable(file: String, String)
  /// A state holds a NaN or an infinity; nothing was written.
  case notFinite(state: String)
  /// The data set's examples are not what the architecture was made for.
  case example(architecture: String, dataset: String)
  /// The data have no such labels as the model tells or is given.
  case labels(String)
  /// The model tells no labels.
  case noClassifier
  /// The model makes nothing of latents.
  case noSamples
  /// The model has no network whose results are features of images.
  case noFeatures

  package var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) cannot be read as a checkpoint: \(reason); go on from an earlier one"
    case .foreign(let file, let reason):
      "\(file) cannot be gone on from by this run: \(reason)"
    case .noSpace(let path, let bytes):
      "no space is left on the disk for \(bytes.map { "the \($0 >> 10 + 1) KiB of " } ?? "")`\(path)`; "
        + "free some, then `resume` goes on"
    case .unwritable(let file, let reason):
      "\(file) could not be written: \(reason)"
    case .notFinite(let state): "\(state) holds a value that is not finite"
    case .example(let architecture, let dataset):
      "the architecture makes \(architecture), the data set holds \(dataset); choose one of the "
        + "other's size"
    case .labels(let fact): fact
    case .noClassifier: "the model tells no labels: only a classifier does"
    case .noSamples:
      "the model makes no samples: a generator does, and the decoder of an encoder that gives `mean` and "
        + "`logvariance`"
    case .noFeatures:
      "the model makes no features of images: a classifier of images does, and an encoder"
    }
  }
}
