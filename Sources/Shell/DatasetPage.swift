import Datasets
import Images
import Language
import Reports
import Specification
import Terminal
import TerminalText

/// What `show data` tells: how many examples of what, their sizes, their labels, what was left out and
/// why, and a sheet of some of them.
struct DatasetPage {
  let name: Word
  /// Where the sheet goes; nil where none is wanted.
  let file: Word?
  /// What is done to the examples on the sheet, and where it was typed.
  let augmentation: (value: Augmentation, place: Span)?
  /// Examples on the sheet.
  let count: Int
  /// What the examples on the sheet are drawn with.
  let seed: UInt64

  /// Of many sizes or words the most frequent are shown.
  private static let longestList = 12
  /// Of many labels the first.
  private static let mostLabels = 100

  /// What is shown of each example beside it, where it is augmented.
  private static let variants = 7

  func show(_ specification: DatasetSpecification, in session: Session) throws {
    try checkAugmentation(of: specification, in: session)
    let dataset = try session.open(specification, namedBy: name)
    let sheet = try file == nil ? nil : makeSheet(of: dataset)
    if let sheet, let file { try session.write(sheet.image.pngData(), to: file) }
    if session.configuration.prefersJSON { return session.show(facts(dataset)) }
    if file == nil { try drawSheet(of: dataset, in: session) }
    session.output.line("  \(dataset)")
    let tables = [
      sizes(dataset), traits(dataset), attributes(dataset), words(dataset), numbers(dataset),
      skipped(dataset), leftOut(dataset),
    ]
    for table in tables
    where !table.rows.isEmpty {
      session.output.line()
      session.show(table)
    }
    guard let sheet, let file else { return }
    session.output.line()
    try session.tell(sheet.description, writtenTo: file)
  }

  // MARK: The sheet

  /// - Throws: where there is no image to be augmented, or none would be seen.
  private func checkAugmentation(
    of specification: DatasetSpecification, in session: Session
  ) throws {
    guard let augmentation else { return }
    guard case .image = specification.exampleShape else {
      throw Diagnostic("`augment` changes images, and examples are points", at: augmentation.place)
    }
    if file == nil, session.pictureScreen().map({ $0.takes == .none }) ?? true {
      throw Diagnostic(
        "augmented examples are seen on a sheet, and this terminal shows no pictures",
        at: augmentation.place, help: ["let it be written: `show data … to sheet.png`"])
    }
  }

  /// On a terminal that shows pictures, the sheet stands above what is told.
  private func drawSheet(of dataset: Dataset, in session: Session) throws {
    guard let screen = session.pictureScreen(), screen.takes != .none else { return }
    let sheet = try makeSheet(of: dataset)
    let image = screen.legible(
      sheet.image, count: sheet.cells, within: screen.room)
    try session.show(
      image.page, named: "\(name.text): \(sheet.description)",
      way: "show data \(name.text) to sheet.png")
  }

  private func makeSheet(
    of dataset: Dataset
  ) throws -> (image: PixelImage, cells: Int, description: String) {
    guard let all = dataset.count else {
      let mixture = dataset.mixture
      let points = mixture?.points(count: count, seed: seed, step: 0) ?? []
      let extent = points.reduce(Float(0)) { max($0, abs($1)) }
      return (
        PointSheet(extent: extent * 1.1).compose(generated: points), 1,
        "\(Readable.integer(count)) points"
      )
    }
    let shown = min(count, all)
    let order = try dataset.batchOrder(batch: shown, seed: seed)
    let examples = order?.examples(ofBatch: 0) ?? []
    let images = examples.compactMap { dataset.image(at: $0) }
    let description = "\(Readable.integer(shown)) of \(Readable.integer(all)) examples"
    guard let augmentation = augmentation?.value else {
      return (SampleSheet(ofPicturesFor: shown).compose(images), shown, description)
    }
    let columns =
      [images]
      + (0..<Self.variants).map { step in
        dataset.images(at: examples, augmentedBy: augmentation, seed: seed, step: step)
      }
    let cells = images.indices.flatMap { row in columns.map { $0[row] } }
    return (
      SampleSheet(columns: columns.count).compose(cells), cells.count,
      description + ", each with \(Self.variants) of what \(augmentation) makes of it"
    )
  }

