package import Language

extension Augmentation: CustomStringConvertible {
  /// As it is typed; `no` where there is none.
  package var description: String {
    parts.isEmpty ? "no" : parts.map(\.description).joined(separator: "+")
  }

  /// Reads `flip`, `flip+crop:0.8+rotate:15`, `noise:0..20`; `no`. What is left out is written with its standard number.
  ///
  /// - Throws: at a word that is no augmentation, with the nearest one, at a number out of its range, at one that is
  ///   given twice, and where something stands after `mixup`.
  package init(parsing term: Term) throws(Diagnostic) {
    if term.text == "no" {
      self = .none
      return
    }
    if ["none", "off", "0"].contains(term.text) {
      throw Diagnostic(
        "there is no augmentation `\(term.text)`", at: term.span, help: ["none at all is `no`"])
    }
    var (parts, keywords): ([Part], [String]) = ([], [])
    for written in try term.joined(calling: "several augmentations") {
      let part = try Part(written)
      if keywords.contains(part.keyword) {
        throw Diagnostic("the augmentation `\(part.keyword)` is given twice", at: written.span)
      }
      if case .mixup = parts.last {
        let texts = term.joined.map(\.text)
        let mixing = texts.filter { $0.hasPrefix("mixup") }
        throw Diagnostic(
          "`mixup` mixes what the others have made, and stands last", at: written.span,
          help: [
            "write `\((texts.filter { !$0.hasPrefix("mixup") } + mixing).joined(separator: "+"))`"
          ])
      }
      parts.append(part)
      keywords.append(part.keyword)
    }
    self.init(parts)
  }
}

extension Term.Part {
  /// As it was typed, but for what stands after `@`.
  fileprivate var text: String { keyword + (argument.map { ":\($0)" } ?? "") }
}

extension Augmentation.Part: CustomStringConvertible {
  package var keyword: String {
    switch self {
    case .flip: "flip"
    case .crop: "crop"
    case .rotate: "rotate"
    case .shift: "shift"
    case .colour: "colour"
    case .brightness: "brightness"
    case .contrast: "contrast"
    case .saturation: "saturation"
    case .noise: "noise"
    case .blur: "blur"
    case .cutout: "cutout"
    case .mixup: "mixup"
    }
  }

  package var description: String {
    switch self {
    case .flip(let number), .rotate(let number), .shift(let number), .colour(let number),
      .brightness(let number), .contrast(let number), .saturation(let number), .cutout(let number),
      .mixup(let number):
      "\(keyword):\(printed(number))"
    case .crop(let range):
      "crop:\(printed(range.lowerBound))"
        + (range.upperBound == 1 ? "" : "..\(printed(range.upperBound))")
    case .noise(let range):
      "noise:\(printed(range.lowerBound))"
        + (range.upperBound == range.lowerBound ? "" : "..\(printed(range.upperBound))")
    case .blur(let range):
      "blur:"
        + (range.lowerBound == 0 ? "" : "\(printed(range.lowerBound))..")
        + printed(range.upperBound)
    }
  }

  fileprivate init(_ part: Term.Part) throws(Diagnostic) {
    guard part.interval == nil else {
      throw Diagnostic("an augmentation has no `@`", at: part.span)
    }
    let signature = try Augmentation.signatures.read(
      part.keyword, at: part.span, as: "augmentation")
    let keyword = signature.keyword
    let numbers = try signature.numbers(part.argument, at: part.span)
    let isRange = part.argument?.contains("..") ?? false
    if isRange, !["crop", "noise", "blur"].contains(keyword) {
      throw Diagnostic(
        "`\(keyword)` takes one number, and no range", at: part.span,
        help: ["write it like `\(signature.usage)`"])
    }
    let number = numbers?.lowerBound ?? signature.argument?.standard ?? 0
    switch keyword {
    case "flip": self = .flip(probability: number)
    case "crop": self = .crop(area: isRange ? numbers ?? number...1 : number...1)
    case "rotate": self = .rotate(degrees: number)
    case "shift": self = .shift(share: number)
    case "colour": self = .colour(strength: number)
    case "brightness": self = .brightness(strength: number)
    case "contrast": self = .contrast(strength: number)
    case "saturation": self = .saturation(strength: number)
    case "noise": self = .noise(deviation: numbers ?? number...number)
    case "blur": self = .blur(deviation: isRange ? numbers ?? 0...number : 0...number)
    case "cutout": self = .cutout(side: number)
    default: self = .mixup(alpha: number)
    }
  }
}
