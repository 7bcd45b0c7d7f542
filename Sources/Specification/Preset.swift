package import Language

/// An architecture that is known by name: a function that writes out every number of it.
package struct Preset: Sendable {
  package let keyword: String
  /// Words for it elsewhere, which are answered with the keyword.
  package let synonyms: [String]
  /// One line of help, no full stop.
  package let summary: String
  /// Paragraphs of help with the source, as Markdown.
  package let discussion: String
  /// Options of `arch` that it reads, beside the example's shape, `latent` and `prior`.
  package let options: Set<String>
  /// How the weights of a network begin that is written in a block under its name.
  package let initialisation: Initialisation
  /// What it is trained with when no recipe is named.
  private let recipe: RecipeSpecification
  /// The same where examples are points; nil: as images.
  private let pointRecipe: RecipeSpecification?
  /// Whether the recipe's batch counts what is judged at once, and not examples.
  private let batchesArePacks: Bool
  package let example: String
  private let make: @Sendable (Request) throws(Diagnostic) -> ArchitectureSpecification

  package init(
    _ keyword: String, synonyms: [String] = [], summary: String, discussion: String,
    options: Set<String> = ["width"],
    initialisation: Initialisation, recipe: RecipeSpecification = RecipeSpecification(),
    pointRecipe: RecipeSpecification? = nil, batchesArePacks: Bool = false, example: String,
    make: @escaping @Sendable (Request) throws(Diagnostic) -> ArchitectureSpecification
  ) {
    (self.keyword, self.synonyms) = (keyword, synonyms)
    (self.summary, self.discussion) = (summary, discussion)
    (self.options, self.initialisation, self.recipe) = (options, initialisation, recipe)
    (self.pointRecipe, self.batchesArePacks) = (pointRecipe, batchesArePacks)
    (self.example, self.make) = (example, make)
  }

  /// What a preset is asked for; nil where nothing was typed.
  package struct Request: Sendable {
    package var example: ExampleShape
    package var width: Int?
    package var latent: Int?
    package var labels: LabelShape?
    package var condition: Condition?
    /// Further options of the preset by key: `norm`, `activation`.
    package var variants: [String: Term]

    package init(
      _ example: ExampleShape, width: Int? = nil, latent: Int? = nil, labels: LabelShape? = nil,
      condition: Condition? = nil, variants: [String: Term] = [:]
    ) {
      (self.example, self.width, self.latent) = (example, width, latent)
      (self.labels, self.condition, self.variants) = (labels, condition, variants)
    }
  }

  /// How labels reach the discriminator.
  package enum Condition: String, Sendable, CaseIterable {
    /// Beside the image, as further channels: Mirza and Osindero 2014.
    case concat
    /// The inner product with the features: Miyato and Koyama 2018.
    case projection
    /// Predicted by a further output: Odena et al. 2017.
    case auxiliary

    /// One line of help.
    package var summary: String {
      switch self {
      case .concat: "beside the image, as further channels (Mirza and Osindero 2014)"
      case .projection: "the inner product with the features (Miyato and Koyama 2018)"
      case .auxiliary: "predicted by a further output (Odena et al. 2017)"
      }
    }

    /// Words for it elsewhere.
    package var synonyms: [String] {
      switch self {
      case .concat: ["cgan", "conditional-gan"]
      case .projection: ["projection-discriminator"]
      case .auxiliary: ["acgan", "auxiliary-classifier"]
      }
    }
  }

  /// What an architecture of it is trained with when no recipe is named.
  package func recipe(for architecture: ArchitectureSpecification) -> RecipeSpecification {
    var recipe = recipe
    if case .point = architecture.example, let pointRecipe { recipe = pointRecipe }
    if batchesArePacks { recipe.batch *= architecture.pack }
    return recipe
  }

  /// Its recipes as they are typed: that of images, and that of points where it is another.
  package var recipes: [String] {
    [recipe.description] + (pointRecipe.map { [$0.description] } ?? [])
  }

  /// The complete architecture.
  ///
  /// - Throws: when the preset cannot make such examples; without a place.
  package func architecture(_ request: Request) throws(Diagnostic) -> ArchitectureSpecification {
    try make(request)
  }
}
