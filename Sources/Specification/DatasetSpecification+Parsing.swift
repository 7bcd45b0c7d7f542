package import Language

extension DatasetSpecification {
  /// The statement that declares what a source reads at a path, for messages.
  package static func statement(reading path: String, as kind: String) -> String {
    "data NAME \(kind) path=\(word(path))"
  }

  /// The data set that a `data` statement declares:
  ///
  /// ```
  /// data faces celeba path=~/celeba size=64 crop=celeba-178 filter=lanczos flip=yes split=train
  /// data mine folder path=./photos labels=yes size=32
  /// data said folder path=./photos labels=./said.csv size=32
  /// data digits mnist path=~/mnist split=train
  /// data letters idx path=~/emnist/letters-images-idx3-ubyte.gz
  /// data things cifar10 path=~/cifar-10-batches-bin split=all
  /// data drawn portraits count=10k seed=1 size=32
  /// data toy ring modes=8 radius=1 sigma=0.01
  /// data toys grid side=5 spacing=2 sigma=0.05
  /// data adults from faces where age>=18 and race in asian,black
  /// data train from faces split=0.9 seed=1
  /// data both join faces drawn weights=1,0.5
  /// ```
  ///
  /// The path is kept as typed.
  ///
  /// - Parameters:
  ///   - sources: the sources that there are.
  ///   - known: data sets that a name after `from` may mean.
  package init(
    parsing statement: Statement, _ sources: [SourceSignature],
    known: [String: DatasetSpecification] = [:]
  ) throws(Diagnostic) {
    try self.init(statement, sources, known: known)
  }

  /// - Parameter sources: nil for a stored text, in which everything is written out and a keyword of another
  ///   release is kept as it is.
  init(
    _ statement: Statement, _ sources: [SourceSignature]?, known: [String: DatasetSpecification]
  ) throws(Diagnostic) {
    let name = try statement.declaredName()
    guard let kind = statement.operands.dropFirst().first else {
      throw Diagnostic(
        "`\(name)` needs a source", at: statement.operands.first?.span,
        help: sources.map { ["sources: " + $0.keywords.joined(separator: ", ")] } ?? [])
    }
    if kind.text == ExampleChoice.keyword {
      _ = try statement.exampleChoice()
      let base = try statement.base(among: known)
      self = DatasetSpecification(from: base, try statement.exampleChoice(seed: base.unusedSeed))
      labels = try statement.labels()
      return
    }
    if kind.text == JoinedExamples.keyword {
      let joined = try JoinedExamples(parsing: statement, of: statement.joined(among: known))
      (source, preprocessing) = (.joined(joined), joined.sets[0].preprocessing)
      labels = try statement.labels()
      return
    }
    if let place = statement.clausePlace {
      throw Diagnostic(
        "`\(kind.brief)` takes no condition", at: place,
        help: ["declare it, then `data OTHER from \(name) where …`"])
    }
    let signature = try sources.map { sources throws(Diagnostic) in try sources.read(kind) }
    try statement.expectOperands(atMost: 2)
    var options = try OptionReader(statement.options, of: "`\(kind.text)`")
    if let signature {
      let source = try signature.read(kind, &options)
      preprocessing = try signature.images.map { images throws(Diagnostic) in
        try Preprocessing(parsing: &options, images)
      }
      try options.finish()
      self.source = .read(source)
    } else {
      preprocessing = try Preprocessing(stored: &options)
      source = .read(try SourceSpecification(stored: kind, options.remaining))
    }
    labels = try statement.labels()
    if preprocessing == nil, let block = statement.block {
      throw Diagnostic("points have no labels", at: block.span)
    }
  }
}

extension SourceSpecification {
  /// - Parameter options: those that say nothing of how images are prepared.
  fileprivate init(stored kind: Term, _ options: [Option]) throws(Diagnostic) {
    guard case .name(let keyword) = kind.value else {
      throw Diagnostic("there is no source `\(kind.brief)`", at: kind.span)
    }
    self.init(
      keyword,
      options.map { option in
        switch option.value.value {
        case .name, .string: Argument(option.key.text, .word(option.value.text))
        case .number, .size, .list, .range, .tagged, .schedule:
          Argument(option.key.text, .bare(option.value.written))
        }
      })
  }
}

