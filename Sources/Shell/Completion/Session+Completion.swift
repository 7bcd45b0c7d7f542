import Language
import MetricDescriptions
import Notebook
import Reports
import Specification
import Terminal
import TerminalText

extension Session {
  /// What the word that is being typed may become.
  ///
  /// - Parameter word: UTF-8 offsets in the line (of all lines so far, in a block).
  func complete(_ line: String, word: Range<Int>) -> Completion {
    isCompleting = true
    defer { isCompleting = false }
    let context = CompletionContext(line, word: word)
    if context.isComment { return .none }
    guard let verb = context.statement.first else { return firstWord(context) }
    if verb.hasPrefix("!") { return .paths }
    guard let command = Registry.command(begunBy: verb) else { return .none }
    if context.depth > 0 { return insideBlock(context) }
    let synopsis = command.synopsis
    if context.isMode && synopsis.answer == .listing {
      return words(Manual.modes.candidates(), context.word)
    }
    if synopsis.name == "sql" { return column(context.word) }
    if synopsis.takesCondition, let completion = clause(of: command, context) { return completion }
    if let key = context.key {
      let option = synopsis.options.first { $0.key == key }
      return option.map { complete(context, as: $0.kind, of: key) } ?? .none
    }
    if let parameter = synopsis.parameters.first(where: {
      $0.preposition != nil && $0.preposition == context.words.last
    }) {
      return complete(context, as: parameter.kind)
    }
    return operandsAndKeys(of: command, context)
  }

  private func firstWord(_ context: CompletionContext) -> Completion {
    let verbs = Registry.commands.map { Candidate($0.synopsis.name, $0.synopsis.summary) }
    return words(verbs, context.word)
  }

  /// Networks, then layers, then a layer's keys and their values.
  private func insideBlock(_ context: CompletionContext) -> Completion {
    if context.statement.first == DataCommand.synopsis.name {
      let isFirst = context.words.count < 2
      return isFirst ? words(LabelDescription.keywords.map { Candidate($0) }, context.word) : .none
    }
    guard let name = context.words.dropFirst().first else {
      return context.depth == 1
        ? words(Manual.networks.map { Candidate($0) }, context.word)
        : words(Manual.layers.candidates(), context.word)
    }
    let options =
      Manual.networks.contains(name)
      ? Manual.networkOptions : Manual.entry(name, in: Manual.layers)?.options ?? []
    if let key = context.key {
      guard let option = options.first(where: { $0.key == key }) else { return .none }
      return complete(context, as: option.kind, of: key)
    }
    return words(keys(options, besides: context.words), context.word, following: nil)
  }

  func operandsAndKeys(
    of command: any Command.Type, _ context: CompletionContext
  ) -> Completion {
    let synopsis = command.synopsis
    let prepositions = synopsis.parameters.compactMap(\.preposition)
    let positional = synopsis.parameters.filter { $0.preposition == nil }
    let filled = context.words.indices.dropFirst().filter { index in
      let (word, previous) = (context.words[index], context.words[index - 1])
      return !prepositions.contains(word) && !prepositions.contains(previous)
        && !word.contains("=")
    }.count
    var found: [Candidate] = []
    if let next = filled < positional.count ? positional[filled] : positional.last(where: \.repeats)
    {
      guard case .words(let values, let following) = complete(context, as: next.kind) else {
        return .paths
      }
      // The next of a list of operands, and a first one that must be there, come before all else.
      if !context.elements.isEmpty || (next.isRequired && filled < positional.count) {
        return .words(values, following: following)
      }
      found = values
    }
    let free = synopsis.parameters.filter { parameter in
      parameter.preposition.map { !context.words.contains($0) } ?? false
    }
    if synopsis.takesCondition {
      let clauses = [Candidate("where", "a condition"), Candidate("order", "by what to sort")]
      found += begun(synopsis.takesOrder ? clauses : [clauses[0]], context.word)
    }
    found += begun(
      free.map { Candidate($0.preposition ?? "", $0.summary) }, context.word)
    let further =
      synopsis.furtherKeys.map { kind in
        attributes(kind, context).map { OptionSynopsis($0.text, .text, $0.summary ?? "") }
      } ?? []
    let options = begun(
      keys(command.options(after: context.words) + further, besides: context.words), context.word)
    // A word that has begun as a name is a name.
    if !context.word.isEmpty && !found.isEmpty { return .words(found, following: " ") }
    let isOnlyKeys = found.isEmpty && !options.isEmpty
    return .words(found + options, following: isOnlyKeys ? nil : " ")
  }

