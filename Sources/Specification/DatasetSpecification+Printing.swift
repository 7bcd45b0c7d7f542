import Language

/// What stands after the name in a declaration; it parses to the same data set. What examples are chosen from
/// is called `base` there, and declared by `statements(named:)`.
extension DatasetSpecification: CustomStringConvertible {
  package var description: String {
    var parts: [String]
    var isCut = false
    switch source {
    case .examples:
      return String(statement(named: "x", from: "base").dropFirst("data x ".count))
    case .celeba(let path, let split):
      parts = ["celeba", "path=\(word(path))", "split=\(split.rawValue)"]
      isCut = true
    case .folder(let path, let labels):
      parts = ["folder", "path=\(word(path))", "labels=\(labels)"]
      isCut = true
    case .idx(let path, let labels):
      parts = ["idx", "path=\(word(path))", "labels=\(labels)"]
      isCut = true
    case .mnist(let path, let split):
      parts = ["mnist", "path=\(word(path))", "split=\(split.rawValue)"]
      isCut = true
    case .cifar10(let path, let split):
      parts = ["cifar10", "path=\(word(path))", "split=\(split.rawValue)"]
      isCut = true
    case .ring(let modes, let radius, let deviation):
      parts = [
        "ring", "modes=\(modes)", "radius=\(printed(radius))", "sigma=\(printed(deviation))",
      ]
    case .grid(let side, let spacing, let deviation):
      parts = [
        "grid", "side=\(side)", "spacing=\(printed(spacing))", "sigma=\(printed(deviation))",
      ]
    case .portraits(let count, let seed):
      parts = ["portraits", "count=\(count)", "seed=\(seed)"]
    }
    guard let preprocessing else { return parts.joined(separator: " ") }
    let (height, width) = (preprocessing.height, preprocessing.width)
    parts.append(height == width ? "size=\(height)" : "size=\(height)x\(width)")
    parts.append("channels=\(preprocessing.channels)")
    if isCut {
      parts += ["crop=\(preprocessing.crop)", "filter=\(preprocessing.filter.rawValue)"]
      if preprocessing.background != .white {
        parts.append("background=\(word("\(preprocessing.background)"))")
      }
    }
    return (parts + ["flip=\(yesOrNo(preprocessing.flip))"] + block).joined(separator: " ")
  }

  /// The block that says which labels there have to be, where that is said.
  var block: [String] { labels.isEmpty ? [] : [labels.block] }
}
