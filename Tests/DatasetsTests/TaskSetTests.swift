import Datasets
import Language
import Specification
import TestSupport
import Testing

/// Batches that are drawn from one task after another.
@Suite struct TaskSetTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Forty portraits of four people.
  private func people() throws -> Dataset {
    let text = "data pupils portraits count=40 people=4 size=8"
    let statement = try #require(try parse(SourceText(name: "test", text: text)).first)
    return try Dataset.open(
      DatasetSpecification(parsing: statement, .all), cacheDirectory: scratch.cache)
  }

  private func numbers(_ loader: BatchLoader, _ count: Int) -> [[Int32]] {
    var batch = [Float](repeating: 0, count: loader.valuesPerBatch)
    return (0..<count).map { _ in
      batch.withUnsafeMutableBufferPointer { _ = loader.next(into: $0) }
      return loader.examples
    }
  }

  @Test func `batches in a row are of one person, and all people come`() throws {
    let data = try people()
    let tasks = try data.tasks(by: "Person", batches: 3)
    #expect(tasks.members.map(\.count) == [10, 10, 10, 10])
    let labels = try data.labelVectors(LabelLayout([LabelDescription("Smiling", .attribute)]))
    func batches(from start: Int, _ count: Int) throws -> [[Int32]] {
      numbers(
        try data.makeLoader(
          batch: 6, seed: 2, startingAt: start, isAhead: start == 0, labels: labels, tasks: tasks),
        count)
    }
    let all = try batches(from: 0, 60)
    // Person k is on every fourth portrait.
    let people = all.map { Set($0.map { $0 % 4 }) }
    #expect(people.allSatisfy { $0.count == 1 })
    for turn in 0..<20 { #expect(Set(people[turn * 3..<turn * 3 + 3]).count == 1) }
    #expect(Set(people).count == 4)
    #expect(Set(all.joined()).count == 40)
    #expect(try batches(from: 7, 53) == Array(all[7...]))
  }

  @Test func `an attribute makes two tasks, and a number none`() throws {
    let data = try people()
    let tasks = try data.tasks(by: "Smiling", batches: 1)
    #expect(tasks.members.count == 2 && tasks.members.joined().count == 40)
    for (label, fact) in [
      ("Persn", "there is no label `Persn`"), ("Yaw", "`Yaw` is a number"),
    ] {
      let error = #expect(throws: DatasetError.self) { try data.tasks(by: label, batches: 1) }
      #expect(error?.message.contains(fact) == true, "\(String(describing: error))")
    }
  }
}
