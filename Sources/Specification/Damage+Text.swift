package import Language

extension Damage: CustomStringConvertible {
  /// As it is typed; `no` where there is none.
  package var description: String {
    parts.isEmpty ? "no" : parts.map(\.description).joined(separator: "+")
  }

  /// Reads `noise:25`, `noise:0..55`, `blur:2+hole:centre:32`; `no`.
  ///
  /// - Throws: at a word that is no damage, with the nearest one, and at a number out of its range.
  package init(parsing term: Term) throws(Diagnostic) {
    if term.text == "no" {
      self = .none
      return
    }
    var parts: [Part] = []
    for part in try term.joined(calling: "several kinds of damage") { parts.append(try Part(part)) }
    self.init(parts)
  }
}

extension Damage.Part: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noise(let range):
      range.lowerBound == range.upperBound
        ? "noise:\(printed(range.lowerBound))"
        : "noise:\(printed(range.lowerBound))..\(printed(range.upperBound))"
    case .saltAndPepper(let share): "salt-pepper:\(printed(share))"
    case .jpeg(let quality): "jpeg:\(quality)"
    case .blur(let deviation): "blur:\(printed(deviation))"
    case .downscale(let factor): "downscale:\(factor)"
    case .hole(.centre(let side)): "hole:centre" + (side.map { ":\($0)" } ?? "")
    case .hole(.boxes(let most)): "hole:boxes:\(most)"
    case .hole(.half(let side)): "hole:\(side?.rawValue ?? "half")"
    case .hole(.scattered(let share)): "hole:scattered:\(printed(share))"
    case .hole(.strokes): "hole:strokes"
    }
  }

  fileprivate init(_ part: Term.Part) throws(Diagnostic) {
    var (word, argument) = (part.keyword, part.argument)
    if word == "hole", let kind = argument {
      // `centre:32`
      let words = kind.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      word = "hole:\(words[0])"
      argument = words.count > 1 ? String(words[1]) : nil
    }
    if word == "hole" {
      throw Diagnostic(
        "`hole` needs its kind after a colon", at: part.span,
        help: [
          Damage.signatures.map(\.keyword).filter { $0.hasPrefix("hole:") }.joined(separator: ", ")
        ]
      )
    }
    guard part.interval == nil else {
      throw Diagnostic("damage has no `@`", at: part.span)
    }
    let signature = try Damage.signatures.read(word, at: part.span, as: "damage")
    let numbers = try signature.numbers(argument, at: part.span)
    func whole(_ number: Double) throws(Diagnostic) -> Int {
      guard let whole = Int(exactly: number) else {
        throw Diagnostic(
          "\(signature.argument?.name ?? "the number") after `\(word):` is whole, not \(printed(number))",
          at: part.span, help: ["write it like `\(signature.usage)`"])
      }
      return whole
    }
    let number = numbers?.lowerBound ?? signature.argument?.standard ?? 0
    if let numbers, word != "noise", numbers.lowerBound < numbers.upperBound {
      throw Diagnostic(
        "`\(word)` takes one number, and no range", at: part.span,
        help: ["write it like `\(signature.usage)`"])
    }
    switch word {
    case "noise": self = .noise(deviation: numbers ?? number...number)
    case "salt-pepper": self = .saltAndPepper(share: number)
    case "jpeg": self = .jpeg(quality: try whole(number))
    case "blur": self = .blur(deviation: number)
    case "downscale": self = .downscale(factor: try whole(number))
    case "hole:centre":
      let side = try numbers.map { numbers throws(Diagnostic) in try whole(numbers.lowerBound) }
      self = .hole(.centre(side: side))
    case "hole:boxes": self = .hole(.boxes(most: try whole(number)))
    case "hole:half": self = .hole(.half(nil))
    case "hole:scattered": self = .hole(.scattered(share: number))
    case "hole:strokes": self = .hole(.strokes)
    default: self = .hole(.half(Damage.Side(rawValue: String(word.dropFirst(5)))))
    }
  }
}
