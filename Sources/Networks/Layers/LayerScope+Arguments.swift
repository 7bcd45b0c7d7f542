import Language
import Specification

/// Arguments, read from the texts in which they are stored; a forged one is a fault like a typed one.
extension LayerScope {
  /// The text of an argument: as it is written, or neutral, or the default.
  func text(_ name: String) throws(Diagnostic) -> String {
    let argument = signature.argument(name)
    let written = argument?.isOperand == true ? layer.operand : layer.option(name)
    guard let text = written ?? argument?.neutral ?? argument?.standard(layer) else {
      throw Diagnostic("`\(layer.keyword)` needs \(argument?.demand ?? name)")
    }
    return text
  }

  func integer(_ name: String) throws(Diagnostic) -> Int {
    let text = try text(name)
    guard let number = Int(text), case .integer(let range)? = signature.argument(name)?.kind,
      range.contains(number)
    else { throw wrong(name, text) }
    return number
  }

  func number(_ name: String) throws(Diagnostic) -> Double {
    let text = try text(name)
    guard let number = Double(text), case .number(let range)? = signature.argument(name)?.kind,
      range.contains(number)
    else { throw wrong(name, text) }
    return number
  }

  func flag(_ name: String) throws(Diagnostic) -> Bool {
    let text = try text(name)
    guard ["yes", "no"].contains(text) else { throw wrong(name, text) }
    return text == "yes"
  }

  /// One of the words that the signature names.
  func word(_ name: String) throws(Diagnostic) -> String {
    let text = try text(name)
    guard case .choice(let words)? = signature.argument(name)?.kind, words.contains(text) else {
      throw wrong(name, text)
    }
    return text
  }

  /// Height and width.
  func pair(_ name: String) throws(Diagnostic) -> [Int] {
    let text = try text(name)
    let numbers = text.split(separator: "x").compactMap { Int($0) }
    guard case .pair(let range)? = signature.argument(name)?.kind, (1...2).contains(numbers.count),
      numbers.allSatisfy(range.contains)
    else { throw wrong(name, text) }
    return numbers.count == 1 ? [numbers[0], numbers[0]] : numbers
  }

  /// `256`, or `8x8x512` as `[512, 8, 8]`.
  func shape(_ name: String) throws(Diagnostic) -> [Int] {
    let text = try text(name)
    let numbers = text.split(separator: "x").compactMap { Int($0) }
    guard case .shape(let range)? = signature.argument(name)?.kind, [1, 3].contains(numbers.count),
      numbers.allSatisfy(range.contains)
    else { throw wrong(name, text) }
    return try checked(numbers.count == 3 ? [numbers[2], numbers[0], numbers[1]] : numbers)
  }

  /// The share that running statistics keep or take, in the two conventions that are confused.
  func momentum() throws(Diagnostic) -> Momentum {
    let text = try text("momentum")
    let parts = text.split(separator: ":")
    guard parts.count == 2, let share = Double(parts[1]), (0...1).contains(share) else {
      throw wrong("momentum", text)
    }
    switch parts[0] {
    case "keras": return .keras(share)
    case "torch": return .torch(share)
    default: throw wrong("momentum", text)
    }
  }

  private func wrong(_ name: String, _ text: String) -> Diagnostic {
    Diagnostic("`\(layer.keyword)` cannot have \(name) `\(text)`")
  }
}

/// The share that running statistics keep or take, in the two conventions that are confused.
enum Momentum {
  /// Keras: running = momentum · running + (1 - momentum) · batch; the batch variance is biased.
  case keras(Double)
  /// PyTorch: running = (1 - momentum) · running + momentum · batch; the variance is unbiased.
  case torch(Double)

  /// What the running statistics keep of themselves and take of the batch's.
  ///
  /// - Parameters:
  ///   - count: values in each mean; PyTorch's variance is scaled by count / (count - 1).
  func share(ofCount count: Int) -> (kept: Double, taken: Double, takenVariance: Double) {
    switch self {
    case .keras(let kept): return (kept, 1 - kept, 1 - kept)
    case .torch(let taken):
      return (1 - taken, taken, taken * Double(count) / Double(max(1, count - 1)))
    }
  }
}
