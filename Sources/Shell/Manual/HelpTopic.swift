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

  /// Everything of exactly that name; sections answer to their singular, metrics to
  /// their headings in listings, too.
  ///
  /// - Parameter metrics: those of the notebook.
  static func named(_ word: String, metrics: [MetricDescription] = []) -> [HelpTopic] {
    let name = (RunHandle.metrics + metrics).listed.name(under: word) ?? word
    let sections = Manual.sections(with: metrics)
    var topics: [HelpTopic] = []
    if let command = Registry.command(named: name) { topics.append(.command(command.synopsis)) }
    for section in sections {
      if let entry = Manual.entry(name, in: section) { topics.append(.entry(entry, section)) }
    }
    for section in sections where section.name == name { topics.append(.section(section)) }
    let uses = OptionUse.all.filter { $0.option.key == name }
    if !uses.isEmpty { topics.append(.option(name, uses)) }
    if let setting = Setting.all.first(where: { $0.key == name }) {
      topics.append(.setting(setting))
    }
    for section in sections where section.singular == name {
      topics.append(.section(section))
    }
    if topics.isEmpty, let now = RunSpecification.renamedKeys[name] { return named(now) }
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

  /// Names and lines of what has a word in its own: name, summary, discussion or search terms.
  static func concerning(_ words: String) -> [(name: String, summary: String)] {
    let wanted = words.lowercased()
    func holds(_ texts: [String]) -> Bool { texts.contains { $0.lowercased().contains(wanted) } }
    var found: [(String, String)] = []
    for command in Registry.commands.map({ $0.synopsis }) {
      if holds([command.name, command.summary, command.discussion] + command.searchTerms) {
        found.append((command.name, command.summary))
      }
    }
    for section in Manual.sections {
      if holds([section.name, section.summary]) { found.append((section.name, section.summary)) }
      for entry in section.entries where holds([entry.name, entry.summary, entry.discussion]) {
        found.append((entry.name, entry.summary))
      }
    }
    for use in OptionUse.all where holds([use.option.key, use.option.summary]) {
      found.append((use.option.key, "\(use.option.summary) (`\(use.command.name)`)"))
    }
    for setting in Setting.all where holds([setting.key, setting.summary]) {
      found.append((setting.key, setting.summary))
    }
    var seen = Set<String>()
    return found.filter { seen.insert($0.0).inserted }.map { (name: $0.0, summary: $0.1) }
  }
}
