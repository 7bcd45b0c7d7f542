import Datasets
import Language
import Specification

extension Dice {
  /// A data set of any source with any arguments.
  mutating func dataset() -> DatasetSpecification {
    let signature = pick([SourceSignature].all)
    let source = SourceSpecification(
      signature.keyword,
      signature.arguments.compactMap { argument in
        let value = value(of: argument.kind)
        return value.text == argument.neutral ? nil : .init(argument.name, value)
      })
    guard let images = signature.images else {
      return DatasetSpecification(source: .read(source), preprocessing: nil)
    }
    var preprocessing = Preprocessing(
      height: whole(4...64), width: whole(4...64), channels: pick([1, 3]),
      crop: pick([.none, .centre, .celebaCentre(whole(16...178)), .celebaProgressive]),
      filter: pick(ResizeFilter.allCases), flip: coin())
    if images.crop == nil {
      (preprocessing.crop, preprocessing.filter, preprocessing.isCut) = (.none, .lanczos, false)
    }
    return DatasetSpecification(source: .read(source), preprocessing: preprocessing)
  }

  private mutating func value(
    of kind: SourceSignature.Argument.Kind
  ) -> SourceSpecification.Value {
    switch kind {
    case .path:
      .word(
        pick([
          "~/celeba", "./a b/c", "/x=y/z", "5", "\"q\"", "größe", "a,b", "#x", "a\\",
        ]))
    case .labels:
      .word(
        pick(["no", "yes", "./a b.csv", "~/größe,1.csv", "/\"q\"#x\\", "5."]))
    case .choice(let words): .word(pick(words))
    case .integer(let range): .bare("\(whole(range))")
    case .number(let range):
      .bare(printed(real(max(range.lowerBound, 1e-4)...min(range.upperBound, 5))))
    case .seed: .bare("\(next())")
    case .run: .word(pick(["base", "judge@0123456789abcdef"]))
    }
  }
}
