package import Language

/// One layer as its text says it: a keyword with arguments, perhaps a name and a block.
///
/// Arguments are texts in canonical form, the neutral ones left out. What they mean is said by the layer's
/// signature, and a layer of another release, which has none here, is kept as it is.
package struct LayerSpecification: Sendable, Hashable {
  package let keyword: String
  /// What stands after the keyword: the `64` of `conv 64`.
  package var operand: String?
  /// `key=value`, in the order of the signature.
  package var options: [Setting]
  /// What the result is called: `as NAME`.
  package var name: String?
  /// What stands in braces.
  package var layers: [LayerSpecification]?
  /// Where it stands in the text it was read from; two layers of different places are equal.
  package var place = Place()

  package struct Setting: Sendable, Hashable {
    package let key: String
    package let text: String

    package init(_ key: String, _ text: String) { (self.key, self.text) = (key, text) }
  }

  /// A place that takes no part in comparisons.
  package struct Place: Sendable, Hashable {
    package var span: Span?

    package init(_ span: Span? = nil) { self.span = span }
    package static func == (a: Place, b: Place) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
  }

  package init(
    _ keyword: String, operand: String? = nil, options: [Setting] = [], name: String? = nil,
    layers: [LayerSpecification]? = nil
  ) {
    (self.keyword, self.operand, self.options) = (keyword, operand, options)
    (self.name, self.layers) = (name, layers)
  }

  package func option(_ key: String) -> String? { options.first { $0.key == key }?.text }

  /// What was not read from what the user typed has no place there.
  mutating func forgetPlaces() {
    place = Place()
    for index in (layers ?? []).indices { layers?[index].forgetPlaces() }
  }

  /// It and all layers in its blocks.
  package var all: [LayerSpecification] { [self] + (layers ?? []).flatMap(\.all) }
}

extension LayerSpecification: CustomStringConvertible {
  /// The layer as it is typed, on one line: `conv 64 kernel=4 stride=2 padding=same bias=yes`.
  package var description: String {
    guard let layers else { return head }
    return layers.isEmpty
      ? "\(head) { }" : "\(head) { " + layers.map(\.description).joined(separator: "; ") + " }"
  }

  /// What stands before its block.
  package var head: String {
    ([keyword, operand].compactMap(\.self) + options.map { "\($0.key)=\($0.text)" }
      + (name.map { ["as", $0] } ?? [])).joined(separator: " ")
  }

  /// The layer line by line, its block's layers further to the right.
  func lines(indent: String) -> [String] {
    guard let layers else { return [indent + head] }
    return [indent + head + " {"] + layers.flatMap { $0.lines(indent: indent + "  ") }
      + [indent + "}"]
  }
}