  // MARK: Tables

  private func sizes(_ dataset: Dataset) -> Table {
    var table = Table(["height x width before preparation", "images"])
    let sizes = dataset.sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (size, images) in sizes.prefix(Self.longestList) {
      table.append([.text("\(size)"), .integer(images)])
    }
    let rest = sizes.dropFirst(Self.longestList)
    if let smallest = rest.map(\.key).min(), let largest = rest.map(\.key).max() {
      table.append([
        .text("\(Readable.integer(rest.count)) others, \(smallest) to \(largest)"),
        .integer(rest.reduce(0) { $0 + $1.value }),
      ])
    }
    return table
  }

  /// Attributes, with how many examples have them and how many do not.
  private func attributes(_ dataset: Dataset) -> Table {
    var table = Table(["label", "yes", "no", "unknown"])
    let columns = (dataset.labels?.columns ?? []).filter(\.isBoolean)
    for column in columns.prefix(Self.mostLabels) {
      guard case .boolean(let values) = column.values else { continue }
      table.append([
        .text(Self.cut(column.name)), .integer(values.count { $0 == 1 }),
        .integer(values.count { $0 == -1 }), unknown(values.count { $0 == 0 }),
      ])
    }
    if columns.count > Self.mostLabels { table.append(Self.others(columns.count)) }
    return table
  }

  /// Classes and words, with how many examples have them.
  private func words(_ dataset: Dataset) -> Table {
    var table = Table(["label", "value", "examples", "unknown"])
    let columns = (dataset.labels?.columns ?? []).filter { !$0.isNumber && !$0.isBoolean }
    for column in columns.prefix(Self.mostLabels) {
      switch column.values {
      case .category(let words, let indices):
        let counts = Self.counts(words: words.count, indices)
        let missing = indices.count { $0 < 0 }
        let order = words.indices.sorted { counts[$0] > counts[$1] }
        let isLong = words.count > Self.longestList
        for word in isLong ? Array(order.prefix(Self.longestList)) : Array(words.indices) {
          table.append([
            .text(column.name.isEmpty ? "class" : Self.cut(column.name)),
            .text(Self.cut(words[word])),
            .integer(counts[word]), unknown(missing),
          ])
        }
        if isLong {
          let rest = order.dropFirst(Self.longestList)
          table.append([
            .text(column.name.isEmpty ? "class" : Self.cut(column.name)),
            .text("\(Readable.integer(rest.count)) others"),
            .integer(rest.reduce(0) { $0 + counts[$1] }), unknown(missing),
          ])
        }
      case .number, .boolean: break
      }
    }
    if columns.count > Self.mostLabels { table.append(Self.others(columns.count)) }
    return table
  }

  /// The row in place of labels beyond those that are shown.
  private static func others(_ count: Int) -> [Table.Cell] {
    [
      .text("\(Readable.integer(count - mostLabels)) others; `| json` has all"), .none, .none,
      .none,
    ]
  }

  private static func cut(_ text: String) -> String {
    DisplayWidth.cut(SafeText.oneLine(text), to: 60)
  }

  private static func counts(words: Int, _ indices: [Int32]) -> [Int] {
    var counts = [Int](repeating: 0, count: words)
    for index in indices where index >= 0 { counts[Int(index)] += 1 }
    return counts
  }

  private func unknown(_ count: Int) -> Table.Cell { count == 0 ? .none : .integer(count) }

  private func numbers(_ dataset: Dataset) -> Table {
    var table = Table(["number", "smallest", "mean", "largest", "unknown"])
    let columns = (dataset.labels?.columns ?? []).filter(\.isNumber)
    for column in columns.prefix(Self.mostLabels) {
      guard case .number(let values) = column.values else { continue }
      let known = values.filter { !$0.isNaN }
      guard let smallest = known.min(), let largest = known.max() else { continue }
      // Divided first, so that the sum of large numbers stays one.
      let mean = known.reduce(0) { $0 + $1 / Double(known.count) }
      table.append([
        .text(Self.cut(column.name)), .number(smallest), .number(mean), .number(largest),
        unknown(values.count - known.count),
      ])
    }
    if columns.count > Self.mostLabels { table.append(Self.others(columns.count) + [.none]) }
    return table
  }

