import Specification
import Training

extension BranchCommand {
  /// Those of `run`, told as what they are here.
  static let runOptions: [OptionSynopsis] = [
    OptionSynopsis("steps", .integer, "further steps", initial: "what was left of the run's"),
    OptionSynopsis(
      "epochs", .number, "further passes over the data, instead of steps",
      example: """
        data faces portraits count=16 size=16; arch small like mlp image=16x16x3 width=8
        run small on faces steps=2 batch=8 as begun
        branch begun epochs=1 as further
        """),
    OptionSynopsis(
      "test", .dataset, "a declared data set that it is measured on", initial: "the run's",
      example: "data other ring modes=8; branch base test=other steps=5"),
    OptionSynopsis(
      "seed", .integer, "what all random numbers are drawn with from here on", initial: "the run's",
      example: "branch base at 10 seed=2 steps=5 as luckier"),
    OptionSynopsis(
      "threads", .integer, "threads that compute", initial: "the checkpoint's",
      example: "branch base threads=1 steps=5"),
    OptionSynopsis(
      "log-every", .integer, "steps between logged metrics", initial: "the run's",
      example: "branch base log-every=10 steps=10"),
    OptionSynopsis(
      "sample-every", .integer, "steps between sample sheets", initial: "the run's",
      example: "branch base sample-every=5 steps=5"),
    OptionSynopsis(
      "samples", .integer, "samples on a sheet", initial: "the run's",
      example: "branch base samples=16 steps=5"),
    OptionSynopsis(
      "checkpoint-every", .integer, "steps between checkpoints", initial: "the run's",
      example: "branch base checkpoint-every=5 steps=10"),
    OptionSynopsis(
      "keep", .text, "which checkpoints stay, as of `run`; its first always does",
      initial: "the run's", example: "branch base keep=last:2 steps=5"),
    OptionSynopsis(
      "signals", .text, "the share of the time in which signs of collapse may be measured, or no",
      initial: "the run's", example: "branch base signals=5% steps=5"),
    OptionSynopsis(
      "on-collapse", .text, "what an alarm does: warn, pause, or branch:RECIPE",
      initial: "the run's", example: "branch base on-collapse=pause steps=5"),
    OptionSynopsis(
      "gradients", .choice(["networks", "layers"]), "whose gradients are measured",
      initial: "the run's", example: "branch base gradients=layers steps=5"),
    OptionSynopsis(
      "classifier", .run, "a classifier's run by which the modes of samples are counted, or no",
      initial: "the run's", example: "branch base classifier=no steps=5"),
    OptionSynopsis(
      "evaluate", .list(.choice(Measure.ofSamples.map(\.keyword))),
      "what samples are measured by while it trains, or no", initial: "the run's",
      example: "branch base evaluate=kid steps=5"),
    OptionSynopsis(
      "evaluate-every", .integer, "steps between measuring", initial: "the run's",
      example: "branch base evaluate=kid evaluate-every=5 steps=5"),
    OptionSynopsis(
      "evaluate-samples", .integer, "samples that are measured", initial: "the run's",
      example: "branch base evaluate=kid evaluate-samples=500 steps=5"),
    OptionSynopsis(
      "evaluate-features", FeatureChoice.kind, "what makes features of images for it",
      initial: "the run's", example: "branch base evaluate=kid evaluate-features=random steps=5"),
    OptionSynopsis(
      "evaluate-budget", .text, "the share of the time that measuring may take, or no",
      initial: "the run's", example: "branch base evaluate=kid evaluate-budget=10% steps=5"),
    OptionSynopsis(
      "stop-when", .text, "a metric and where it ends before its last step, or no",
      initial: "the run's", example: "branch base stop-when='\(ExampleMetric.loss)<9' steps=5"),
    OptionSynopsis(
      "patience", .integer, "values of that metric after which it ends, none better than the best",
      initial: "the run's",
      example: "branch base stop-when=\(ExampleMetric.loss) patience=3 steps=5"),
  ]

  static let networkOptions = [
    OptionSynopsis(
      "latent", .integer, "numbers in a latent vector", initial: "the run's",
      example: "branch base latent=4 steps=5"),
    OptionSynopsis(
      "prior", .choice(LatentDistribution.allCases.map(\.rawValue)), "what latents are drawn from",
      initial: "the run's", example: "branch base prior=uniform steps=5"),
    OptionSynopsis(
      "pack", .integer, "examples that a discriminator judges together", initial: "the run's",
      example: "branch base pack=2 steps=5"),
  ]
}
