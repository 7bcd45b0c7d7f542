import Language
import Specification
import Training

/// `edit base seed=3 Smiling=-2..2 to strip.png`.
struct EditCommand: Command {
  static let synopsis = Synopsis(
    "edit", "change samples along directions of their latents",
    parameters: [
      Parameter("run", .run, "a run with a generator"),
      Parameter(
        "classifier", .run, "a run of a classifier that says what else changes", after: "using",
        isRequired: false),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter("file", .path, "a PNG file", after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "seed", .integer, "whose samples are edited", initial: "the run's",
        example: "\(setting); edit made seed=3 Smiling=-2..2 to strip.png"),
      OptionSynopsis(
        "latent", .latent, "or: the name of a latent that `project` has kept",
        example: "\(setting); show data drawn count=1 to one.png; "
          + "project one.png into made as me steps=5; edit made latent=me Smiling=-2..2 to strip.png"
      ),
      OptionSynopsis(
        "count", .integer, "how many samples, a row each", initial: "4, of a grid 1",
        example: "\(setting); edit made Smiling=-2..2 count=2 to strip.png"),
      OptionSynopsis(
        "steps", .integer, "pictures in a row", initial: "7",
        example: "\(setting); edit made Smiling=-2..2 steps=5 to strip.png"),
      OptionSynopsis(
        "method", .choice(LatentDirections.Method.allCases.map(\.rawValue)),
        "which of the directions of an attribute", initial: "the newest",
        example: "\(setting); edit made method=logistic Smiling=-2..2 to strip.png"),
      OptionSynopsis(
        "without", .list(.attribute), "attributes that are to stay as they are",
        example: "\(setting); edit made Smiling=-2..2 without=Eyeglasses to strip.png"),
      OptionSynopsis(
        "identity", .run, "a run whose features tell how far it is the same person",
        example: "\(setting); edit made using judge Smiling=-2..2 identity=judge to strip.png"),
    ],
    takesFurtherOptions: true, furtherKeys: .attribute,
    discussion: """
      `Smiling=-2..2` goes from two standard deviations of the latents against the direction of that attribute to two along it, which `attributes` has found; \
      0 is the sample as it is. A number alone, `Male=1`, is the same in all pictures. Two ranges make a grid, of one sample; of three the last goes from one grid to the next. A label that the generator itself was \
      trained with is set and not gone along: `Yaw=-0.6..0.6` of a model with `numbers=Yaw`; of one with classes `class=0..9 steps=10` is a picture of each. \
      A name with blanks or other letters than a to z stands in quotes: `"Rosy Cheeks"=-2..2`. One that is an option of `edit`, such as `count`, is read as that.

      `without=Male,Young` takes from a direction what it has in common with those of other attributes (Shen et al. 2020), which changes them less and \
      often the attribute too.

      With `using RUN` a table tells what the classifier says: the probability of each attribute at each place, a mean over the samples; with \
      `identity=RUN` also the cosine between features of the edited sample and of the sample as it is, by that run's network.
      """,
    examples: [
      Example(
        "A smile, and what comes along with it.",
        "\(setting)\nedit made using judge Smiling=-2..2 identity=judge to strip.png"),
      Example(
        "A grid of two attributes of one face.",
        "\(setting)\nedit made seed=5 Smiling=-2..2 Eyeglasses=-2..2 steps=3 to grid.png"),
      Example(
        "Of a generator that is asked for labels.",
        """
        data drawn portraits count=64 size=16
        arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling,Eyeglasses
        run asked on drawn batch=16 steps=5 as asked
        edit asked Smiling=0..1 Eyeglasses=1 count=2 to asked.png
        """),
      Example(
        "Angle, light and expression of one face: an attribute is a number here like the others.",
        """
        data drawn portraits count=64 size=16
        arch turned like dcgan image=16x16x3 width=4 latent=8 numbers=Yaw:-0.7..0.7,Light_X:-0.8..0.8,Smiling:0..1
        run turned on drawn batch=16 steps=5 as turned
        edit turned Yaw=-0.6..0.6 Light_X=-0.7..0.7 Smiling=0..1 steps=3 to grids.png
        """),
    ],
    searchTerms: ["attribute", "smile", "direction", "manipulate", "latent", "grid", "pose"],
    answer: .listing)

  private static let setting =
    AttributesCommand.setting + "\nattributes made using judge samples=200"

  private let request: EditRequest

  init(parsing statement: Statement) throws(Diagnostic) {
    request = try EditRequest(parsing: statement, of: Self.synopsis)
  }

  func run(in session: Session) throws { try request.run(in: session) }
}
