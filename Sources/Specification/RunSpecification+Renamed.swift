package import Language

extension RunSpecification {
  /// Options by what they were called, with what they are called now. What was typed and recorded under the
  /// earlier words is read as ever, and printed under those of today.
  package static let renamedKeys = [
    "faces": "samples", "sheets": "sample-every", "log": "log-every",
    "checkpoints": "checkpoint-every",
  ]

  /// What an option was called before; nil: never otherwise.
  package static func earlierKey(of key: String) -> String? {
    renamedKeys.first { $0.value == key }?.key
  }
}

extension Statement {
  /// A `run`, or what asks for its options, with these under the words of today, each at its place.
  package var renewed: Statement {
    var statement = self
    for index in options.indices {
      guard let key = RunSpecification.renamedKeys[options[index].key.text] else { continue }
      statement.options[index].key.text = key
    }
    return statement
  }
}
