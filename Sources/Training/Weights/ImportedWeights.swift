import Foundation
import Networks
package import Specification

/// What a run takes over from a file of weights: what of it is which weight here, and its numbers.
///
/// Names that gansh has written are taken by name. Else the tensors of each network are taken as layers in order, and each
/// goes to the layer here whose shapes it has. Nothing of an optimiser is taken.
package struct ImportedWeights: Sendable {
  /// As it was typed.
  package let path: String
  /// SHA-256 of the file.
  package let digest: String
  /// Networks in the order of the model, then averages.
  package let parts: [Transfer.Part]
  /// What of the file became which network.
  package let sources: [Source]
  /// Names of tensors that are of nothing here, each with its shape.
  package let unused: [String]
  /// Tensors of optimisers, which are left.
  package let ofOptimisers: Int
  private let values: [String: [Float]]

  /// The tensors of the file that a network is made of.
  package struct Source: Sendable, Hashable {
    package let network: String
    package let isAverage: Bool
    /// Names in the file's order.
    package let tensors: [String]
    /// Whether the file says that they are of that network.
    package let isTold: Bool
  }

  /// - Parameter path: as it was typed.
  /// - Throws: `WeightsError` where nothing fits, or a tensor that does has no numbers; `NetworksError`.
  package init(
    _ file: WeightsFile, typed path: String, for specification: RunSpecification
  ) throws {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    var search = Search(file, plan)
    search.assign()
    guard search.fits.contains(where: \.hasWeights) else {
      throw WeightsError.unfitting(file: file.name, search.nearestMiss())
    }
    var values: [String: [Float]] = [:]
    for fit in search.fits {
      let own = try fit.values(from: file.weights)
      for (name, numbers) in own {
        guard numbers.allSatisfy(\.isFinite) else {
          throw WeightsError.unreadable(
            file: file.name, "what \(name) would be made of is divided by a norm of 0")
        }
        values[fit.isAverage ? Average.name(of: name) : name] = numbers
      }
    }
    (self.path, digest, self.values) = (path, file.digest, values)
    let fits = search.fits
    var parts = plan.kept.map { owner, parameters in
      Transfer.Part(
        kind: .network, name: owner, of: parameters.map(\.name),
        taken: { name in fits.contains { !$0.isAverage && $0.taken.contains(name) } })
    }
    if !plan.averages.isEmpty {
      parts.append(
        Transfer.Part(
          kind: .average, name: "average", of: plan.averages.map(\.name),
          taken: { values[$0] != nil }, reason: "from the weights"))
    }
    self.parts = parts
    sources = fits.map(\.source)
    let used = Set(fits.flatMap(\.used))
    let optimisers = Set(search.ofOptimisers)
    unused = file.names.filter { !used.contains($0) && !optimisers.contains($0) }
      .map { "\($0) \(file.shapes[$0] ?? [])" }
    ofOptimisers = optimisers.count
  }

  /// What a state begins with; nil: as in any run.
  package func values(of state: String) -> [Float]? { values[state] }
}

extension Transfer.Part {
  fileprivate init(
    kind: Kind, name: String, of states: [String], taken isTaken: (String) -> Bool,
    reason: String = ""
  ) {
    let anew = states.filter { !isTaken($0) }
    self.init(
      kind: kind, name: name, taken: states.count - anew.count, anew: anew, reason: reason)
  }
}

/// Finds which tensors are which network.
private struct Search {
  private let file: WeightsFile
  private let networks: [Network]
  private let averaged: Set<String>
  private var sections: [NetworkTensors.Section]
  let ofOptimisers: [String]
  private(set) var fits: [NetworkFit] = []

