import Digests
package import Foundation
package import Specification

extension SourceDefinition {
  static let generated = SourceDefinition(
    SourceSignature(
      "generated", summary: "what a run's generator makes, as a data set without files",
      discussion: """
        Samples of the newest checkpoint that the run has when this is declared, of the size of its images; a conditional generator is asked for labels as they \
        come in the run's data, and these are their labels; with `latents=yes` the numbers of their latents are, `z1`, `z2` and so on, which an \
        `encoder` learns to tell. They are made when they are first needed, and again where the cache has \
        lost them. `data both join faces more` adds them to others.
        """,
      clause: "what a run's generator makes",
      arguments: [
        .run(
          "the run that makes them", sample: "base",
          use: generating + "; data more generated run=made"),
        .init("count", .integer(1...1_000_000), "how many", standard: "5000", standardText: "5k"),
        .init(
          "seed", .seed, "what their latents are drawn with", standard: "1",
          use: generating + "; data more generated run=made count=20 seed=7"),
        .init(
          "latents", .choice(["yes", "no"]),
          "whether their labels are the numbers of their latents",
          standard: "no", neutral: "no",
          use: generating + "; data more generated run=made count=20 latents=yes"),
      ],
      examples: .images(.init(crop: nil)),
      use: .init("Fifty samples.", generating + "; data more generated run=made count=50")),
    origin: { ", made by \($0["run"]) from seed \($0.seed("seed"))" },
    images: { arguments, request throws(DatasetError) in
      try NumPySource(path: GeneratedImages(arguments).file(in: request.cache).path)
    })

  private static let generating =
    "data drawn portraits count=64 size=16; arch tiny like dcgan image=16x16x3 width=4 latent=8; "
    + "run tiny on drawn batch=16 steps=2 as made"
}

/// Images that a generator makes, where data sets of them look for them.
package struct GeneratedImages {
  package static let keyword = SourceDefinition.generated.signature.keyword

  /// How many.
  package let count: Int
  /// What their latents are drawn with.
  package let seed: UInt64
  /// Whether their labels are the numbers of their latents.
  package let haveLatents: Bool
  /// The run with its checkpoint, `base@0123456789abcdef`.
  private let run: String

  /// - Returns: nil of what is read from elsewhere.
  package init?(_ source: SourceSpecification) {
    guard source.keyword == Self.keyword,
      let arguments = try? SourceArguments(source, SourceDefinition.generated.signature)
    else { return nil }
    self.init(arguments)
  }

  fileprivate init(_ arguments: SourceArguments) {
    (run, count, seed) = (arguments["run"], arguments.integer("count"), arguments.seed("seed"))
    haveLatents = arguments["latents"] == "yes"
  }

  /// Whether their archive is there and ends as one does; what a damaged disk has left is made again.
  package func areMade(in cache: URL) -> Bool {
    (try? ZipArchive(path: file(in: cache).path)) != nil
  }

  /// Their archive; a checkpoint is the same whatever its run is called.
  package func file(in cache: URL) -> URL {
    let checkpoint = run.split(separator: "@").last.map(String.init) ?? run
    let digest = SHA256.digest(
      of: "generated images 1\n\(checkpoint)\n\(count)\n\(seed)" + (haveLatents ? "\nlatents" : ""))
    return cache.appendingPathComponent("generated-\(digest.prefix(32)).npz")
  }
}
