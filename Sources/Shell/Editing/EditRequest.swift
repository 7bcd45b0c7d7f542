import Foundation
import Images
import Language
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `edit base seed=3 Smiling=-2..2 to strip.png`.
struct EditRequest {
  private let name: Word
  private let classifier: Word?
  private let step: Int?
  private let file: Word?
  private let seed: UInt64?
  private let latent: Word?
  private let count, steps: Int
  private let method: Term?
  private let without: [Word]
  private let identity: Word?
  /// What is changed, in the order in which it was typed.
  private let changes: [Change]

  /// An attribute and the places that it takes.
  private struct Change {
    let attribute: Word
    let range: ClosedRange<Double>
    let place: Span

    var isRange: Bool { range.lowerBound < range.upperBound }

    func value(_ step: Int, of steps: Int) -> Double {
      guard isRange, steps > 1 else { return range.lowerBound }
      return range.lowerBound
        + (range.upperBound - range.lowerBound) * Double(step) / Double(steps - 1)
    }
  }

  /// Where a picture stands: how far along each change.
  private typealias Place = [Double]

  init(parsing statement: Statement, of synopsis: Synopsis) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: synopsis)
    name = try arguments.requiredWord("run")
    classifier = try arguments.word("classifier")
    step = try arguments.step()
    file = try arguments.word("file")
    if let file, file.fileEnding != "png" {
      throw Diagnostic(
        "a strip is a PNG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png"])
    }
    seed = try arguments.option("seed")?.seed(for: "seed")
    latent = try arguments.option("latent")?.asWord(for: "latent")
    if let latent, seed != nil {
      throw Diagnostic(
        "`latent` names one, and `seed` draws others", at: latent.span,
        help: ["leave one of them out"])
    }
    let asked = try arguments.integer("count", in: 1...64)
    if let latent, let asked, asked > 1 {
      throw Diagnostic("`latent` is one, and `count` says \(asked)", at: latent.span)
    }
    steps = try arguments.integer("steps", in: 2...Self.mostSteps) ?? 7
    method = arguments.option("method")
    _ = try method?.choice(of: LatentDirections.Method.self, for: "method")
    without = try arguments.names("without") ?? []
    identity = try arguments.option("identity")?.asWord(for: "identity")
    let own = Set(synopsis.options.map(\.key))
    var changes: [Change] = []
    for option in arguments.options where !own.contains(option.key.text) {
      let range: ClosedRange<Double>
      switch option.value.value {
      case .range(let low, let high) where low < high: range = low...high
      case .number(let number): range = number...number
      default:
        throw Diagnostic(
          "`\(option.key.text)` goes from a number to a larger one, or is one",
          at: option.value.span,
          help: ["write it like `\(Self.example(of: option.key))`"])
      }
      let largest = Limits.largestNumber
      guard abs(range.lowerBound) <= largest, abs(range.upperBound) <= largest else {
        throw Diagnostic(
          "`\(option.key.text)` is a number from \(printed(-largest)) to \(printed(largest))",
          at: option.value.span)
      }
      changes.append(
        Change(
          attribute: Word(option.key.text, at: option.key.span), range: range,
          place: option.value.span))
    }
    guard changes.contains(where: \.isRange) else {
      throw Diagnostic(
        changes.first.map {
          "`\($0.attribute.text)` has one place, and a row goes from one to another"
        } ?? "nothing says what is changed", at: changes.first?.place ?? statement.verb.span,
        help: [
          "say it: `edit \(word(name.text)) \(Self.example(of: changes.first?.attribute ?? Word("Smiling", at: name.span)))`"
        ])
    }
    let ranges = changes.filter(\.isRange)
    if ranges.count > Self.mostRanges {
      throw Diagnostic(
        "a page has room for \(Self.mostRanges) ranges, not \(ranges.count)",
        at: ranges[Self.mostRanges].place)
    }
    self.changes = changes
    // A grid is of one.
    count = asked ?? (latent == nil && ranges.count == 1 ? 4 : 1)
    let pictures = ranges.reduce(count) { all, _ in all * steps }
    guard pictures <= Self.mostPictures else {
      throw Diagnostic(
        "these are \(grouped(pictures)) pictures, and a page has at most \(grouped(Self.mostPictures))",
        at: ranges[ranges.count - 1].place,
        help: [count > 1 ? "fewer `steps`, or `count=1`" : "fewer `steps`"])
    }
  }

  /// How the change of an attribute is typed.
  private static func example(of attribute: Word) -> String {
    if attribute.text == LabelDescription.classes { return "\(attribute.text)=0..1 steps=2" }
    return Option(key: attribute, value: Term(.range(-2, 2), at: attribute.span, source: ""))
      .description
  }

  private static let mostSteps = 64
  private static let mostRanges = 3
  private static let mostPictures = 4096

  // MARK: Editing

  func run(in session: Session) throws {
    Interrupts.install()
    let generator = try OpenGenerator(of: name, at: step, in: session)
    let moves = try moves(of: generator, in: session)
    let (latents, labels) = try beginning(of: generator, in: session)
    let places = places()
    var images: [[[Float]]] = []
    for (latent, label) in zip(latents, labels) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let edited = places.map { place in moves.edited(latent, label, to: place) }
      images.append(try generator.images(of: edited.map(\.0), labels: edited.map(\.1)))
    }
    let isTold = classifier != nil || identity != nil
    let told = isTold ? try table(images, generator.shape, places, in: session) : nil
    if let file { try write(images, generator.shape, to: file, in: session) }
    guard let told else {
      if file == nil {
        session.errors.line(
          "note: nothing was written or told; `to strip.png` writes the pictures, `using RUN` tells what changes"
        )
      }
      return
    }
    session.show(told)
  }

  /// How latents and labels are changed.
  private struct Moves {
    /// For each change a direction in the latents, or the place of a label.
    let ways: [Way]

    enum Way {
      case direction([Double])
      case label(Int)
      /// The value says which.
      case classes
    }

    func edited(
      _ latent: [Float], _ labels: [Float], to place: Place
    ) -> (latent: [Float], labels: [Float]) {
      var (latent, labels) = (latent, labels)
      for (way, value) in zip(ways, place) {
        switch way {
        case .direction(let direction):
          for index in latent.indices { latent[index] += Float(value * direction[index]) }
        case .label(let index): labels[index] = Float(value)
        case .classes: labels = labels.indices.map { $0 == Int(value) ? 1 : 0 }
        }
      }
      return (latent, labels)
    }
  }

  private func moves(
    of generator: borrowing OpenGenerator, in session: Session
  ) throws -> Moves {
    let step = generator.step
    let all = try session.notebook().directions(run: generator.run.id).filter { direction in
      direction.step == step && (method.map { $0.text == direction.method } ?? true)
    }
    let labels = generator.specification.labels
    func vector(of word: Word) throws -> [Double] {
      guard let found = all.last(where: { $0.name == word.text }) else {
        throw missing(word, among: all.map(\.name), labels, step: step)
      }
      guard found.vector.count == generator.specification.architecture.latent,
        found.vector.allSatisfy(\.isFinite)
      else {
        throw Diagnostic("the notebook's direction `\(word.text)` is damaged", at: word.span)
      }
      return found.vector.map { Double($0) }
    }
    if let same = without.first(where: { word in
      changes.contains { $0.attribute.text == word.text }
    }) {
      throw Diagnostic(
        "`\(same.text)` is changed itself, and cannot be left as it is", at: same.span,
        help: ["leave it out of `without`"])
    }
    let others = try without.map(vector)
    return Moves(
      ways: try changes.map { change in
        if let index = labels.firstIndex(of: change.attribute.text) {
          let shape = generator.specification.architecture.labels
          guard case .classes(let count) = shape else {
            session.note(
              change.attribute.text, from: change.range.lowerBound, to: change.range.upperBound,
              askedOf: shape)
            return .label(index)
          }
          try check(change, isOfClassesBelow: count)
          return .classes
        }
        let own = try vector(of: change.attribute)
        guard let rest = direction(own, without: others) else {
          throw Diagnostic(
            "nothing is left of `\(change.attribute.text)` without the others",
            at: change.attribute.span)
        }
        return .direction(rest)
      })
  }

  /// - Throws: where a picture would be of no class.
  private func check(_ change: Change, isOfClassesBelow count: Int) throws(Diagnostic) {
    let values = (0..<steps).map { change.value($0, of: steps) }
    guard
      let other = values.first(where: { $0 != $0.rounded() || !(0..<Double(count)).contains($0) })
    else { return }
    let (low, high) = (change.range.lowerBound, change.range.upperBound)
    let shown = min(count, Self.mostSteps)
    let isWhole = low == low.rounded() && high == high.rounded() && low >= 0 && high < Double(count)
    throw Diagnostic(
      "`\(change.attribute.text)` is a whole number from 0 to \(grouped(count - 1)), not \(printed(other))",
      at: change.place,
      help: [
        isWhole
          && high - low < Double(Self.mostSteps)
          ? "`steps=\(Int(high - low) + 1)` is a picture of each from \(printed(low)) to \(printed(high))"
          : "write it like `\(change.attribute.text)=0..\(shown - 1) steps=\(shown)`"
      ])
  }

  private func missing(
    _ word: Word, among names: [String], _ labels: [String], step: Int
  ) -> Diagnostic {
    if labels.contains(word.text) {
      return Diagnostic(
        "run `\(name.text)` was trained with the label `\(word.text)`, and `without` takes directions",
        at: word.span,
        help: [
          "set it instead: `\(Option(key: word, value: Term(.number(0), at: word.span, source: "")))`"
        ])
    }
    let known = Array(Set(names + labels)).sorted()
    return Diagnostic(
      "run `\(name.text)` has no direction `\(word.text)` at step \(grouped(step))",
      at: word.span,
      help: suggestion(for: word.text, in: known, kind: "directions") + [
        LatentDirections.Method.allCases.first { word.text.hasPrefix($0.rawValue + "-") }.map {
          "`attributes \(name.text) method=\($0.rawValue)` finds some of that kind"
        } ?? "`attributes \(name.text) using CLASSIFIER` finds them"
      ])
  }

  /// What is edited, and the labels that it is made with.
  private func beginning(
    of generator: borrowing OpenGenerator, in session: Session
  ) throws -> (latents: [[Float]], labels: [[Float]]) {
    let usual = generator.usualLabels
    guard let latent else {
      let latents = generator.latents(count: count, seed: seed ?? generator.specification.seed)
      return (latents, latents.map { _ in usual })
    }
    let record = try session.latent(named: latent, of: generator)
    return ([record.vector], [record.labels ?? usual])
  }

  /// Of all pictures of a sample: the first range goes to the right, the second down, and the third from one such grid to the next.
  private func places() -> [Place] {
    let ranges = changes.indices.filter { changes[$0].isRange }
    let (rows, grids) = (ranges.count > 1 ? steps : 1, ranges.count > 2 ? steps : 1)
    return (0..<grids).flatMap { grid in
      (0..<rows).flatMap { row in
        (0..<steps).map { column in
          changes.indices.map { index in
            let step = [column, row, grid][ranges.firstIndex(of: index) ?? 0]
            return changes[index].value(step, of: steps)
          }
        }
      }
    }
  }

  // MARK: What came of it

  private func write(
    _ images: [[[Float]]], _ shape: ImageShape, to file: Word, in session: Session
  ) throws {
    let page = images.flatMap(\.self).flatMap { values in
      PixelImage.images(
        fromTensor: values, count: 1, channels: shape.channels, height: shape.height,
        width: shape.width)
    }
    let sheet = SampleSheet(
      columns: steps, magnification: max(1, 96 / max(shape.height, shape.width)))
    let grid = steps * steps
    let picture =
      changes.count(where: \.isRange) < Self.mostRanges
      ? sheet.compose(page)
      : SampleSheet(columns: steps, gap: 8).compose(
        stride(from: 0, to: page.count, by: grid).map {
          sheet.compose(Array(page[$0..<min($0 + grid, page.count)]))
        })
    try session.write(picture.pngData(), to: file)
    let along = changes.map { change in
      let (low, high) = (printed(change.range.lowerBound), printed(change.range.upperBound))
      return "\(change.attribute.text) \(change.isRange ? "\(low) to \(high)" : low)"
    }
    try session.tell(
      "\(grouped(images.count)) \(images.count == 1 ? "sample" : "samples"), "
        + SafeText.oneLine(along.joined(separator: ", ")), writtenTo: file)
  }

  /// A row for each place.
  private func table(
    _ images: [[[Float]]], _ shape: ImageShape, _ places: [Place], in session: Session
  ) throws -> Table {
    var names: [String] = []
    var told = places.map { _ in [Table.Cell]() }
    if let classifier {
      let teller = try AttributeTeller(classifier, of: shape, in: session)
      names = teller.names
      for place in places.indices {
        let scores = teller.scores(of: images.map { $0[place] })
        told[place] = names.indices.map { attribute in
          let values = scores.map { Double($0[attribute]) }
          let count = Double(values.count)
          return teller.tellsNumbers
            ? .number(values.reduce(0, +) / count)
            : .percent(values.reduce(0) { $0 + 1 / (1 + exp(-$1)) } / count)
        }
      }
    }
    let kept = try identity.map { word in
      try similarities(images, shape, places, by: word, in: session)
    }
    var table = Table(
      changes.map { $0.attribute.text } + names.map { "says \(SafeText.oneLine($0))" }
        + (kept == nil ? [] : ["identity kept"]))
    for (number, place) in places.enumerated() {
      table.append(
        place.map { .number($0) } + told[number]
          + (kept.map { [.number($0[number])] } ?? []))
    }
    return table
  }

  /// Cosines between features of edited samples and of the samples as they are, means over samples; where no place is 0, of the
  /// place nearest to it.
  private func similarities(
    _ images: [[[Float]]], _ shape: ImageShape, _ places: [Place], by word: Word,
    in session: Session
  ) throws -> [Double] {
    var choice = try FeatureChoice(
      parsing: Term(.name(word.text), at: word.span, source: word.text))
    let extractor = try choice.source(of: shape, in: session)
      .extractor(of: shape, telling: [], backend: session.makeBackend(nil))
    let still =
      places.indices.min { one, other in
        func apart(_ place: Int) -> Double { places[place].reduce(0) { $0 + abs($1) } }
        return apart(one) < apart(other)
      } ?? 0
    var sums = places.map { _ in 0.0 }
    for row in images {
      let features = extractor.features(of: row.flatMap(\.self), count: row.count)
      let cosines = features.cosines(to: features.rows(places.map { _ in still }))
      for place in places.indices { sums[place] += cosines[place] }
    }
    return sums.map { $0 / Double(max(1, images.count)) }
  }
}

