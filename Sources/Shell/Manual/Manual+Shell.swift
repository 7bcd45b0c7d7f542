extension Manual {
  /// In the order of Language's modes; a test compares them.
  package static let modes = Section(
    name: "output-modes", singular: "|",
    summary: "how rows are written: `| MODE` after a listing, `set output MODE`, `--output MODE`",
    entries: [
      mode("plain", "aligned columns, fitted to the terminal"),
      mode("box", "the same in a drawn frame"),
      mode("csv", "comma-separated values, every digit, for spreadsheets"),
      mode("json", "an array of objects, every digit, for programs"),
      mode("jsonl", "one JSON object a line"),
      mode("markdown", "a table for a README"),
      mode("latex", "a table for a paper, with the rules of the package booktabs"),
    ])

  private static func mode(_ name: String, _ summary: String) -> Entry {
    Entry(
      name, "| \(name)", summary, example: Example("Declarations so.", "recipe x; recipe | \(name)")
    )
  }

  /// Keys of the prompt. They are readline's; `~/.inputrc` can change them.
  package static let shortcuts = Section(
    name: "shortcuts", singular: "keys", summary: "keys of the prompt",
    entries: [
      Entry("tab", "TAB", "completes the word, or lists what it may become"),
      Entry("up-down", "↑ ↓", "entries typed before, in earlier sittings too, blocks whole"),
      Entry("ctrl-r", "Ctrl-R", "searches them backwards as you type; again for the one before"),
      Entry("ctrl-c", "Ctrl-C", "clears the line; stops what is at work where nothing is lost"),
      Entry("ctrl-d", "Ctrl-D", "leaves, on an empty line"),
      Entry("ctrl-a-e", "Ctrl-A Ctrl-E", "to the beginning, to the end of the line"),
      Entry("ctrl-left", "Ctrl-← Ctrl-→", "to the word before, to the next one"),
      Entry("ctrl-w", "Ctrl-W", "takes away the word before; Ctrl-U all before, Ctrl-K all after"),
      Entry("ctrl-y", "Ctrl-Y", "puts back what was taken away last"),
      Entry("ctrl-l", "Ctrl-L", "clears the screen"),
      Entry(
        "editor", "Ctrl-X Ctrl-E",
        "edits the entry in $VISUAL or $EDITOR and runs what has changed"),
      Entry("\\e", "\\e", "the same for what was begun, or for the last entry"),
    ])

  package static let terms = Section(
    name: "terms", singular: "term", summary: "words of the field and of gansh",
    entries: [
      Entry(
        "generator", nil, "the network that makes examples out of latent vectors",
        "In a block of `arch` it holds its layers; `init=` before the brace says how they begin.",
        example: pair),
      Entry(
        "discriminator", nil, "the network that tells real examples from generated ones",
        "In a block of `arch` it holds its layers and ends in one logit, `dense 1`.", example: pair),
      Entry(
        "latent", nil, "the random vector that a sample is made of",
        example: Example("Vectors of 16 numbers.", "arch mine like mlp points=2 width=16 latent=16")
      ),
      Entry("logit", nil, "a discriminator's answer before a sigmoid makes it a probability"),
      Entry("fake", nil, "an example that the generator made"),
      Entry(
        "collapse", nil, "mode collapse: the generator makes only some of what the data hold",
        "On `ring` and `grid` a run counts the modes reached, in the metric `modes`.",
        synonyms: ["mode-collapse", "mode-dropping"],
        example: Example(
          "Modes as they are counted.", "run mine on ring steps=20 as look; show look",
          given: .declarations)),
      Entry(
        "wgan", nil,
        "the objective `wasserstein`, with a discriminator that is kept from being steep",
        """
        The first Wasserstein GAN clips its weights, `clip-weights=0.01` (Arjovsky et al. 2017): the preset `wgan`. WGAN-GP \
        has the penalty `gp` instead (Gulrajani et al. 2017): the preset `wgan-gp`. It is trained with five updates of the \
        discriminator for each of the generator, Adam with lr=1e-4 and betas=0,0.9, and no batch normalisation in the \
        discriminator.
        """,
        synonyms: ["wasserstein-gan"],
        example: Example(
          "WGAN-GP as published.",
          "recipe plain objective=wasserstein penalty=gp:10 critic=5 lr=1e-4 betas=0,0.9",
          given: .declarations)),
      Entry(
        "schedule", "FROM->TO over STEPS", "a number that glides evenly from one value to another",
        """
        In a recipe, `glr=1e-3->1e-4 over 1000` takes 1,000 steps from the first one on, and there the number stays. In `run`, \
        `sweep` and `branch` it takes the whole run without `over`, in `tune` what is left of the run. Every dial that is one \
        number may glide (`help tune` lists them), among them the strength of a remedy, `instance-noise=0.1->0`; the weight of \
        a penalty does by its own name, `penalty=gp:10 penalty.gp=10->0 over 20k`. What counts something (`critic`) does not.
        """,
        synonyms: ["schedules", "annealing", "warmup", "learning-rate-schedule", "lr-schedule"],
        example: Example("Slower and slower.", "recipe calm glr=1e-3->1e-4 over 1000")),
      Entry(
        "conditions", "where …",
        "which runs or cells are meant: `where lr<3e-4 and status=finished`",
        "`help runs` tells what a condition may speak of, and `help metrics` lists the metrics.",
        example: Example("Runs that are over.", "runs where status=finished", given: .runs)),
      Entry("step", nil, "one update of the generator, and the discriminator's before it"),
      Entry("epoch", nil, "a pass over all examples"),
      Entry(
        "sheet", nil, "a picture of samples side by side, of the same latents each time",
        example: Example("The latest.", "samples base to sheet.png", given: .runs)),
      Entry(
        "checkpoint", nil, "a run's whole state in a file, from which it goes on bit by bit",
        example: Example("On from the latest.", "resume base steps=50", given: .runs)),
      Entry(
        "cell", nil, "a statement with what came out, numbered as in the prompt",
        example: Example("Those of this notebook.", "history", given: .declarations)),
      Entry(
        "notebook", nil, "the SQLite file that holds cells, runs, metrics and sheets",
        example: Example(
          "Asked in SQL.", "sql select count(*) from cell", given: .declarations)),
    ])

  private static let pair = Example(
    "Both.",
    """
    arch mine custom points=2 latent=2 {
      generator init=orthogonal:1 { dense 32; relu; dense 2 }
      discriminator               { dense 32; relu; dense 1 } }
    """)
}
