import Language
import Terminal

extension Session {
  /// What the word that is being typed may become.
  ///
  /// - Parameter word: UTF-8 offsets in the line (of all lines so far, in a block).
  func complete(_ line: String, word: Range<Int>) -> Completion {
    let context = CompletionContext(line, word: word)
    guard let verb = context.words.first else {
      return .words(begun(Registry.verbs, context.word), following: " ")
    }
    guard let command = Registry.command(named: verb) else {
      return .words([], following: nil)
    }
    let synopsis = command.synopsis
    if context.depth > 0 { return insideBlock(context) }
    if let key = context.key {
      guard let option = synopsis.options.first(where: { $0.key == key }) else { return .paths }
      return complete(context.word, as: option.kind)
    }
    if let parameter = synopsis.parameters.first(where: {
      $0.preposition != nil && $0.preposition == context.words.last
    }) {
      return complete(context.word, as: parameter.kind)
    }
    return operandsAndKeys(of: synopsis, context)
  }

  /// Networks, then layers, then a layer's keys.
  private func insideBlock(_ context: CompletionContext) -> Completion {
    if context.key != nil { return .words([], following: nil) }
    guard let name = context.words.dropFirst().first else {
      let names =
        context.depth == 1
        ? LayerManual.networks.keys.sorted() : LayerManual.entries.map(\.keyword)
      return .words(begun(names, context.word), following: " ")
    }
    let keys =
      LayerManual.networks[name] ?? LayerManual.entries.first { $0.keyword == name }?.keys ?? []
    return .words(begun(keys.map { $0 + "=" }, context.word), following: nil)
  }

  private func operandsAndKeys(of synopsis: Synopsis, _ context: CompletionContext) -> Completion {
    let prepositions = synopsis.parameters.compactMap(\.preposition)
    let free = synopsis.parameters.filter { parameter in
      parameter.preposition.map { !context.words.contains($0) } ?? false
    }
    let filled = context.words.dropFirst().enumerated().filter { index, word in
      let previous = context.words[index]
      return !prepositions.contains(word) && !prepositions.contains(previous)
        && !word.contains("=")
    }.count
    let positional = synopsis.parameters.filter { $0.preposition == nil }
    var words: [String] = []
    if let next = filled < positional.count ? positional[filled] : positional.last(where: \.repeats)
    {
      switch complete(context.word, as: next.kind) {
      case .paths: return .paths
      case .words(let values, _): words += values
      }
      // A first operand that must be there comes before anything else.
      if next.isRequired && filled < positional.count { return .words(words, following: " ") }
    }
    words += begun(free.compactMap(\.preposition), context.word)
    let keys = synopsis.options.map(\.key).filter { key in
      !context.words.contains { $0.hasPrefix(key + "=") }
    }
    let options = begun(keys.map { $0 + "=" }, context.word)
    // A word that has begun as a name is a name.
    if !context.word.isEmpty && !words.isEmpty { return .words(words, following: " ") }
    let onlyKey = words.isEmpty && options.count == 1
    return .words(words + options, following: onlyKey ? nil : " ")
  }

  private func complete(_ word: String, as kind: ParameterKind) -> Completion {
    switch kind {
    case .path: return .paths
    case .verb: return .words(begun(Registry.verbs, word), following: " ")
    case .choice(let values): return .words(begun(values, word), following: " ")
    case .list(let kind):
      guard case .words(let words, _) = complete(word, as: kind) else { return .paths }
      return .words(words, following: nil)
    case .dataset, .architecture, .recipe, .run, .metric:
      return .words(begun(names(of: kind), word), following: " ")
    case .newName, .integer, .number, .text, .settingValue: return .words([], following: nil)
    }
  }

  private func begun(_ candidates: [String], _ word: String) -> [String] {
    candidates.filter { $0.hasPrefix(word) }
  }
}

/// The statement around the word that is being typed.
package struct CompletionContext: Equatable {
  /// Words before it, options whole.
  package var words: [String] = []
  /// The key before the `=` it stands after.
  package var key: String?
  package var word = ""
  /// Blocks that are open around it; within one, `words` holds the verb and the entry's own.
  package var depth = 0

  package init(_ line: String, word range: Range<Int>) {
    let bytes = Array(line.utf8)
    let end = min(range.upperBound, bytes.count)
    let start = min(range.lowerBound, end)
    word = String(decoding: bytes[start..<end], as: UTF8.self)

    var begin = 0
    var verb: String?
    for index in 0..<start {
      switch bytes[index] {
      case UInt8(ascii: "{"):
        if depth == 0 { verb = Self.words(bytes[begin..<index]).first }
        depth += 1
        begin = index + 1
      case UInt8(ascii: "}"):
        depth = max(0, depth - 1)
        begin = index + 1
      case UInt8(ascii: ";"), UInt8(ascii: "\n"): begin = index + 1
      default: break
      }
    }
    let before = String(decoding: bytes[begin..<start], as: UTF8.self)
    words = Self.words(bytes[begin..<start])
    // The word may be the value of an option, or one of a list of values.
    if let last = words.last, before.last?.isWhitespace == false {
      words.removeLast()
      if let equals = last.firstIndex(of: "=") { key = String(last[..<equals]) }
    }
    if depth > 0 { words.insert(verb ?? "", at: 0) }
  }

  private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
