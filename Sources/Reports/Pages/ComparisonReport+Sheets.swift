import Notebook

extension ComparisonReport {
  /// Sample sheets: the last one of every run side by side, then the steps that runs have in common.
  func sheetsSection() throws -> String {
    guard details.contains(where: { !$0.sheets.isEmpty }) else { return "" }
    let (shown, all) = chosenSteps()
    var body =
      "<h3>\(details.count == 1 ? "The last sheet" : "The last sheet of each run")</h3>\n"
      + row(try details.map { try figure($0, $0.sheets.last, missing: "no sheet was kept") })
    for step in shown {
      let figures = try details.map { detail in
        let sheet = detail.sheets.first { $0.step == step }
        return try figure(detail, sheet, missing: "no sheet of this step")
      }
      body += "<h3>step \(Readable.integer(step))</h3>\n" + row(figures)
    }
    body += remark(on: shown, of: all)
    return HTML.section("Samples", body)
  }

  private func row(_ figures: [String]) -> String {
    "<div class=\"sheets\">\n" + figures.joined() + "</div>\n"
  }

  /// What of the sheets is not on the page.
  private func remark(on shown: [Int], of all: [Int]) -> String {
    var sentences: [String] = []
    if shown.count < all.count {
      sentences.append(
        "\(shown.count) of \(Readable.integer(all.count)) \(details.count == 1 ? "earlier steps" : "steps that runs have in common") are shown."
      )
    }
    let kept = Set(details.flatMap { $0.sheets.map(\.step) })
    let seen = Set(shown + details.compactMap { $0.sheets.last?.step })
    let own = kept.subtracting(all).subtracting(seen).count
    if details.count > 1 && own > 0 {
      sentences.append("\(Readable.integer(own)) steps that not every run has a sheet of are not.")
    }
    guard !sentences.isEmpty else { return "" }
    let way = "<code>samples RUN at STEP</code> shows the others."
    return "<p class=\"soft\">\(sentences.joined(separator: " ")) \(way)</p>\n"
  }

  private func figure(
    _ detail: RunDetails, _ sheet: ArtifactRecord?, missing: String
  ) throws -> String {
    let name = detail.run.name
    let caption = "\(chip(of: name))\(HTML.escaped(name))"
    guard let sheet, let png = try notebook.content(ofArtifact: sheet.id) else {
      return """
        <figure><div class="missing">\(missing)</div><figcaption>\(caption)</figcaption></figure>

        """
    }
    let step = Readable.integer(sheet.step)
    let image = HTML.image(
      png: png, description: "samples of \(name) at step \(step)", width: sheet.width,
      height: sheet.height)
    return """
      <figure>\(image)<figcaption>\(caption), step \(step), \(Readable.integer(sheet.count)) samples, latent seed \
      \(sheet.seed.map { "\($0)" } ?? "unknown")</figcaption></figure>

      """
  }
}
