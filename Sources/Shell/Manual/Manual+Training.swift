import Networks
import Specification

extension Manual {
  package static let objectives = section(
    "objectives", singular: "objective",
    "what the two networks play for, `objective=` of a recipe", Signatures.all.objectives)

  package static let penalties = section(
    "penalties", singular: "penalty",
    "costs of the discriminator's scores and gradients, `penalty=` of a recipe",
    Signatures.all.penalties)

  package static let optimisers = section(
    "optimisers", singular: "optimiser", "how weights are moved, `optimiser=` of a recipe",
    Signatures.all.optimisers)

  /// What the signatures of a kind say, in their order.
  private static func section(
    _ name: String, singular: String, _ summary: String, _ signatures: [Signature]
  ) -> Section {
    Section(
      name: name, singular: singular, summary: summary,
      entries: signatures.map { signature in
        Entry(
          signature.keyword, signature.usage, signature.summary, signature.discussion,
          example: Example("A recipe with it.", "recipe calm \(singular)=\(signature.usage)"))
      })
  }

  /// In the order of Specification's names; a test compares them.
  package static let initialisations = Section(
    name: "initialisations", singular: "init",
    summary: "how weights begin, `init=` of a network in a block",
    entries: [
      beginning("normal", "normal:0.02", "normal with that deviation, DCGAN's; scales around 1"),
      beginning("glorot-uniform", nil, "uniform, variance 2 / (fan in + fan out); Keras's"),
      beginning("glorot-normal", nil, "normal, variance 2 / (fan in + fan out)"),
      beginning("he-uniform", nil, "uniform, variance for rectifiers (He et al. 2015)"),
      beginning("he-normal", nil, "normal, variance for rectifiers (He et al. 2015)"),
      beginning("torch", nil, "uniform within ±1 / √(fan in), biases too; PyTorch's"),
      beginning("orthogonal", "orthogonal:1", "orthogonal rows times that gain (Saxe et al. 2014)"),
    ])

  private static func beginning(_ name: String, _ usage: String?, _ summary: String) -> Entry {
    Entry(
      name, usage, summary,
      example: Example(
        "Both networks begin so.",
        """
        arch mine custom points=2 latent=2 {
          generator init=\(usage ?? name)     { dense 32; relu; dense 2 }
          discriminator init=\(usage ?? name) { dense 32; relu; dense 1 } }
        """))
  }

  /// In the order of Specification's kinds; a test compares them.
  package static let sources = Section(
    name: "sources", singular: "source", summary: "where examples come from, in `data`",
    entries: [
      Entry(
        "celeba", "celeba path=~/celeba", "the aligned CelebA images, from their zip or folder",
        """
        The path is the official `img_align_celeba.zip`, the folder of its images, or the folder that \
        holds either, with `list_attr_celeba.txt` and `list_eval_partition.txt` beside them where labels \
        or a split are wanted.
        """,
        example: Example(
          "The training part, 64x64.", "data faces celeba path=~/celeba size=64 split=train")),
      Entry(
        "folder", "folder path=./photos",
        "every image below a folder or in a zip file",
        """
        JPEG, PNG, GIF, WebP, TIFF, BMP, PBM, PGM, PPM and PAM, known by what the files hold and not by \
        their names. With `labels=yes` the sub-folders name \
        the classes; `labels=FILE.csv` is a table of file names and labels.
        """,
        example: Example(
          "Photographs, cut to the middle.", "data mine folder path=./photos size=32 crop=centre")),
      Entry(
        "mnist", "mnist path=~/mnist", "the four files of MNIST, or of a set with the same names",
        "Gzipped or not; Fashion-MNIST comes in the same form.",
        example: Example("Digits of 28x28 pixels.", "data digits mnist path=~/mnist split=all")),
      Entry(
        "idx", "idx path=letters.idx3-ubyte", "an IDX file of bytes, MNIST's format",
        "Labels are in a file beside it, or in the one that `labels=` names.",
        example: Example(
          "Without labels.", "data letters idx path=./letters.idx3-ubyte labels=no")),
      Entry(
        "cifar10", "cifar10 path=~/cifar-10-batches-bin", "the binary version of CIFAR-10",
        example: Example(
          "The training part.", "data things cifar10 path=~/cifar-10-batches-bin split=train")),
      Entry(
        "portraits", nil, "faces drawn by gansh itself, with nothing to download",
        "The same seed draws the same faces, with labels such as the colour of the hair.",
        example: Example("A thousand of them.", "data drawn portraits count=1000 size=32")),
      Entry(
        "ring", nil, "Gaussians on a circle in the plane, for seeing modes collapse",
        "A run on it counts the modes that the generator reaches.",
        example: Example("Eight modes.", "data toy ring modes=8 radius=1 sigma=0.01")),
      Entry(
        "grid", nil, "Gaussians on a square grid in the plane, for seeing modes collapse",
        "A run on it counts the modes that the generator reaches.",
        example: Example("Twenty-five modes.", "data toys grid side=5 spacing=2 sigma=0.05")),
    ])

  /// Every preset, as the file that writes it out describes it.
  package static let presets = Section(
    name: "presets", singular: "preset", summary: "architectures by name, after `like` in `arch`",
    entries: Preset.all.map { preset in
      Entry(
        preset.keyword, "like \(preset.keyword)", preset.summary, preset.discussion,
        example: Example("Every number of it.", preset.example))
    })
}