  /// Keys with their `=`, those that have been given left out.
  private func keys(_ options: [OptionSynopsis], besides words: [String]) -> [Candidate] {
    options.filter { option in !words.contains { $0.hasPrefix(option.key + "=") } }
      .map { Candidate($0.key + "=", $0.described) }
  }

  // MARK: Kinds

  private func complete(
    _ context: CompletionContext, as kind: ParameterKind, of key: String? = nil
  ) -> Completion {
    switch kind {
    case .path: return .paths
    case .topic:
      return words(HelpTopic.all.map { Candidate($0.name, $0.summary) }, context.word)
    case .choice(let values):
      let candidates = values.map { Candidate($0, summary(of: $0, as: key, context)) }
      return words(candidates, context.word)
    case .list(let kind):
      guard case .words(let candidates, _) = complete(context, as: kind, of: key) else {
        return .paths
      }
      let fresh = candidates.filter { !context.elements.contains($0.text) }
      return .words(fresh, following: nil)
    case .anyOf(let kinds):
      var candidates: [Candidate] = []
      for kind in kinds where kind != .path {
        if case .words(let more, _) = complete(context, as: kind, of: key) { candidates += more }
      }
      // Files where nothing else begins so.
      if candidates.isEmpty && kinds.contains(.path) { return .paths }
      return .words(candidates, following: " ")
    case .settingValue:
      let setting = Setting.all.first { $0.key == context.words.last }
      return words((setting?.values ?? []).map { Candidate($0) }, context.word)
    case .dataset, .architecture, .recipe, .run, .metric, .runColumn, .sweep:
      return words(named(kind, context), context.word)
    case .checkpoint: return words(checkpoints(ofRunIn: context), context.word)
    case .label, .latent, .attribute: return words(attributes(kind, context), context.word)
    case .labelValue: return words(attributes(kind, context), context.word, following: nil)
    case .newName, .integer, .number, .text: return .none
    }
  }

  /// What the manual says of a value: of an option, or where there is no key of a source, a preset or
  /// a setting.
  private func summary(
    of value: String, as key: String?, _ context: CompletionContext
  ) -> String? {
    let name = String(value.prefix { $0 != ":" })
    if let key, let section = Manual.sections.first(where: { $0.singular == key }) {
      return Manual.entry(name, in: section)?.summary
    }
    guard key == nil else { return nil }
    switch context.statement.first {
    case "data": return Manual.entry(name, in: Manual.sources)?.summary
    case "arch": return Manual.entry(name, in: Manual.presets)?.summary
    case "set": return Setting.all.first { $0.key == name }?.summary
    default: return nil
    }
  }

  /// What `at` of `branch` may be followed by.
  private func checkpoints(ofRunIn context: CompletionContext) -> [Candidate] {
    guard let name = context.words.dropFirst().first, let notebook = try? existingNotebook(),
      let run = try? notebook.run(named: name)
    else { return [] }
    let kept = ((try? notebook.checkpoints(run: run.id)) ?? []).filter(\.isGood)
    let measured = ((try? notebook.summaries(run: run.id)) ?? []).metrics
    return [Candidate("last", "the newest")]
      + measured.filter { $0.direction != nil }.map { Candidate("best:\($0.name)", $0.label) }
      + kept.map { Candidate(String($0.step), Readable.bytes($0.bytes)) }
  }