  init(_ file: WeightsFile, _ plan: Plan) {
    (self.file, networks) = (file, plan.networks.map(\.network))
    averaged = Set(plan.networks.filter(\.isAveraged).map(\.network.name))
    // Of what has no numbers no extents are counted.
    let named = NetworkTensors(
      file.names.filter { file.shapes[$0]?.contains(0) == false },
      of: networks.map { .init(name: $0.name, role: $0.role) })
    (sections, ofOptimisers) = (named.sections, named.ofOptimisers)
  }

  /// Gives each section to the network that it fits best; sections whose names say of which they are go first, and
  /// averages where there is nothing else.
  mutating func assign() {
    for isAverage in [false, true] {
      for isMarked in [true, false] {
        while let (place, fit) = best(isAverage: isAverage, isMarked: isMarked) {
          fits.append(fit)
          let used = Set(fit.used)
          sections[place].tensors.removeAll { used.contains($0.name) }
          sections[place].isRest = true
        }
      }
    }
    for place in sections.indices where sections[place].isAverage {
      for network in networks where averaged.contains(network.name) {
        guard sections[place].candidates.contains(network.name),
          !fits.contains(where: { $0.network.name == network.name && $0.isAverage })
        else { continue }
        let fit = NetworkFit(network, sections[place], file.shapes, isAverage: true)
        let used = Set(fit.used)
        // Of weights that are not taken there is no average.
        guard fit.hasWeights, isDecisive(fit, sections[place]),
          fits.first(where: { $0.network.name == network.name })?.taken.isSuperset(of: fit.taken)
            == true
        else { continue }
        fits.append(fit)
        sections[place].tensors.removeAll { used.contains($0.name) }
      }
    }
    let order = networks.map(\.name)
    fits.sort { one, other in
      let places = [one, other].map {
        ($0.isAverage ? order.count : 0) + (order.firstIndex(of: $0.network.name) ?? 0)
      }
      return places[0] < places[1]
    }
  }

  private func best(isAverage: Bool, isMarked: Bool) -> (place: Int, fit: NetworkFit)? {
    let taken = Set(fits.map(\.network.name))
    var found: (place: Int, fit: NetworkFit)?
    for (place, section) in sections.enumerated()
    where section.isAverage == isAverage && section.isMarked == isMarked {
      for network in networks
      where section.candidates.contains(network.name) && !taken.contains(network.name) {
        let fit = NetworkFit(network, section, file.shapes)
        guard fit.hasWeights, isDecisive(fit, section), fit.share > found?.fit.share ?? 0 else {
          continue
        }
        found = (place, fit)
      }
    }
    return found
  }

  /// Whether what a file does not name is that network: half of the one or of the other fits; of what another network has left,
  /// half of the one.
  private func isDecisive(_ fit: NetworkFit, _ section: NetworkTensors.Section) -> Bool {
    section.isMarked
      || 2 * fit.matched >= (section.isRest ? fit.wanted : min(fit.wanted, fit.held))
  }

  /// The weight here and the tensor in the file that come nearest to each other and are not alike, and how many are.
  func nearestMiss() -> String {
    let fits = sections.flatMap { section in
      networks.filter { section.candidates.contains($0.name) }
        .map { NetworkFit($0, section, file.shapes) }
    }
    // Where it says whose they are, one is enough.
    let few = fits.filter(\.hasWeights).max { $0.share < $1.share }.map {
      "\($0.matched) of the \($0.network.name)'s \($0.wanted) weights fit, too few to be sure; "
    }
    return (few ?? "") + nearest()
  }

  private func nearest() -> String {
    var nearest: (distance: Double, text: String)?
    for section in sections {
      for network in networks where section.candidates.contains(network.name) {
        for weight in network.parameters where weight.role == .weight || weight.role == .unitWeight
        {
          for (name, _) in section.tensors {
            guard let shape = file.shapes[name], shape.count == weight.shape.count,
              shape.allSatisfy({ $0 > 0 })
            else { continue }
            let distance = zip(shape, weight.shape).reduce(0.0) {
              $0 + abs(log(Double($1.0) / Double($1.1)))
            }
            if distance > 0, distance < nearest?.distance ?? .infinity {
              nearest = (distance, "its \(name) is \(shape), and \(weight.name) is \(weight.shape)")
            }
          }
        }
      }
    }
    if let nearest { return "nearest, " + nearest.text }
    let weights = networks.flatMap(\.parameters).first { $0.role.isTrained }
    return
      "it has \(file.names.count) tensors, such as \(file.names.first ?? "none"), and none is like "
      + (weights.map { "\($0.name), \($0.shape)" } ?? "a weight")
  }
}

