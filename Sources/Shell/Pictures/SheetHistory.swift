import Images
import Language
import Notebook
import Specification
import TerminalText

/// The sheets that a run has kept, by step: whole, or some of the samples on each.
struct SheetHistory {
  let run: RunRecord
  let sheets: [ArtifactRecord]
  /// Samples of each sheet, counted from 1 in rows from the top left; nil: whole sheets.
  let latents: [Int]?
  private let notebook: Notebook

  /// - Parameters:
  ///   - latents: as they were typed; nil: the first `usual` of them, of points whole sheets.
  ///   - usual: 0 for whole sheets.
  ///   - most: sheets beyond which they are taken evenly from first to last.
  /// - Throws: a `Diagnostic` where there are no sheets, or no such samples on them.
  init(
    of name: Word, latents typed: [Term]?, usual: Int, most: Int, in session: Session
  ) throws {
    run = try session.run(named: name)
    notebook = try session.notebook()
    let all = try notebook.sampleSheets(run: run.id)
    guard let first = all.first else {
      throw Diagnostic("run `\(run.name)` has kept no samples yet", at: name.span)
    }
    sheets = Self.spread(all, to: most)
    if case .point = try run.specification().architecture.example {
      if let typed = typed?.first {
        throw Diagnostic(
          "run `\(run.name)` makes points, which stand together on a sheet", at: typed.span,
          help: ["leave `latent` out for whole sheets"])
      }
      latents = nil
    } else if let typed {
      let count = all.map(\.count).min() ?? first.count
      latents = try typed.map { try $0.integer(in: 1...max(1, count), for: "a latent") }
    } else {
      latents = usual > 0 ? Array(1...max(1, min(usual, first.count))) : nil
    }
  }

  /// The samples of a sheet in the order of `latents`, or the sheet alone.
  func pictures(of sheet: ArtifactRecord) throws -> [PixelImage] {
    guard let page = try notebook.picture(of: sheet, ofRun: run) else {
      throw ShellError.failed(
        "the sheet of step \(grouped(sheet.step)) of run `\(run.name)` is gone")
    }
    guard let latents else { return [page] }
    guard let samples = SampleSheet(squareFor: sheet.count).images(on: page, count: sheet.count)
    else {
      throw ShellError.failed(
        "the sheet of step \(grouped(sheet.step)) of run `\(run.name)` is not laid out in equal squares"
      )
    }
    return latents.map { samples[min($0, samples.count) - 1] }
  }

  /// What is kept of a picture that is made of them.
  func artifact(_ kind: Artifact.Kind) -> Artifact {
    let last = sheets.last
    var artifact = Artifact(
      kind, step: last?.step ?? 0, count: latents?.count ?? last?.count ?? 0, seed: last?.seed,
      usesAverage: last?.usesAverage)
    let samples = latents.map { "latent=\($0.map(String.init).joined(separator: ",")) " } ?? ""
    artifact.options = "\(samples)frames=\(sheets.count)"
    return artifact
  }

  /// So many of them at most, evenly from the first to the last.
  static func spread<Element>(_ all: [Element], to most: Int) -> [Element] {
    guard all.count > most, most > 1 else { return most > 1 ? all : Array(all.suffix(1)) }
    return (0..<most).map { all[($0 * (all.count - 1) + (most - 1) / 2) / (most - 1)] }
  }

  /// How often pixels are repeated so that small samples can be looked at.
  static func magnification(ofWidth width: Int, to wanted: Int) -> Int {
    max(1, min(8, (wanted + width / 2) / max(1, width)))
  }
}

extension Notebook {
  /// The picture of a sheet; nil where there is none any more.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  func picture(of sheet: ArtifactRecord, ofRun run: RunRecord) throws -> PixelImage? {
    guard let png = try content(ofArtifact: sheet.id) else { return nil }
    do { return try PixelImage(decoding: png) } catch {
      throw ShellError.failed(
        "the sheet of step \(grouped(sheet.step)) of run `\(run.name)` in the notebook is unreadable: "
          + "\(error)")
    }
  }
}
