import Language
import MetricDescriptions
import Specification
import Training

/// What a word after `help` can mean.
enum HelpTopic {
  case command(Synopsis)
  case entry(Manual.Entry, Manual.Section)
  case section(Manual.Section)
  /// An option by its key, with every command that takes it.
  case option(String, [OptionUse])
  case setting(Setting)

  /// Everything of exactly that name; sections answer to their singular, metrics to their headings in
  /// listings, too.
  ///
  /// Where nothing has the name, what has it but for capitals, hyphens and blanks (`R1`, `instance noise`); where
  /// nothing has that, what is called so elsewhere (`TTUR`), and options with such a value (`extragradient`).
  ///
  /// - Parameter metrics: those of the notebook.
  static func named(_ word: String, metrics: [MetricDescription] = []) -> [HelpTopic] {
    let name = (RunHandle.metrics + metrics).listed.name(under: word) ?? word
    let plain = plainName(name)
    let sections = Manual.sections(with: metrics)
    let ways: [(_ name: String, _ others: [String]) -> Bool] = [
      { own, _ in own == name },
      { own, _ in plainName(own) == plain },
      { _, others in others.contains { plainName($0) == plain } },
    ]
    for isMeant in ways {
      let found = topics(in: sections, where: isMeant)
      if !found.isEmpty { return found }
      if let now = RunSpecification.renamedKeys[name] { return named(now) }
    }
    return []
  }

  /// Topics that are meant, by their names and their other names.
  private static func topics(
    in sections: [Manual.Section], where isMeant: (_ name: String, _ others: [String]) -> Bool
  ) -> [HelpTopic] {
    var topics: [HelpTopic] = []
    for command in Registry.commands.map({ $0.synopsis }) where isMeant(command.name, []) {
      topics.append(.command(command))
    }
    for section in sections {
      for entry in section.entries where isMeant(entry.name, entry.synonyms) {
        topics.append(.entry(entry, section))
      }
    }
    for section in sections where isMeant(section.name, []) { topics.append(.section(section)) }
    for (key, uses) in OptionUse.byKey where isMeant(key, uses.flatMap(\.option.otherNames)) {
      topics.append(.option(key, uses))
    }
    for setting in Setting.all where isMeant(setting.key, []) { topics.append(.setting(setting)) }
    for section in sections where isMeant(section.singular, []) {
      topics.append(.section(section))
    }
    return topics
  }

  /// All names that `named` knows, each with a line about it.
  static var all: [(name: String, summary: String)] {
    var topics = Registry.commands.map { ($0.synopsis.name, $0.synopsis.summary) }
    for section in Manual.sections {
      topics.append((section.name, section.summary))
      topics += section.entries.map { ($0.name, $0.summary) }
    }
    topics += OptionUse.all.map { ($0.option.key, $0.option.summary) }
    topics += Setting.all.map { ($0.key, $0.summary) }
    var seen = Set<String>()
    return topics.filter { seen.insert($0.0).inserted }.map { (name: $0.0, summary: $0.1) }
  }

  /// Names and lines of what has words in its own: name, summary, discussion or search terms. What is called so
  /// comes first, then what has them as whole words, then what has them within words; of words of three letters and
  /// fewer only whole ones count.
  static func concerning(_ words: String) -> [(name: String, summary: String)] {
    let search = HelpSearch(words)
    var found: [(name: String, summary: String, rank: Int)] = []
    func look(
      at name: String, _ summary: String, _ others: [String] = [], _ discussion: String = "",
      told: String? = nil
    ) {
      guard let rank = search.rank(of: [name] + others, summary, discussion) else { return }
      found.append((name, told ?? summary, rank))
    }
    for command in Registry.commands.map({ $0.synopsis }) {
      look(at: command.name, command.summary, command.searchTerms, command.discussion)
    }
    for section in Manual.sections {
      look(at: section.name, section.summary)
      for entry in section.entries {
        look(at: entry.name, entry.summary, entry.synonyms, entry.discussion)
      }
    }
    for use in OptionUse.all {
      let option = use.option
      look(
        at: option.key, option.summary, option.otherNames, option.discussion,
        told: "\(option.summary) (`\(use.command.name)`)")
    }
    for setting in Setting.all { look(at: setting.key, setting.summary) }
    // Of equal ranks in the order of the manual.
    let ranked = found.enumerated().sorted {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }
    var seen = Set<String>()
    return ranked.map(\.element).filter { seen.insert($0.name).inserted }.map {
      (name: $0.name, summary: $0.summary)
    }
  }
}

/// How near a text is to the words that are looked for.
private struct HelpSearch {
  private let wanted: String
  private let plain: String
  /// The words one by one.
  private let parts: [String]

  init(_ words: String) {
    wanted = words.lowercased()
    plain = plainName(words)
    parts = wanted.split(separator: " ").map(String.init)
  }

  /// 0 for a name or another name, 1 to 3 for words of the names, the summary, the discussion; 4 where the words are
  /// parts of others, 5 where they are apart; nil: they are not there.
  func rank(of names: [String], _ summary: String, _ discussion: String) -> Int? {
    if names.contains(where: { plainName($0) == plain }) { return 0 }
    if names.contains(where: { hasWord(wanted, $0) }) { return 1 }
    if hasWord(wanted, summary) { return 2 }
    if hasWord(wanted, discussion) { return 3 }
    let all = names + [summary, discussion]
    if wanted.count > 3, all.contains(where: { $0.lowercased().contains(wanted) }) { return 4 }
    guard parts.count > 1 else { return nil }
    return parts.allSatisfy { part in all.contains { hasWord(part, $0) } } ? 5 : nil
  }

  /// Whether letters and digits of a text end where the words do.
  private func hasWord(_ word: String, _ text: String) -> Bool {
    let text = text.lowercased()
    return text.ranges(of: word).contains { range in
      let beside = [text[..<range.lowerBound].last, text[range.upperBound...].first]
      return !beside.contains { $0.map { $0.isLetter || $0.isNumber } ?? false }
    }
  }
}
