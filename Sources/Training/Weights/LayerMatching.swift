import Networks
import Specification

/// What of a layer here is taken together: a weight with what belongs to it, a normalisation's numbers, or a factor.
struct LayerSlot {
  enum Kind: CaseIterable { case contraction, normalisation, factor }

  let kind: Kind
  let layer: ResolvedLayer
  /// Each with the part of a layer in a file that it is made of.
  let parameters: [(parameter: Parameter, part: LayerTensors.Part)]

  /// The weight of a contraction.
  var weight: Parameter? { kind == .contraction ? parameters.first?.parameter : nil }

  /// The axis of a weight's outputs.
  var outputs: Int { layer.layer.keyword == "deconv" ? 1 : 0 }

  func parameter(_ part: LayerTensors.Part) -> Parameter? {
    parameters.first { $0.part == part }?.parameter
  }

  /// In the order of the layers.
  static func slots(of network: Network) -> [LayerSlot] { network.layers.flatMap(slots) }

  private static func slots(of layer: ResolvedLayer) -> [LayerSlot] {
    func named(_ name: String) -> Parameter? {
      layer.parameters.first { $0.name == "\(layer.scope).\(name)" }
    }
    var slots: [LayerSlot] = []
    var known: Set<String> = []
    for weight in layer.parameters where weight.role == .weight || weight.role == .unitWeight {
      let name = String(weight.name.dropFirst(layer.scope.count + 1))
      var parts = [(weight, LayerTensors.Part.weight)]
      for (other, part) in [
        (name == "weight" ? "bias" : "", LayerTensors.Part.bias), ("\(name)_left", .left),
        ("\(name)_right", .right), ("\(name)_length", .length),
      ] {
        if let parameter = named(other) { parts.append((parameter, part)) }
      }
      known.formUnion(parts.map(\.0.name))
      slots.append(LayerSlot(kind: .contraction, layer: layer, parameters: parts))
    }
    let normal = layer.parameters.compactMap { parameter -> (Parameter, LayerTensors.Part)? in
      switch parameter.role {
      case .scale: (parameter, .weight)
      case .shift: (parameter, .bias)
      case .runningMean: (parameter, .runningMean)
      case .runningVariance: (parameter, .runningVariance)
      default: nil
      }
    }
    if !normal.isEmpty {
      slots.append(LayerSlot(kind: .normalisation, layer: layer, parameters: normal))
    }
    // What labels are multiplied by has no one form in files.
    for parameter in layer.parameters {
      if case .constant = parameter.role, parameter.shape.count == 1 {
        slots.append(LayerSlot(kind: .factor, layer: layer, parameters: [(parameter, .factor)]))
      }
    }
    return slots
  }
}

/// How the numbers of a weight in a file lie beside those here.
enum WeightLayout {
  case same
  /// The same order in another shape: a convolution over a whole image is a dense layer.
  case reshaped
  /// Outputs and inputs changed places: a transposed convolution of one pixel is a dense layer.
  case swapped
}

extension LayerSlot {
  /// How a layer of a file fits; nil: it does not.
  func layout(of tensors: LayerTensors) -> WeightLayout? {
    switch kind {
    case .contraction:
      guard tensors.isContraction, let weight, let main = tensors.main else { return nil }
      // A weight that is scaled in the layer itself, as only layers of that kind have it.
      if main.part == .original, tensors.parts[.left] == nil, weight.role != .unitWeight {
        return nil
      }
      if main.part == .direction, tensors.parts[.length] == nil { return nil }
      return layout(of: main.shape, as: weight.shape)
    case .normalisation:
      guard tensors.isNormalisation else { return nil }
      let held = parameters.compactMap { parameter, part in
        tensors.shape(of: part).map { $0.volume == parameter.count }
      }
      return !held.isEmpty && held.allSatisfy(\.self) ? .same : nil
    case .factor:
      return tensors.shape(of: .factor)?.volume == parameters[0].parameter.count ? .same : nil
    }
  }

