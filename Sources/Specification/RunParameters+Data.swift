import Language

/// Entries of the data that a run is trained and measured on.
extension RunParameters {
  /// The statements that declare a run's data, by the names that they have where it is run.
  ///
  /// - Parameters:
  ///   - statements: all of the text, of which those that declare data count, in their order.
  ///   - run: the one that runs; nil: what is declared last is what it is about.
  static func data(_ statements: [Statement], of run: Statement?) -> [RunParameter] {
    var declared: [String: DeclaredData] = [:]
    var last: DeclaredData?
    for statement in statements where statement.verb.text == "data" {
      guard let name = statement.operands.first else { continue }
      let base = statement.choosesExamples ? statement.operands.dropFirst(2).first?.text : nil
      let data = DeclaredData(
        statement, below: base.flatMap { declared[$0] }.map { [$0.statement] + $0.below } ?? [])
      (declared[name.text], last) = (data, data)
    }
    let trained = run?.operand(after: "on").flatMap { declared[$0.text] } ?? last
    let test = run?.options.first { $0.key.text == "test" }.flatMap { declared[$0.value.text] }
    return (trained?.entries("data") ?? []) + (test?.entries("test") ?? [])
  }
}

/// A statement that declares data, with those that it is made of, the nearest first.
private struct DeclaredData {
  let statement: Statement
  let below: [Statement]

  init(_ statement: Statement, below: [Statement]) {
    (self.statement, self.below) = (statement, Array(below.prefix(ExampleChoice.depths.upperBound)))
  }

  /// What is read stands under the owner itself, what is chosen of it under `from`: `data.size`,
  /// `data.from.where`; a choice below another one under `from.from`.
  func entries(_ owner: String) -> [RunParameter] {
    var entries: [RunParameter] = []
    var prefix = owner
    for statement in [statement] + below {
      let isChoice = statement.choosesExamples
      if isChoice { prefix += ".\(ExampleChoice.keyword)" }
      let key = isChoice ? prefix : owner
      var own: [RunParameter] = []
      if !isChoice {
        own += statement.operands.dropFirst().prefix(1).map {
          RunParameter(key: "\(key).source", text: $0.text)
        }
        if statement.joinsExamples {
          let names = statement.operands.dropFirst(2).map(\.text).joined(separator: " ")
          own.append(RunParameter(key: "\(key).sets", text: names))
        }
      }
      own += statement.options.map {
        RunParameter(key: "\(key).\($0.key.text)", text: $0.value.written)
      }
      own += statement.condition.map { [RunParameter(key: "\(key).where", text: "\($0)")] } ?? []
      own +=
        statement.block.map { block in
          let columns = block.items.map(\.description).joined(separator: "; ")
          return [RunParameter(key: "\(key).columns", text: columns)]
        } ?? []
      entries = own + entries
    }
    return entries
  }
}