extension Session {
  /// A latent of a run that has a name; says so where it was found by other weights.
  ///
  /// - Throws: a `Diagnostic` where there is none, or its row is not what `project` writes.
  func latent(named word: Word, of generator: borrowing OpenGenerator) throws -> LatentRecord {
    let run = generator.run
    let all = try notebook().latents(run: run.id)
    if let record = all.first(where: { $0.name == word.text }) {
      let labels = generator.specification.architecture.labels?.count ?? 0
      guard record.vector.count == generator.specification.architecture.latent,
        record.vector.allSatisfy(\.isFinite),
        record.labels.map({ $0.count == labels && $0.allSatisfy(\.isFinite) }) ?? true
      else {
        throw Diagnostic("the notebook's latent `\(word.text)` is damaged", at: word.span)
      }
      if record.step != generator.step {
        errors.line(
          "note: the latent `\(SafeText.oneLine(word.text))` was found by the weights of step "
            + "\(grouped(record.step)), and these are of step \(grouped(generator.step))")
      }
      return record
    }
    throw Diagnostic(
      "run `\(run.name)` has no latent `\(word.text)`", at: word.span,
      help: suggestion(for: word.text, in: all.map(\.name), kind: "latents") + [
        "`project FILE into \(run.name) as \(word.text)` finds one"
      ])
  }
}
