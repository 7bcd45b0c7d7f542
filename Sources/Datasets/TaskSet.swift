import Language
import Specification

/// Examples by the value of one of their labels: the tasks that a run learns over.
package struct TaskSet: Sendable, Hashable {
  /// The numbers of each task's examples in the data set, two or more; in the order of the label's values.
  package let members: [[Int32]]
  /// Batches in a row that are of one task.
  package let batches: Int

  package init(_ members: [[Int32]], batches: Int) {
    precondition(!members.isEmpty && batches > 0)
    (self.members, self.batches) = (members, batches)
  }
}

extension Dataset {
  /// The tasks that the values of a label are.
  ///
  /// - Parameters:
  ///   - label: a column of words, or an attribute, whose two tasks are the examples with it and without it.
  ///   - batches: in a row that are of one task.
  ///   - task: what one is called in messages.
  /// - Throws: `.label` where there is no such label, where it is a number, and where fewer than two of its values have two
  ///   examples or more.
  package func tasks(
    by label: String, batches: Int, called task: String = "task"
  ) throws(DatasetError) -> TaskSet {
    guard let column = labels?.columns.first(where: { $0.description.name.isExactly(label) }) else {
      throw DatasetError((labels?.descriptions ?? []).missing(label))
    }
    let members: [[Int32]]
    switch column.values {
    case .number:
      throw .label(
        "`\(label)` is a number, and \(task)s are the values of a label of words or of an attribute",
        help: [])
    case .boolean(let values):
      members = [1, -1].map { wanted in
        values.indices.filter { values[$0] == wanted }.map { Int32($0) }
      }
    case .category(let words, let indices):
      var all = [[Int32]](repeating: [], count: words.count)
      for (example, index) in indices.enumerated() where index >= 0 {
        all[Int(index)].append(Int32(example))
      }
      members = all
    }
    let tasks = members.filter { $0.count > 1 }
    guard tasks.count > 1 else {
      throw .label(
        "`\(label)` makes \(tasks.count == 1 ? "one" : "no") \(task): a \(task) has two examples or more, and there are two \(task)s or more",
        help: [])
    }
    return TaskSet(tasks, batches: batches)
  }
}
