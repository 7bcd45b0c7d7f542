import Language

/// Learning over tasks: a step updates the networks so often on the examples of one task, and then moves all weights from
/// where they were a part of the way.
///
/// - Source: Nichol et al. 2018, arXiv:1803.02999 (Reptile); of generators and discriminators Clouâtre and Demers 2019,
///   arXiv:1901.02199 (FIGR).
package struct MetaLearning: Sendable, Hashable {
  /// Updates on one task.
  package var updates: Int
  /// The label whose values are the tasks.
  package var label: String

  package init(updates: Int, label: String) { (self.updates, self.label) = (updates, label) }

  /// The only way there is.
  static let keyword = "reptile"
  package static let range = 1...1000
  package static let usage = "\(keyword):5"

  /// What stands after `meta=`.
  var method: String { "\(Self.keyword):\(updates)" }
}

extension RecipeSpecification {
  /// Takes `meta=reptile:5 tasks=Person`; `meta=no`.
  ///
  /// - Throws: where one stands without the other, and where it is none.
  mutating func takeMetaLearning(from options: inout OptionReader) throws(Diagnostic) {
    let tasks = options.take("tasks")
    if let term = options.take("meta") {
      guard term.text != "no" else {
        meta = nil
        guard let tasks else { return }
        throw Diagnostic("`tasks` means nothing with `meta=no`", at: tasks.span)
      }
      let parts = term.joined
      guard let part = parts.first, parts.count == 1, part.keyword == MetaLearning.keyword,
        let updates = Int(part.argument ?? "5"), MetaLearning.range.contains(updates)
      else {
        throw term.mismatch(
          "meta",
          "`\(MetaLearning.keyword)` and how many updates a task has, 1 to 1,000, as `\(MetaLearning.usage)`, or `no`"
        )
      }
      guard let label = tasks?.text ?? meta?.label else {
        throw Diagnostic(
          "`meta` needs tasks", at: term.span,
          help: ["`tasks=Person` names the label whose values they are"])
      }
      meta = MetaLearning(updates: updates, label: label)
    } else if let tasks {
      guard meta != nil else {
        throw Diagnostic(
          "`tasks` means nothing without `meta`", at: tasks.span,
          help: ["`meta=\(MetaLearning.usage)` learns over them"])
      }
      meta?.label = tasks.text
    }
  }
}
