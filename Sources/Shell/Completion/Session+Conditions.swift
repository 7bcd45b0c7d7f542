import Notebook
import Terminal

extension Session {
  /// Inside `where …` and `order by …`; nil where neither is being typed.
  func clause(of command: any Command.Type, _ context: CompletionContext) -> Completion? {
    guard let clause = ConditionCompletion(context.text, word: context.word) else { return nil }
    var candidates: [Candidate]
    if command.synopsis.name == DataCommand.synopsis.name {
      // The labels of data that nobody has opened yet are not known.
      guard clause.expectation == .joint else { return .words([], following: nil) }
      candidates = ["and", "or"].filter { $0.text.hasPrefix(context.word) }
    } else if command.synopsis.name == HistoryCommand.synopsis.name {
      candidates = clause.candidates(in: Vocabulary<CellQuantity>.cells)
    } else {
      guard let vocabulary = try? runVocabulary() else { return nil }
      candidates = clause.candidates(in: vocabulary)
    }
    if clause.expectation == .joint,
      case .words(let others, _) = operandsAndKeys(of: command, context)
    {
      candidates += others.filter { other in !candidates.contains { $0.text == other.text } }
    }
    // A function wants its metric at once.
    let isOpen = candidates.count == 1 && candidates[0].text.hasSuffix("(")
    return .words(candidates, following: isOpen ? nil : " ")
  }
}
