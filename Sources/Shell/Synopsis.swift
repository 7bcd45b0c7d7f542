/// What a command is called, what it takes and how it is used.
///
/// Parsing of operands, help, completion, the reference pages and the tests of the examples are all
/// made from it.
package struct Synopsis: Sendable {
  package var name: String
  /// One line, lower case, no full stop.
  package var summary: String
  /// Operands in the order in which they are written.
  package var parameters: [Parameter]
  package var options: [OptionSynopsis]
  /// Whether option keys that are not listed are left to the command (which checks them itself).
  package var takesFurtherOptions: Bool
  /// What names those keys, for completion; nil: nothing that is known.
  package var furtherKeys: ParameterKind?
  /// Whether `where CONDITION` means something.
  package var takesCondition: Bool
  /// Whether `order by …` does too; only with conditions.
  package var takesOrder: Bool
  /// Whether a `{ … }` may end the statement.
  package var takesBlock: Bool
  /// Whether an `&` may end the statement.
  package var mayRunInBackground: Bool
  /// Whether the rest of the line is one text (`sql`, `help`); there are no operands then.
  package var takesRest: Bool
  /// Paragraphs below the usage, as Markdown.
  package var discussion: String
  package var examples: [Example]
  /// Words that lead here in `help WORD`, beside the name.
  package var searchTerms: [String]
  /// What comes out.
  package var answer: Answer
  /// Whether the notebook keeps a cell for each use; conversation with the shell itself does not
  /// belong there.
  package var isJournalled: Bool

  package init(
    _ name: String, _ summary: String, parameters: [Parameter] = [],
    options: [OptionSynopsis] = [], takesFurtherOptions: Bool = false,
    furtherKeys: ParameterKind? = nil,
    takesCondition: Bool = false, takesOrder: Bool = true, takesBlock: Bool = false,
    mayRunInBackground: Bool = false,
    takesRest: Bool = false, discussion: String = "", examples: [Example],
    searchTerms: [String] = [], answer: Answer = .messages, isJournalled: Bool = true
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.options = options
    self.takesFurtherOptions = takesFurtherOptions
    self.furtherKeys = furtherKeys
    self.takesCondition = takesCondition
    self.takesOrder = takesOrder
    self.takesBlock = takesBlock
    self.mayRunInBackground = mayRunInBackground
    self.takesRest = takesRest
    self.discussion = discussion
    self.examples = examples
    self.searchTerms = searchTerms
    self.answer = answer
    self.isJournalled = isJournalled
  }

  /// `run ARCHITECTURE on DATA [with RECIPE] [as NAME] [key=value …]`.
  package var usage: String {
    var parts = [name] + parameters.map(\.usage)
    if name == "!" { return parts.joined() }
    if takesCondition { parts.append("[where CONDITION]" + (takesOrder ? " [order by …]" : "")) }
    if !options.isEmpty || takesFurtherOptions { parts.append("[key=value …]") }
    if takesBlock { parts.append("[{ … }]") }
    if mayRunInBackground { parts.append("[&]") }
    return parts.joined(separator: " ")
  }
}

/// What a command prints.
package enum Answer: Sendable, Hashable {
  /// Lines as things happen.
  case messages
  /// A text to read; a long one goes through the pager.
  case text
  /// Rows, in the output mode that is wanted; many of them go through the pager.
  case listing
}

/// An operand.
package struct Parameter: Sendable {
  /// What the command asks for it by, and, in capitals, how usage shows it.
  package var name: String
  package var kind: ParameterKind
  package var summary: String
  /// The word before it (`on`, `as`, `to`); nil for an operand known by its position.
  package var preposition: String?
  package var isRequired: Bool
  /// Whether there may be several.
  package var repeats: Bool

  package init(
    _ name: String, _ kind: ParameterKind, _ summary: String, after preposition: String? = nil,
    isRequired: Bool = true, repeats: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.preposition = preposition
    self.isRequired = isRequired
    self.repeats = repeats
  }

  var usage: String {
    var text = name.uppercased() + (repeats ? " …" : "")
    if let preposition { text = preposition + " " + text }
    return isRequired ? text : "[" + text + "]"
  }
}