extension Statement {
  /// Whether it declares a data set as examples of another one.
  package var choosesExamples: Bool { operands.dropFirst().first?.text == ExampleChoice.keyword }

  /// Whether it declares a data set as the examples of several.
  package var joinsExamples: Bool { operands.dropFirst().first?.text == JoinedExamples.keyword }

  /// What such a statement chooses, of whatever it chooses from.
  ///
  /// - Parameter seed: what splits where it names none.
  package func exampleChoice(seed: UInt64 = 1) throws(Diagnostic) -> ExampleChoice {
    try expectOperands(atMost: 3)
    _ = try labels()
    guard operands.count == 3 else {
      throw Diagnostic(
        "`\(ExampleChoice.keyword)` needs a data set after it",
        at: operands.last?.span ?? verb.span,
        help: ["write it like `data train from faces split=0.9`"])
    }
    return try ExampleChoice(parsing: self, seed: seed)
  }

  /// What such a statement chooses from.
  ///
  /// - Throws: where it is none of the known, has no labels and names, or is made of too many others.
  fileprivate func base(
    among known: [String: DatasetSpecification]
  ) throws(Diagnostic) -> DatasetSpecification {
    try Self.base(operands[2], among: known)
  }

  private static func base(
    _ term: Term, among known: [String: DatasetSpecification]
  ) throws(Diagnostic) -> DatasetSpecification {
    guard let base = known[term.text] else {
      throw Diagnostic(
        "there is no data set `\(term.brief)`", at: term.span,
        help: suggestion(for: term.text, in: known.keys.sorted(), kind: "data sets"))
    }
    guard base.root.preprocessing != nil else {
      throw Diagnostic(
        "`\(term.brief)` is points, which have no labels and no names to choose by", at: term.span)
    }
    guard base.depth <= ExampleChoice.depths.upperBound else {
      throw Diagnostic(
        "`\(term.brief)` is made of \(base.depth - 1) others already, one of the other",
        at: term.span,
        help: ["choose from one of those below it"])
    }
    return base
  }

  /// Throws where it is no statement that joins data sets, whatever these are.
  package func checkJoins() throws(Diagnostic) {
    if let place = clausePlace {
      throw Diagnostic(
        "`\(JoinedExamples.keyword)` takes no condition", at: place,
        help: ["declare it, then `data OTHER from NAME where …`"])
    }
    let count = operands.count - 2
    guard JoinedExamples.counts.contains(count) else {
      throw Diagnostic(
        "`\(JoinedExamples.keyword)` joins \(JoinedExamples.counts.lowerBound) to \(JoinedExamples.counts.upperBound) data sets, not \(count)",
        at: operands.last?.span ?? verb.span, help: ["write it like `data both join faces drawn`"])
    }
    _ = try labels()
  }

  /// What such a statement joins.
  ///
  /// - Throws: where one is none of the known, or has examples of another shape than the first.
  fileprivate func joined(
    among known: [String: DatasetSpecification]
  ) throws(Diagnostic) -> [DatasetSpecification] {
    try checkJoins()
    var sets: [DatasetSpecification] = []
    for term in operands.dropFirst(2) {
      let set = try Self.base(term, among: known)
      if let first = sets.first, first.exampleShape != set.exampleShape {
        throw Diagnostic(
          "`\(operands[2].brief)` holds \(first.exampleShape), and `\(term.brief)` \(set.exampleShape)",
          at: term.span, help: ["declare both with the same `size` and `channels`"])
      }
      if let first = sets.first, first.preprocessing?.flip != set.preprocessing?.flip {
        throw Diagnostic(
          "`flip` is yes of one of `\(operands[2].brief)` and `\(term.brief)`, and no of the other",
          at: term.span, help: ["declare both alike"])
      }
      sets.append(set)
    }
    return sets
  }

  /// What its block says of the labels.
  fileprivate func labels() throws(Diagnostic) -> [LabelDescription] {
    try block.map { block throws(Diagnostic) in try [LabelDescription](parsing: block) } ?? []
  }
}
