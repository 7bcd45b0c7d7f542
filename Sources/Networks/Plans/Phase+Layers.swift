package import MetricDescriptions

extension Phase {
  /// The same, with the norm of the gradients of each layer measured as well.
  func measuringLayers() -> Phase {
    var phase = self
    phase.measuresLayers = true
    phase.measured += layers.compactMap { places in
      places.first.map { LayerGradient.metric(of: updated[$0].layer) }
    }
    return phase
  }

  /// Places of the parameters of each layer that it moves, in order.
  var layers: [[Int]] {
    var (names, places) = ([String](), [[Int]]())
    for (place, parameter) in updated.enumerated() {
      if let known = names.firstIndex(of: parameter.layer) {
        places[known].append(place)
      } else {
        names.append(parameter.layer)
        places.append([place])
      }
    }
    return places
  }
}

extension Plan {
  /// The same, with the norm of the gradients of each layer measured as well.
  package func measuringLayers() -> Plan {
    var plan = self
    plan.phases = phases.map { $0.measuringLayers() }
    let known = Set(measured.map(\.name))
    plan.measured += plan.phases.flatMap(\.measured).filter { metric in
      !known.contains(metric.name) && LayerGradient.isOne(metric.name)
    }
    return plan
  }
}

extension Parameter {
  /// The name of its layer: its own without the last part.
  package var layer: String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }
}

/// The metrics of single layers' gradients.
package enum LayerGradient {
  static let prefix = "gradient."

  /// `gradient.generator.block2.conv`; those of one network share a plot.
  package static func metric(of layer: String) -> MetricDescription {
    let network = layer.prefix { $0 != "." }
    return MetricDescription(
      prefix + layer, label: String(layer.dropFirst(network.count + 1)),
      family: "gradients of the \(network)",
      meaning: "the Euclidean norm of the gradients of the \(network)'s layer "
        + "\(layer.dropFirst(network.count + 1)); with `gradients=layers`")
  }

  package static func isOne(_ metric: String) -> Bool { metric.hasPrefix(prefix) }

  /// The layer that a metric is about; nil of another metric.
  package static func layer(of metric: String) -> String? {
    isOne(metric) ? String(metric.dropFirst(prefix.count)) : nil
  }
}
