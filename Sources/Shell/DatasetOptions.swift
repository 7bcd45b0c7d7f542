import Datasets
import Specification

/// Keys of `data`, for help, completion and the reference pages: the arguments of sources of images, how images
/// are prepared, the arguments of sources of points, and what chooses among the examples of another set.
package let dataOptions: [OptionSynopsis] = {
  let (images, points) = (
    [SourceSignature].all.filter { $0.images != nil },
    [SourceSignature].all.filter { $0.images == nil }
  )
  var options = argumentNames(of: images).map(argument) + preparation(of: images)
  let known = options.map(\.key)
  options += argumentNames(of: points).filter { !known.contains($0) }.map(argument)
  for choosing in choosing {
    var prefixed = choosing
    prefixed.summary = "\(ExampleChoice.keyword): \(choosing.summary)"
    guard let index = options.firstIndex(where: { $0.key == choosing.key }) else {
      options.append(prefixed)
      continue
    }
    options[index].summary += "; \(prefixed.summary)"
    if options[index].kind != choosing.kind {
      options[index].kind = .anyOf([options[index].kind, choosing.kind])
    }
  }
  options.append(
    OptionSynopsis(
      "weights", .text,
      "\(JoinedExamples.keyword): how often an example of each set comes, with commas between",
      initial: "all alike"))
  return options
}()

/// Keys of what is made of another data set.
private let choosing = [
  OptionSynopsis("split", .number, "the share of the first part, below 1, or how many it has"),
  OptionSynopsis(
    "each", .text, "the column of each of whose classes `split` takes so many",
    example: "data drawn portraits count=50 size=16; data few from drawn split=5 each=Smiling"),
  OptionSynopsis(
    "seed", .integer,
    "what they are split by, if left out the least that has split none of them before"),
  OptionSynopsis(
    "part", .choice(["first", "rest"]), "which part of the two that `split` makes",
    initial: "first"),
  OptionSynopsis(
    "identity", .text,
    "the column of whom an example shows, who is in one part alone; of celeba `identity`",
    example:
      "data drawn portraits count=50 size=16; data some from drawn split=0.5 identity=Wearing_Hat"),
  OptionSynopsis(
    "balance", .text, "the column whose classes are to be equally frequent",
    example: "data drawn portraits count=50 size=16; data even from drawn balance=Wearing_Hat"),
]

/// Keys that say how images are prepared.
private func preparation(of sources: [SourceSignature]) -> [OptionSynopsis] {
  let usual = SourceSignature.Images()
  func initial(_ standard: String, _ value: (SourceSignature.Images) -> String?) -> String {
    told(
      sources.compactMap { source in
        source.images.flatMap(value).map { (source.keyword, $0) }
      }, after: standard)
  }
  let transparent = sources.filter { $0.images?.mayBeTransparent == true }.map(\.keyword)
  return [
    OptionSynopsis(
      "size", .text, "height and width of the images, `64` or `64x48`",
      initial: initial("\(usual.size)") { "\($0.size)" }),
    OptionSynopsis(
      "channels", .choice(["1", "3"]), "grey or colours",
      initial: initial("\(usual.channels)") { "\($0.channels)" },
      example: "data drawn portraits channels=1"),
    OptionSynopsis(
      "grey", .choice(["yes", "no"]), "the same, `grey=yes`", initial: "no",
      example: "data drawn portraits grey=yes"),
    OptionSynopsis(
      "flip", .choice(["yes", "no"]), "mirror every other image", initial: "no",
      example: "data faces celeba path=~/celeba flip=yes"),
    OptionSynopsis(
      "crop", .choice(Crop.names), "which part of an image is used",
      initial: initial(usual.crop.map { "\($0)" } ?? "") { $0.crop.map { "\($0)" } },
      example: "data faces celeba path=~/celeba crop=celeba-108"),
    OptionSynopsis(
      "filter", .choice(ResizeFilter.allCases.map(\.rawValue)), "how images are resized",
      initial: "lanczos", example: "data faces celeba path=~/celeba filter=bilinear"),
    OptionSynopsis(
      "background", .choice(Background.names),
      "\(transparent.joined(separator: ", ")): what is seen through transparent images, or a colour such "
        + "as `#80ff00`",
      initial: "white", example: "data mine folder path=./photos background=black"),
  ]
}

/// The names of all arguments, each source's in its order.
private func argumentNames(of sources: [SourceSignature]) -> [String] {
  var names: [String] = []
  for source in sources {
    let own = source.arguments.map(\.name)
    for (index, name) in own.enumerated() where !names.contains(name) {
      let next = own[index...].lazy.compactMap { names.firstIndex(of: $0) }.first
      names.insert(name, at: next ?? names.endIndex)
    }
  }
  return names
}

/// What all sources that have an argument say of it.
private func argument(_ name: String) -> OptionSynopsis {
  let uses = [SourceSignature].all.compactMap { source in
    source.argument(name).map { (source: source.keyword, argument: $0) }
  }
  var kind: ParameterKind = .text
  var remarks: [String] = []
  switch uses[0].argument.kind {
  case .path: kind = .path
  case .run: kind = .run
  case .labels: kind = .anyOf([.choice(["yes", "no"]), .path])
  case .integer, .seed: kind = .integer
  case .number: kind = .number
  case .choice:
    let choices = uses.map { use -> (source: String, words: [String]) in
      guard case .choice(let words) = use.argument.kind else { return (use.source, []) }
      return (use.source, words)
    }
    let words = choices.flatMap(\.words).unique
    kind = .choice(words)
    remarks = words.compactMap { word in
      let owners = choices.filter { $0.words.contains(word) }.map(\.source)
      return owners.count == uses.count ? nil : "\(word): \(owners.joined(separator: ", ")) alone"
    }
  }
  let standards = uses.compactMap { use in use.argument.standardText.map { (use.source, $0) } }
  return OptionSynopsis(
    name, kind,
    summary(uses.map { ($0.source, $0.argument.summary) })
      + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"),
    initial: standards.first.map { told(standards, after: $0.1) },
    example: uses.compactMap(\.argument.use).first)
}

/// What an argument is, with the sources that have it, or those few that have it not.
private func summary(_ summaries: [(source: String, text: String)]) -> String {
  let all = [SourceSignature].all.keywords
  let texts = summaries.map(\.text).unique
  if texts.count == 1, 2 * summaries.count > all.count {
    let others = all.filter { keyword in !summaries.contains { $0.source == keyword } }
    return texts[0] + (others.isEmpty ? "" : " (all but \(others.joined(separator: ", ")))")
  }
  return texts.map { text in
    let sources = summaries.filter { $0.text == text }.map(\.source)
    return "\(sources.joined(separator: ", ")): \(text)"
  }.joined(separator: "; ")
}

/// A default, and those of the sources that have another: `3; of mnist and idx 1`.
private func told(_ standards: [(source: String, text: String)], after usual: String) -> String {
  let others = standards.map(\.text).unique.filter { $0 != usual }
  let parts = others.map { text in
    let sources = standards.filter { $0.text == text }.map(\.source)
    return "of \(listed(sources)) \(text)"
  }
  return ([usual] + (parts.isEmpty ? [] : [parts.joined(separator: ", ")])).joined(separator: "; ")
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String]) -> String {
  words.count < 2
    ? words.joined() : words.dropLast().joined(separator: ", ") + " and \(words[words.count - 1])"
}

extension [String] {
  /// Each once, at its first place.
  fileprivate var unique: [String] {
    reduce(into: []) { unique, text in if !unique.contains(text) { unique.append(text) } }
  }
}