  private func layout(of held: [Int], as wanted: [Int]) -> WeightLayout? {
    if held == wanted { return .same }
    let (input, output) = (layer.input, layer.output)
    switch (wanted.count, held.count) {
    case (2, 3...):
      if held[0] == wanted[0], held.dropFirst().reduce(1, *) == wanted[1] { return .reshaped }
      let made = held.dropFirst().reduce(1, *)
      return held[0] == wanted[1] && made == wanted[0] ? .swapped : nil
    case (4, 2), (4, 3):
      let isOfOnePixel = input.dropFirst().allSatisfy { $0 == 1 }
      if outputs == 1 {
        // It makes an image of one pixel, as a dense layer does of a vector.
        let made = wanted.dropFirst().reduce(1, *)
        return held.count == 2 && isOfOnePixel && output == Array(wanted.dropFirst())
          && held == [made, wanted[0]] ? .swapped : nil
      }
      let (seen, all) = (wanted.dropFirst().reduce(1, *), held.dropFirst().reduce(1, *))
      let isOfWhole = output.dropFirst().allSatisfy { $0 == 1 } && seen == input.volume
      let isOfPixels = wanted[2...].allSatisfy { $0 == 1 }
      return held[0] == wanted[0] && seen == all && (isOfWhole || isOfPixels) ? .reshaped : nil
    default: return nil
    }
  }

  /// How much speaks for a layer, beside its shape: that it has what this one has.
  private func likeness(_ tensors: LayerTensors, _ layout: WeightLayout) -> Int32 {
    let isAlike = (parameter(.bias) == nil) == (tensors.parts[.bias] == nil)
    return (layout == .same ? 4 : 2) + (isAlike ? 1 : 0)
  }

  /// Which layers of a file are which here: those of a kind in the order of both, of all ways the one in which most fits.
  ///
  /// - Returns: for each slot a place among the layers and the layout of the weight; nil: it has none.
  static func matches(
    _ slots: [LayerSlot], _ layers: [LayerTensors]
  ) -> [(place: Int, layout: WeightLayout)?] {
    var found = [(place: Int, layout: WeightLayout)?](repeating: nil, count: slots.count)
    for kind in Kind.allCases {
      let own = slots.indices.filter { slots[$0].kind == kind }
      let theirs = layers.indices.filter { place in
        switch kind {
        case .contraction: layers[place].isContraction
        case .normalisation: layers[place].isNormalisation
        case .factor: layers[place].parts[.factor] != nil
        }
      }
      .prefix(own.isEmpty ? 0 : mostComparisons / own.count)
      let (rows, columns) = (own.count, theirs.count)
      // The most that can still be had from a slot and a layer on.
      var most = [[Int32]](
        repeating: [Int32](repeating: 0, count: columns + 1), count: rows + 1)
      func value(_ row: Int, _ column: Int) -> (Int32, WeightLayout)? {
        let (slot, layer) = (slots[own[row]], layers[theirs[column]])
        return slot.layout(of: layer).map { (slot.likeness(layer, $0), $0) }
      }
      for row in (0..<rows).reversed() {
        for column in (0..<columns).reversed() {
          let taken = value(row, column).map { $0.0 + most[row + 1][column + 1] } ?? 0
          most[row][column] = max(taken, most[row + 1][column], most[row][column + 1])
        }
      }
      var (row, column) = (0, 0)
      while row < rows, column < columns {
        if let (worth, layout) = value(row, column),
          worth + most[row + 1][column + 1] == most[row][column]
        {
          found[own[row]] = (theirs[column], layout)
          (row, column) = (row + 1, column + 1)
        } else if most[row][column + 1] == most[row][column] {
          column += 1
        } else {
          row += 1
        }
      }
    }
    return found
  }

  /// Layers here times layers of a file, at most; no network that trains comes near.
  private static let mostComparisons = 1 << 22
}