  /// What is known of the runs that the statement names: their labels, directions and latents.
  private func attributes(_ kind: ParameterKind, _ context: CompletionContext) -> [Candidate] {
    guard let notebook = try? existingNotebook() else { return [] }
    let names = context.words.dropFirst().flatMap { $0.split(separator: ",").map(String.init) }
    var found: [Candidate] = []
    for name in names {
      guard let run = try? notebook.run(named: name), let specification = try? run.specification()
      else { continue }
      let labels = specification.labels
      switch kind {
      case .label: found += labels.map { Candidate(word($0)) }
      case .labelValue: found += labels.map { Candidate(word($0) + ":") }
      case .latent:
        found += ((try? notebook.latents(run: run.id)) ?? []).map {
          Candidate(word($0.name), SafeText.oneLine($0.origin))
        }
      case .attribute:
        let directions = ((try? notebook.directions(run: run.id)) ?? []).map(\.name)
        found += (labels + directions.filter { !labels.contains($0) }).map { Candidate(word($0)) }
      default: break
      }
    }
    var seen: Set<String> = []
    return found.filter { seen.insert($0.text).inserted }
  }

  /// Names in the notebook, with a line about each.
  private func named(_ kind: ParameterKind, _ context: CompletionContext) -> [Candidate] {
    guard let notebook = try? existingNotebook() else { return [] }
    func declared(_ kind: DeclarationKind) -> [Candidate] {
      ((try? notebook.declarations(kind)) ?? []).map {
        Candidate($0.name, kind == .dataset ? $0.text.lastLine : $0.text.firstLine)
      }
    }
    switch kind {
    case .dataset: return declared(.dataset)
    case .architecture: return declared(.architecture)
    case .recipe: return declared(.recipe)
    case .run:
      return ((try? notebook.runNames(beginning: context.word)) ?? []).map { run in
        Candidate(run.name, "\(run.status.rawValue) after \(counted(run.stepsDone, "step"))")
      }
    case .metric: return metrics(of: context, in: notebook).map { Candidate($0) }
    case .sweep:
      return ((try? notebook.sweeps()) ?? []).map { Candidate($0.name, $0.text) }
    case .runColumn:
      return (try? runVocabulary()).map { ConditionCompletion.columns(of: $0) } ?? []
    default: return []
    }
  }

  /// Metrics of the runs that the statement names; of any where it names none.
  private func metrics(of context: CompletionContext, in notebook: Notebook) -> [String] {
    let words = context.words.dropFirst().flatMap { $0.split(separator: ",").map(String.init) }
    let own = (try? notebook.metricNames(ofRuns: words)) ?? []
    return own.isEmpty ? (try? notebook.metricNames()) ?? [] : own
  }

  /// A table or column of the notebook, after whatever else the word holds (`count(`, `run.`).
  private func column(_ word: String) -> Completion {
    let letters = word.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let begun = String(letters.reversed())
    let before = String(word.dropLast(begun.count))
    var candidates: [Candidate] = []
    for table in Notebook.schemaDescription {
      candidates.append(Candidate(before + table.name, table.summary))
      for column in table.columns
      where !candidates.contains(where: { $0.text == before + column.name }) {
        candidates.append(Candidate(before + column.name, "\(table.name): \(column.summary)"))
      }
    }
    return words(candidates, word, following: nil)
  }

  private func words(
    _ candidates: [Candidate], _ word: String, following: Character? = " "
  ) -> Completion {
    .words(begun(candidates, word), following: following)
  }

  private func begun(_ candidates: [Candidate], _ word: String) -> [Candidate] {
    candidates.filter { $0.text.hasPrefix(word) }
  }
}

extension Completion {
  /// Nothing that could follow is known.
  fileprivate static let none = Completion.words([], following: nil)
}

extension Manual.Section {
  /// Names with their lines, for completion.
  fileprivate func candidates() -> [Candidate] { entries.map { Candidate($0.name, $0.summary) } }
}

extension Registry {
  /// The command of a name, or the only one whose name begins so.
  fileprivate static func command(begunBy verb: String) -> (any Command.Type)? {
    if let command = command(named: verb) { return command }
    let begun = commands.filter { $0.synopsis.name.hasPrefix(verb) }
    return begun.count == 1 ? begun.first : nil
  }
}

extension String {
  fileprivate var firstLine: String { String(prefix { $0 != "\n" }) }
}
