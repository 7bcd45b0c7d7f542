import Foundation
import Images
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `compare samples a@5k b@5k`: samples of the same latents side by side, and in what they differ.
struct SampleComparison {
  private let references: [SampleReference]
  private let count: Int?
  private let seed: UInt64?
  private let file: Word?

  /// How many stand side by side, samples of each where nobody says otherwise, and at most.
  private static let counts = 2...8
  private static let usualCount = 36
  static let limit = 1024

  /// - Parameter words: runs at steps (`base@5k`), runs, or numbers of sets.
  /// - Throws: where there are too few or too many, or a step is none.
  init(
    _ words: [Word], count: Int?, seed: UInt64?, file: Word?, at place: Span
  ) throws(Diagnostic) {
    guard Self.counts.contains(words.count) else {
      throw Diagnostic(
        words.count < Self.counts.lowerBound
          ? "`compare samples` needs two of them or more"
          : "`compare samples` sets at most \(Self.counts.upperBound) side by side", at: place,
        help: ["write them like `compare samples base@5k base@20k`"])
    }
    references = try words.map { word throws(Diagnostic) in try SampleReference(word) }
    (self.count, self.seed, self.file) = (count, seed, file)
    if let file, !["png", "svg"].contains(file.fileEnding) {
      throw Diagnostic(
        "samples side by side are a PNG or an SVG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .svg"])
    }
  }

  func run(in session: Session) throws {
    let sets = try sets(in: session)
    let samples = try sets.map { try $0.collect(in: session) }
    let labels = zip(references, sets).map { $0.label(of: $1) }
    let table = try facts(sets, samples, labels, in: session)
    if session.configuration.prefersJSON { return session.show(table) }
    let extent = samples.map(\.batch.extent).max() ?? 1
    let pictures = samples.map { $0.batch.page(count: $0.artifact.count, extent: extent) }
    let width = pictures.map(\.width).max() ?? 1
    var page = PicturePage(
      captions: labels, rows: [pictures],
      magnification: SheetHistory.magnification(ofWidth: width, to: 192))
    let what = "samples of \(labels.joined(separator: ", "))"
    if let file {
      try session.write(
        file.fileEnding == "svg" ? Data(page.svg().utf8) : page.png(), to: file)
    } else {
      page.appearance = session.pictureScreen()?.appearance ?? .onPaper
      let words = references.map(\.text).joined(separator: " ")
      try session.show(
        PixelImage(decoding: page.png()), named: what, way: "compare samples \(words) to both.png")
      session.output.line()
    }
    session.show(table)
    try tellRuns(sets, in: session)
    if let file {
      session.output.line()
      try session.tell(what, writtenTo: file)
    }
  }

  /// All of as many samples and of one seed, those that were typed, of the first set, or of the first run.
  private func sets(in session: Session) throws -> [SampleSet] {
    let requests = references.map { SampleRequest(name: $0.name, step: $0.step) }
    let records = try requests.map { try $0.record(in: session) }
    let first = records.compactMap { $0 }.first
    return try zip(requests, records).map { request, record in
      // A set has its own seed, and none is asked for: then it is made as it was.
      if record != nil, count == nil, seed == nil { return try request.set(in: session) }
      var request = request
      request.count = count ?? first?.count ?? Self.usualCount
      guard request.count.map({ $0 <= Self.limit }) == true else {
        throw Diagnostic(
          "at most \(grouped(Self.limit)) samples stand side by side", at: request.name.span,
          help: ["give a `count`"])
      }
      request.seed = try seed ?? first?.seed ?? session.run(named: references[0].name).seed
      return try request.set(in: session, replacing: record)
    }
  }

  /// What each is made of, where they differ, and how far its pixels are from those of the first.
  private func facts(
    _ sets: [SampleSet], _ samples: [SampleSet.Collected], _ labels: [String],
    in session: Session
  ) throws -> Table {
    var table = Table(["what"] + labels)
    func add(_ name: String, always: Bool = false, _ cell: (Int) -> Table.Cell) {
      let cells = sets.indices.map(cell)
      if always || Set(cells).count > 1 { table.append([.text(name)] + cells) }
    }
    add("run") { .text(sets[$0].run.name) }
    add("step", always: true) { .integer(sets[$0].checkpoint.step) }
    add("checkpoint") { .text(String(sets[$0].checkpointDigest.prefix(12))) }
    add("seed", always: true) { .label(sets[$0].seed) }
    add("samples") { .integer(sets[$0].count) }
    add("latents") { .text(sets[$0].latents) }
    add("averaged weights") { .yes(samples[$0].artifact.usesAverage ?? false) }
    add("labels") { .text(sets[$0].labels) }
    add("digest of the samples") { .text(String((samples[$0].artifact.digest ?? "").prefix(12))) }
    let differences = samples.map { samples[0].batch.meanDifference(from: $0.batch) }
    add("mean difference from the first, of 255", always: sets.allSatisfy { $0.image != nil }) {
      differences[$0].map { .number($0) } ?? .none
    }
    return table
  }

  /// In what the runs differ, where there are several.
  private func tellRuns(_ sets: [SampleSet], in session: Session) throws {
    var names: [String] = []
    for set in sets where !names.contains(set.run.name) { names.append(set.run.name) }
    guard names.count > 1 else { return }
    let parameters = Table.parameters(of: try session.notebook().compare(names))
    session.output.line()
    if parameters.rows.isEmpty {
      session.output.line("the runs' specifications are the same")
    } else {
      session.show(parameters)
    }
  }
}

