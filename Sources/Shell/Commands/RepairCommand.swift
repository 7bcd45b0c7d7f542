import Language
import Repair
import Specification
import Training

/// `repair faces with dn damage=noise:25 count=200 to fixed`.
struct RepairCommand: Command {
  static let synopsis = Synopsis(
    "repair", "take noise off images and fill holes in them",
    parameters: [
      Parameter(
        "images", .anyOf([.dataset, .path]),
        "a declared data set, `folder:PATH`, or an image file"),
      Parameter(
        "how", .anyOf([.run, .choice(RepairMethod.allCases.map(\.rawValue))]),
        "a run of a restorer or of a generator, or a simple method; several with commas between",
        after: "with"),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter(
        "file", .path, "a folder for the repaired images, or a PNG file for a sheet", after: "to",
        isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "damage", .choice(Damage.signatures.map(\.usage) + ["no"]),
        "what is done to images before they are repaired",
        initial: "of a data set what a restorer was trained with; of files nothing"),
      OptionSynopsis(
        "mask", .path,
        "an image file, white where the hole is and black elsewhere, in place of `damage`",
        example: "\(setting); !printf 'P2 16 16 255 ' > hole.pgm\n"
          + "!for i in $(seq 256); do [ $i -gt 96 ] && [ $i -le 160 ] && echo 255 || echo 0; done >> hole.pgm\n"
          + "repair faces with fill mask=hole.pgm count=2 to sheet.png"),
      OptionSynopsis(
        "inverted", .choice(["yes", "no"]), "whether black is the hole in `mask`",
        example: "\(setting); !printf 'P2 16 16 255 ' > hole.pgm\n"
          + "!for i in $(seq 256); do [ $i -gt 96 ] && [ $i -le 160 ] && echo 0 || echo 255; done >> hole.pgm\n"
          + "repair faces with fill mask=hole.pgm inverted=yes count=2 to sheet.png"),
      OptionSynopsis(
        "count", .integer, "how many images of a data set", initial: "\(RepairRequest.usualCount)",
        example: "\(setting); repair faces with fill count=20"),
      OptionSynopsis(
        "seed", .integer, "what damage and latents are drawn with", initial: "1",
        example: "\(setting); repair faces with fill count=20 seed=2"),
      OptionSynopsis(
        "average", .choice(["yes", "no"]), "whether averaged weights repair",
        initial: "yes, where the run keeps them",
        example: "\(setting); repair faces with fill count=20 average=no"),
      OptionSynopsis(
        "examples", .dataset, "where `mean` and `nearest` have their examples from",
        initial: "the run's data",
        example: "\(setting); repair faces with nearest examples=faces damage=hole:left count=4"),
      OptionSynopsis(
        "compare", .choice(["yes", "no"]),
        "whether simple methods that fit the damage stand beside",
        initial: "yes", example: "\(setting); repair faces with fill count=20 compare=no"),
      OptionSynopsis(
        "labels", .list(.labelValue), "what a conditional generator is asked for, `Smiling:1`",
        initial: "0 of attributes, the first class, the middle of numbers"),
      OptionSynopsis(
        "restarts", .integer, "a generator: latents that are tried for each image", initial: "4",
        example: "\(generating); repair faces with made damage=hole:left count=2 steps=5 restarts=2"
      ),
      OptionSynopsis(
        "steps", .integer, "a generator: steps of the search for latents", initial: "300",
        example: "\(generating); repair faces with made damage=hole:left count=2 steps=5"),
      OptionSynopsis(
        "prior", .number, "a generator: weight of the discriminator's verdict", initial: "0.003",
        example: "\(generating); repair faces with made damage=hole:left count=2 steps=5 prior=0"),
      OptionSynopsis(
        "blend", .choice(["poisson", "no"]), "a generator: how what it makes is laid into holes",
        initial: "poisson",
        example: "\(generating); repair faces with made damage=hole:left count=2 steps=5 blend=no"),
      OptionSynopsis(
        "identity", .run, "a run whose features tell how far it is the same person",
        example: "\(setting); arch tell like classifier image=16x16x3 width=2 labels=Smiling\n"
          + "run tell on faces steps=5 batch=16 as judge\nrepair faces with fill count=20 identity=judge"
      ),
      OptionSynopsis(
        "features", FeatureChoice.kind, "whose features FID and KID of the repaired images are of",
        example: "\(setting); repair faces with fill count=20 features=random"),
    ] + preparation,
    discussion: """
      Examples of a data set are damaged first, each by its number and the seed alone, so that whatever repairs them has the same task; what \
      comes out is compared with the original: peak signal-to-noise ratio and structural similarity, over the whole image and, \
      where there are holes, over these, with standard errors over images. `features=` adds FID and KID of the repaired images beside the originals, \
      and `identity=RUN` the cosine between features of each. Methods that learn nothing stand beside: \
      \(RepairMethod.allCases.map { "`\($0.rawValue)` (\($0.summary))" }.joined(separator: ", ")).

      Image files are taken as they are: they are the damaged ones, and `mask=` says where their holes are. With `damage=` they are damaged \
      as examples are. Each is brought to the size of the model's images, turned as its EXIF orientation says; a mask as large as the upright photograph, where there is one, is brought \
      to it as well: each pixel is hole that has a part of one, and what a hole hides is read by no pixel beside it. `to mended.png` writes the repaired picture; of several images, or of several ways to repair, it is a sheet, a row for each of the first \(RepairSheet.rows).

      A run with a restorer repairs as it was trained to; one that is made of convolutions alone, as `denoiser` and `gated` are, repairs data of another size, and files \
      with `size=400x300`. A run with a generator looks for the latents of which it makes what is known of the \
      image (Yeh et al. 2017): from several of them, by gradient steps on the error of what is known, which counts more near a hole, on \
      the discriminator's verdict and on the latents' size, with the networks as they are; the best is laid into the holes, by default without a seam \
      (Pérez et al. 2003). What was under a hole is read by nothing. A conditional generator is asked for `labels=`.

      All that is not in a hole stays as it was, bit for bit, unless other damage was done to it. What was measured of a run on a data set is kept as \
      its metrics, under names that have the conditions, as with `evaluate`.
      """,
    examples: [
      Example(
        "A network that fills holes, beside methods that learn nothing.",
        "\(setting)\nrepair faces with fill damage=hole:boxes count=20 to sheet.png"),
      Example(
        "Two ways with the same noise, and the repaired images in a folder.",
        """
        data faces portraits count=64 size=16
        arch dn like denoiser image=16x16x3 width=4 depth=3
        run dn on faces damage=noise:25 steps=20 batch=8 as dn
        repair faces with dn,bilateral damage=noise:25 count=20
        repair faces with dn count=20 to fixed
        """),
      Example(
        "A face of one's own, by what a generator has learned.",
        """
        \(generating)
        show data faces count=1 seed=5 to mine.png
        repair mine.png with made damage=hole:centre steps=10 to mended.png
        """),
      Example(
        "With a smile.",
        """
        data faces portraits count=64 size=16
        arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
        run asked on faces steps=5 batch=16 as asked
        repair faces with asked damage=hole:bottom labels=Smiling:1 count=2 steps=5 to smiling.png
        """),
    ],
    searchTerms: [
      "inpaint", "inpainting", "denoise", "denoising", "hole", "mask", "noise", "restore",
      "completion", "super-resolution", "psnr", "ssim",
    ], answer: .listing)

  /// How images of files are made ready.
  private static let preparation = SourceReference.preparation(
    of: "`folder:PATH`, a file", like: "of the model's images", side: 16, channels: 3
  ) {
    "\(setting); show data faces count=1 to face.png; "
      + "repair face.png with fill damage=hole:left \($0) to mended.png"
  }

  private static let setting = """
    data faces portraits count=64 size=16
    arch fill like gated image=16x16x3 width=2
    run fill on faces damage=hole:boxes steps=3 batch=8 as fill
    """

  private static let generating = """
    data faces portraits count=64 size=16
    arch small like dcgan image=16x16x3 width=4 latent=8
    run small on faces steps=5 batch=16 as made
    """

  private let request: RepairRequest

  init(parsing statement: Statement) throws(Diagnostic) {
    request = try RepairRequest(parsing: statement, of: Self.synopsis)
  }

  func run(in session: Session) throws { try request.run(in: session) }
}