/// What of a section is which state of a network.
private struct NetworkFit {
  let network: Network
  let isAverage: Bool
  private let isTold: Bool
  /// States that have a value by name, each with its tensor.
  private var byName: [String: String] = [:]
  private var pairs: [(slot: LayerSlot, tensors: LayerTensors, layout: WeightLayout)] = []
  /// The tensors of the section.
  private let tensors: [String]
  private let slots: [LayerSlot]
  /// Weights of layers that fit, those that there are here, and those of the section.
  private(set) var matched = 0
  let wanted, held: Int

  init(
    _ network: Network, _ section: NetworkTensors.Section, _ shapes: [String: [Int]],
    isAverage: Bool = false
  ) {
    (self.network, self.isAverage, isTold) = (network, isAverage, section.isMarked)
    tensors = section.tensors.map(\.name)
    slots = LayerSlot.slots(of: network)
    let weights = slots.compactMap(\.weight)
    let layers = LayerTensors.layers(of: section.tensors, shapes)
    (wanted, held) = (weights.count, layers.count { $0.isContraction })
    let known = Dictionary(
      network.parameters.map { (String($0.name.dropFirst(network.name.count + 1)), $0) },
      uniquingKeysWith: { first, _ in first })
    for (name, rest) in section.tensors {
      guard let parameter = known[rest.joined(separator: ".")], shapes[name] == parameter.shape
      else { continue }
      byName[parameter.name] = name
    }
    matched = weights.count { byName[$0.name] != nil }
    guard matched == 0 else { return }
    byName = [:]
    for (slot, match) in zip(slots, LayerSlot.matches(slots, layers)) {
      guard let match else { continue }
      pairs.append((slot, layers[match.place], match.layout))
    }
    matched = pairs.count { $0.slot.kind == .contraction }
  }

  var hasWeights: Bool { matched > 0 }
  var share: Double { Double(matched) / Double(max(1, wanted)) }

  /// States that are taken.
  var taken: Set<String> {
    Set(byName.keys).union(
      pairs.flatMap { slot, tensors, layout in
        slot.parameters.filter { slot.takes($0.part, from: tensors, layout) }.map(\.parameter.name)
      })
  }

  /// Tensors that are taken, or that nothing is made of.
  var used: [String] {
    if !byName.isEmpty { return Array(byName.values) }
    return pairs.flatMap { slot, tensors, layout in
      tensors.parts.filter { part, _ in
        switch part {
        case .passedOver: return true
        case .other: return false
        case .weight, .original, .direction: return true
        // A transform that is not here is in the weight.
        case .left, .right, .length: return slot.kind == .contraction
        default: return slot.takes(part, from: tensors, layout)
        }
      }.values
    }
  }

  var source: ImportedWeights.Source {
    let used = Set(used)
    return .init(
      network: network.name, isAverage: isAverage, tensors: tensors.filter(used.contains),
      isTold: isTold)
  }

  /// The numbers of what is taken, by the states' names.
  func values(from weights: NetworkWeights) throws(WeightsError) -> [String: [Float]] {
    var values: [String: [Float]] = [:]
    for (state, tensor) in byName { values[state] = try weights.values(of: tensor) }
    for (slot, tensors, layout) in pairs {
      values.merge(try slot.values(tensors, layout, from: weights)) { first, _ in first }
    }
    return values
  }
}
