import Language
import Networks
import Specification

/// What is said of an option that a command has not.
extension Synopsis {
  /// Whether it takes an option; of penalties that it takes, their weights too.
  func hasOption(_ key: String) -> Bool {
    if options.contains(where: { $0.key == key }) { return true }
    guard case .weight? = Dial(rawValue: key) else { return false }
    return options.contains { $0.key == "penalty" }
  }

  /// Lines of help: the option that was meant; else what else is called so, an option of other commands or a layer.
  func waysOut(of key: String) -> [String] {
    if options.isEmpty { return ["it takes no options"] }
    let called = Self.options(called: key)
    let own = called.filter { hasOption(Self.optionKey(of: $0)) }
    if !own.isEmpty { return [didYouMean(own)] }
    let known = options.map(\.key)
    if let near = nearest(to: key, in: known) { return [didYouMean([near])] }
    let elsewhere = Self.placesElsewhere(of: key, called)
    return elsewhere.isEmpty ? suggestion(for: key, in: known) : elsewhere
  }

  /// - Parameter owner: what is said to have no such option.
  /// - Throws: for an option that it has not and that is something elsewhere.
  func checkElsewhere(_ typed: [Option], as owner: String) throws(Diagnostic) {
    for option in typed where !hasOption(option.key.text) {
      let key = option.key.text
      let called = Self.options(called: key)
      guard !called.contains(where: { hasOption(Self.optionKey(of: $0)) }),
        nearest(to: key, in: options.map(\.key)) == nil
      else { continue }
      let elsewhere = Self.placesElsewhere(of: key, called)
      guard !elsewhere.isEmpty else { continue }
      throw Diagnostic(
        "\(owner) has no option `\(key)`", at: option.key.span, help: elsewhere)
    }
  }

  /// What commands, layers and options there are of a name.
  private static func placesElsewhere(of key: String, _ called: [String]) -> [String] {
    var lines: [String] = []
    let commands = Self.commands(with: key)
    if !commands.isEmpty { lines.append("`\(key)` is an option of \(listed(commands))") }
    let plain = plainName(key)
    let layer = Signatures.all.layers.first { layer in
      ([layer.keyword] + layer.synonyms).contains { plainName($0) == plain }
    }
    if let keyword = layer?.keyword {
      let name = keyword == key ? "`\(key)`" : "`\(key)`, `\(keyword)` here,"
      lines.append("\(name) is a layer of a network: `help \(keyword)`")
    }
    guard commands.isEmpty else { return lines }
    for word in called {
      let takers = Self.commands(with: optionKey(of: word))
      lines.append("it is called `\(word)` here, an option of \(listed(takers))")
    }
    return lines
  }

  /// Options of any command that are called so in other programs and in the literature, as they may be typed.
  private static func options(called word: String) -> [String] {
    let plain = plainName(word)
    let keys = OptionUse.byKey.filter { _, uses in
      uses.contains { use in use.option.synonyms.contains { plainName($0) == plain } }
    }
    let own = RecipeSpecification.options(called: word, .all)
    return own + keys.map(\.key).filter { !own.contains($0) }
  }

  /// `penalty` of `penalty=gp:10`.
  private static func optionKey(of option: String) -> String { String(option.prefix { $0 != "=" }) }

  private static func commands(with key: String) -> [String] {
    (OptionUse.byKey.first { $0.key == key }?.uses ?? []).map { "`\($0.command.name)`" }
  }
}
