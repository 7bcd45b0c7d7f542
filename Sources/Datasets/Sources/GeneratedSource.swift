import Digests
package import Foundation
package import Specification

extension SourceDefinition {
  static let generated = SourceDefinition(
    SourceSignature(
      "generated", summary: "what a run's generator makes, as a data set without files",
      discussion: """
        Samples of the newest checkpoint that the run has when this is declared, of the size of its images; a conditional generator is asked for labels as they \
        come in the run's data, and these are their labels. They are made when they are first needed, and again where the cache has \
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
      ],
      examples: .images(.init(crop: nil)),
      use: .init("Fifty samples.", generating + "; data more generated run=made count=50")),
    origin: { ", made by \($0["run"]) from seed \($0.seed("seed"))" },
    images: { arguments, request throws(DatasetError) in
      let file = GeneratedImages.file(
        made: arguments["run"], count: arguments.integer("count"), seed: arguments.seed("seed"),
        in: request.cache)
      return try NumPySource(path: file.path)
    })

  private static let generating =
    "data drawn portraits count=64 size=16; arch tiny like dcgan image=16x16x3 width=4 latent=8; "
    + "run tiny on drawn batch=16 steps=2 as made"
}

/// Images that a generator has made, where data sets of them look for them.
package enum GeneratedImages {
  package static let keyword = SourceDefinition.generated.signature.keyword

  /// The archive of a data set; nil of what is read from elsewhere.
  package static func file(of source: SourceSpecification, in cache: URL) -> URL? {
    guard source.keyword == keyword,
      let arguments = try? SourceArguments(source, SourceDefinition.generated.signature)
    else { return nil }
    return file(
      made: arguments["run"], count: arguments.integer("count"), seed: arguments.seed("seed"),
      in: cache)
  }

  /// How many images a data set has, and what their latents are drawn with.
  package static func extent(of source: SourceSpecification) -> (count: Int, seed: UInt64)? {
    guard source.keyword == keyword,
      let arguments = try? SourceArguments(source, SourceDefinition.generated.signature)
    else { return nil }
    return (arguments.integer("count"), arguments.seed("seed"))
  }

  /// A checkpoint is the same whatever its run is called.
  fileprivate static func file(made run: String, count: Int, seed: UInt64, in cache: URL) -> URL {
    let checkpoint = run.split(separator: "@").last.map(String.init) ?? run
    let digest = SHA256.digest(of: "generated images 1\n\(checkpoint)\n\(count)\n\(seed)")
    return cache.appendingPathComponent("generated-\(digest.prefix(32)).npz")
  }
}
