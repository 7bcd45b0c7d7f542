/// Names of layers, given out in order.
///
/// A block of names begins at each unnamed contraction and block of a network; layers before the first of them
/// belong to block 1. A layer is named by its keyword, a second one of the kind in a block with a 2 after it:
/// `block2.batchnorm`. One that has a name of its own is called by that alone, and changes no other's; within
/// a layer's braces names are numbered, without blocks.
package struct LayerNames {
  /// The network's name, or the enclosing layer's: `generator`, `generator.16x16`.
  private let scope: String
  /// What stands before a block's number.
  private let prefix: String
  private let isInBraces: Bool
  private var block = 1
  private var hasBegun = false
  private var taken: [String: Int] = [:]

  /// - Parameter blocks: what stands before a block's number.
  package init(of network: String, blocks prefix: String = "block") {
    (scope, self.prefix, isInBraces) = (network, prefix, false)
  }

  private init(in layer: String) { (scope, prefix, isInBraces) = (layer, "", true) }

  package static func inBraces(of layer: String) -> LayerNames { LayerNames(in: layer) }

  /// The beginning of the names of a layer's parameters: `generator.block1.conv`, `generator.16x16`.
  ///
  /// - Parameters:
  ///   - name: the layer's own, if it has one.
  ///   - beginsBlock: whether it is a contraction or has braces.
  package mutating func next(_ keyword: String, name: String?, beginsBlock: Bool) -> String {
    if let name { return "\(scope).\(name)" }
    if beginsBlock && !isInBraces {
      if hasBegun {
        block += 1
        taken = [:]
      }
      hasBegun = true
    }
    let number = taken[keyword, default: 0] + 1
    taken[keyword] = number
    let numbered = number == 1 ? keyword : "\(keyword)\(number)"
    return isInBraces ? "\(scope).\(numbered)" : "\(scope).\(prefix)\(block).\(numbered)"
  }
}