/// `key=value` as a command understands it.
package struct OptionSynopsis: Sendable {
  package var key: String
  package var kind: ParameterKind
  package var summary: String
  /// What holds when it is left out, as it would be typed; nil when that has no short name.
  package var initial: String?
  /// A statement that uses it, in the setting of the command's first example; nil where one of the
  /// command's examples does.
  package var example: String?
  /// Paragraphs below the summary on the option's own page, as Markdown.
  package var discussion: String
  /// Words for it elsewhere, which lead to it in `help WORD` and where it is typed wrong.
  package var synonyms: [String]
  /// What the values mean, of a choice whose words do not say it.
  package var values: [OptionValue]

  package init(
    _ key: String, _ kind: ParameterKind, _ summary: String, initial: String? = nil,
    example: String? = nil, discussion: String = "", synonyms: [String] = [],
    values: [OptionValue] = []
  ) {
    self.key = key
    self.kind = kind
    self.summary = summary
    self.initial = initial
    self.example = example
    self.discussion = discussion
    self.synonyms = synonyms
    self.values = values
  }
}

/// One value of an option that is a choice.
package struct OptionValue: Sendable {
  package var name: String
  /// One line, no full stop.
  package var summary: String
  /// Words for it elsewhere, which lead to the option.
  package var synonyms: [String]

  package init(_ name: String, _ summary: String, synonyms: [String] = []) {
    self.name = name
    self.summary = summary
    self.synonyms = synonyms
  }
}

/// What an operand or an option's value is; each kind knows how it is completed.
package enum ParameterKind: Sendable, Hashable {
  case dataset, architecture, recipe, run, metric, sweep
  /// What runs can be chosen and listed by: a column, a key of the specification, a metric.
  case runColumn
  /// What `help` knows of.
  case topic
  /// Either of these.
  indirect case anyOf([ParameterKind])
  /// A checkpoint of the run that is named before it.
  case checkpoint
  /// A label of the runs that are named before it; and the same with a value to come, `Smiling:1`.
  case label, labelValue
  /// A latent that `project` has kept of the run that is named before it.
  case latent
  /// What samples of the run that is named before it can be edited by: a label, or a direction that was found.
  case attribute
  /// A name that is being given.
  case newName
  case path
  case integer, number
  case choice([String])
  /// What the setting before it can be.
  case settingValue
  /// Several of these, with commas between them.
  indirect case list(ParameterKind)
  case text
}

/// A use that can be tried as it stands, and is, by the tests.
package struct Example: Sendable {
  /// What it does, for the reader.
  package var purpose: String
  /// Statements, as they would be typed.
  package var script: String
  package var setting: ExampleSetting

  package init(_ purpose: String, _ script: String, given setting: ExampleSetting = .nothing) {
    self.purpose = purpose
    self.script = script
    self.setting = setting
  }
}

/// What an example takes for granted.
package enum ExampleSetting: String, Sendable, CaseIterable {
  case nothing
  /// A data set `ring`, an architecture `mine` and a recipe `calm`.
  case declarations
  /// These, and short runs `base` and `calm`.
  case runs
  /// The declarations, and a run `base` with a checkpoint every ten steps.
  case kept
  /// A run `base` whose folder of pictures was moved from `photos` to `pictures`.
  case moved

  /// Statements that bring it about.
  package var script: String {
    let declarations = """
      data ring ring modes=8
      arch mine like mlp points=2 width=16
      recipe calm lr=1e-4 batch=32

      """
    switch self {
    case .nothing: return ""
    case .declarations: return declarations
    case .runs:
      return declarations + """
        run mine on ring steps=30 batch=16 as base
        run mine on ring with calm steps=20 seed=2 as calm

        """
    case .kept:
      return declarations + """
        run mine on ring steps=30 batch=16 checkpoint-every=10 as base

        """
    case .moved:
      return """
        data drawn portraits count=8 size=16
        !mkdir photos
        show data drawn count=1 seed=1 to photos/1.png
        show data drawn count=1 seed=2 to photos/2.png
        !printf 'file,age\\n1.png,30\\n2.png,40\\n' > photos/ages.csv
        data snaps folder path=photos labels=photos/ages.csv size=16
        arch small like mlp image=16x16x3 width=8
        run small on snaps steps=2 batch=2 as base
        !mv photos pictures

        """
    }
  }
}