  /// Reasons, the most frequent first, with the first names.
  private func skipped(_ dataset: Dataset) -> Table {
    var table = Table(["left out", "why", "the first of them"])
    for group in SkippedGroup.grouping(dataset.skipped) {
      let names = group.names.prefix(3).joined(separator: ", ")
      let more = group.names.count > 3 ? ", …" : ""
      table.append([
        .integer(group.names.count), .text(group.reason), .text(SafeText.oneLine(names) + more),
      ])
    }
    return table
  }

  /// What was done with images before they were cut and resized.
  private func traits(_ dataset: Dataset) -> Table {
    var table = Table(["how they were shown", "images"])
    for (what, images) in Self.rows(of: dataset.traits, dataset) where images > 0 {
      table.append([.text(what), .integer(images)])
    }
    return table
  }

  private static func rows(
    of traits: ImageTraits, _ dataset: Dataset
  ) -> [(what: String, images: Int)] {
    let ground = dataset.specification.preprocessing.map { "\($0.background)" } ?? "white"
    return [
      ("turned upright, as the file says", traits.turned),
      ("over \(ground) where they are transparent", traits.transparent),
      ("colours made from inks (CMYK)", traits.inks), ("without a colour", traits.grey),
    ]
  }

  /// Files beside the images, by kind. What can be done about them a note of the data set says.
  private func leftOut(_ dataset: Dataset) -> Table {
    var table = Table(["beside the images", "the first of them"])
    for kind in dataset.leftOut {
      let more = kind.count > kind.names.count ? ", …" : ""
      let names = kind.names.map { DisplayWidth.cut(SafeText.oneLine($0), to: 24) }
      table.append([.text(kind.summary), .text(names.joined(separator: ", ") + more)])
    }
    return table
  }

  /// All of it in one table, for programs.
  private func facts(_ dataset: Dataset) -> Table {
    var table = Table(["what", "name", "value", "count"])
    table.append([
      .text("examples"), .none, .text("\(dataset.exampleShape)"),
      dataset.count.map { .integer($0) } ?? .none,
    ])
    for (size, images) in dataset.sizes.sorted(by: { $0.key < $1.key }) {
      table.append([.text("size"), .none, .text("\(size)"), .integer(images)])
    }
    for (what, images) in Self.rows(of: dataset.traits, dataset) where images > 0 {
      table.append([.text("shown"), .none, .text(what), .integer(images)])
    }
    for kind in dataset.leftOut {
      table.append([
        .text("beside"), .text(kind.names.joined(separator: ", ")), .text(kind.summary),
        .integer(kind.count),
      ])
    }
    for column in dataset.labels?.columns ?? [] { append(column, to: &table) }
    for group in SkippedGroup.grouping(dataset.skipped) {
      for name in group.names {
        table.append([.text("left out"), .text(name), .text(group.reason), .integer(1)])
      }
    }
    return table
  }

  private func append(_ column: LabelColumn, to table: inout Table) {
    func add(_ value: String, _ count: Int) {
      table.append([.text("label"), .text(column.name), .text(value), .integer(count)])
    }
    switch column.values {
    case .boolean(let values):
      for (word, value) in [("yes", Int8(1)), ("no", -1), ("unknown", 0)] {
        add(word, values.count { $0 == value })
      }
    case .category(let words, let indices):
      for (word, count) in zip(words, Self.counts(words: words.count, indices)) { add(word, count) }
      add("unknown", indices.count { $0 < 0 })
    case .number(let values):
      add("number", values.count { !$0.isNaN })
      add("unknown", values.count { $0.isNaN })
    }
  }
}

/// Images left out for one reason.
struct SkippedGroup {
  let reason: String
  let names: [String]

  /// The largest first; those of a size by their reasons.
  static func grouping(_ skipped: [SkippedImage]) -> [SkippedGroup] {
    Dictionary(grouping: skipped, by: \.reason)
      .map { SkippedGroup(reason: $0.key, names: $0.value.map(\.name)) }
      .sorted { ($1.names.count, $0.reason) < ($0.names.count, $1.reason) }
  }
}