/// Samples as a statement names them: `base@5k`, `base`, or the number of a set.
struct SampleReference {
  let name: Word
  /// Nil: the latest.
  let step: Int?
  /// As it was typed.
  let text: String

  /// - Throws: where what stands after the `@` is no step.
  init(_ word: Word) throws(Diagnostic) {
    text = word.text
    guard let mark = word.text.firstIndex(of: "@") else {
      (name, step) = (word, nil)
      return
    }
    let after = word.text[word.text.index(after: mark)...]
    guard let number = Numeral.number(after), let step = Int(exactly: number),
      (0...Int(Int32.max)).contains(step), mark != word.text.startIndex
    else {
      throw Diagnostic(
        "`\(word.text)` is no run at a step", at: word.span, help: ["write it like `base@5k`"])
    }
    let length = word.text[..<mark].utf8.count
    self.step = step
    name = Word(
      String(word.text[..<mark]),
      at: Span(word.span.start, min(word.span.end, word.span.start + length)))
  }

  /// `base after step 5,000`, and of a set its number.
  func label(of set: SampleSet) -> String {
    let place = "\(set.run.name) after step \(Readable.integer(set.checkpoint.step))"
    return set.record.map { "set \($0.id), \(place)" } ?? place
  }
}

extension SampleSet {
  /// `100 normal numbers`.
  fileprivate var latents: String {
    "\(grouped(specification.architecture.latent)) "
      + "\(specification.architecture.latentDistribution) numbers"
  }
}

extension SampleSet.Batch {
  /// How far points are from the middle; 1 for images.
  var extent: Float {
    guard case .points(let points) = self else { return 1 }
    return points.reduce(Float(1)) { max($0, $1.isFinite ? abs($1) : 0) }
  }

  /// A sheet of them.
  ///
  /// - Parameter columns: how many stand in a row; nil: as many as make a square.
  func page(count: Int, columns: Int? = nil, extent: Float) -> PixelImage {
    switch self {
    case .images(let images):
      (columns.map { SampleSheet(columns: $0) } ?? SampleSheet(ofPicturesFor: count)).compose(
        images)
    case .points(let points): PointSheet(extent: extent * 1.1).compose(generated: points)
    }
  }

  /// The mean of the differences of all pixels, without their signs, 0 to 255; nil where they are not as
  /// many images of one size.
  func meanDifference(from other: SampleSet.Batch) -> Double? {
    guard case .images(let own) = self, case .images(let others) = other, own.count == others.count
    else { return nil }
    var (sum, count) = (0, 0)
    for (one, another) in zip(own, others) {
      guard one.pixels.count == another.pixels.count, one.width == another.width else { return nil }
      for (a, b) in zip(one.pixels, another.pixels) { sum += abs(Int(a) - Int(b)) }
      count += one.pixels.count
    }
    return count > 0 ? Double(sum) / Double(count) : nil
  }
}
