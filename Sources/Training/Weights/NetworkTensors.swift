import Specification

/// The tensors of a file, told apart by the networks that their names say.
///
/// The naming table: words of wrappers (`state_dict`, `model`, `module`) are passed over, a word of a role (`generator`, `netG`,
/// `G`) says whose what follows is, one of an average (`g_ema`, `average`) that it is one, and what optimisers keep belongs to
/// no network.
struct NetworkTensors {
  /// Tensors of one network, as the file orders them.
  struct Section {
    /// Networks that it may be of, by name.
    let candidates: [String]
    /// Whether its names say of which network it is.
    let isMarked: Bool
    let isAverage: Bool
    /// The tensors' names in the file, each with what of it names a layer and its part.
    var tensors: [(name: String, rest: [Substring])]
    /// Whether they are what another network has left.
    var isRest = false
  }

  private(set) var sections: [Section] = []
  /// Tensors that optimisers keep.
  private(set) var ofOptimisers: [String] = []

  /// A network here.
  struct Owner {
    let name: String
    let role: NetworkSpecification.Role
  }

  private static let wrappers: Set<String> = [
    "state_dict", "state", "model", "models", "module", "net", "network", "networks", "weights",
    "params", "parameters", "",
  ]
  private static let averages: Set<String> = ["ema", "average", "avg", "averaged", "shadow"]

  /// - Parameters:
  ///   - names: in the file's order.
  ///   - owners: the networks here.
  init(_ names: [String], of owners: [Owner]) {
    var read = names.map { (name: $0, mark: Mark($0, owners)) }
    // What all names begin with says nothing: `dcgan.netG.main.0.weight`.
    while read.count > 1, read.allSatisfy({ $0.mark.kind == .unknown && $0.mark.rest.count > 2 }),
      Set(read.compactMap(\.mark.rest.first)).count == 1
    {
      read = read.map { ($0.name, Mark($0.mark.rest.dropFirst(), owners, $0.mark.isAverage)) }
    }
    for (name, mark) in read {
      let candidates: [String]
      switch mark.kind {
      // A name of points alone names nothing.
      case .unknown where mark.rest.isEmpty: continue
      case .unknown: candidates = owners.map(\.name)
      case .networks(let named): candidates = named
      case .foreign: continue
      case .optimiser:
        ofOptimisers.append(name)
        continue
      }
      let isMarked = mark.kind != .unknown
      let place = sections.firstIndex {
        $0.candidates == candidates && $0.isMarked == isMarked && $0.isAverage == mark.isAverage
      }
      if let place {
        sections[place].tensors.append((name, mark.rest))
      } else {
        sections.append(
          Section(
            candidates: candidates, isMarked: isMarked, isAverage: mark.isAverage,
            tensors: [(name, mark.rest)]))
      }
    }
  }

  /// What the first words of a name say.
  private struct Mark {
    enum Kind: Equatable {
      case unknown
      case networks([String])
      case foreign, optimiser
    }

    var kind = Kind.unknown
    var isAverage = false
    var rest: [Substring]

    init(_ name: String, _ owners: [Owner]) {
      self.init(name.split(separator: ".")[...], owners, false)
    }

    init(_ words: ArraySlice<Substring>, _ owners: [Owner], _ isAverage: Bool) {
      self.isAverage = isAverage
      rest = Array(words)
      // The last word is the tensor's own.
      while rest.count > 1, let first = rest.first {
        if let named = owners.first(where: { $0.name == first }) {
          kind = .networks([named.name])
        } else {
          let (word, says) = Self.stem(of: first.lowercased())
          if Self.isOfOptimiser(word) {
            kind = .optimiser
            return
          }
          if NetworkTensors.wrappers.contains(word) || NetworkTensors.averages.contains(word) {
            self.isAverage = self.isAverage || says || NetworkTensors.averages.contains(word)
            rest.removeFirst()
            continue
          }
          guard kind == .unknown,
            let role = NetworkSpecification.Role.allCases.first(where: { $0.words.contains(word) })
          else { return }
          let named = Self.owners(of: role, among: owners)
          // `encoder` and `classifier` are parts of many networks.
          guard !named.isEmpty || role == .generator || role == .discriminator else { return }
          self.isAverage = self.isAverage || says
          kind = named.isEmpty ? .foreign : .networks(named)
        }
        rest.removeFirst()
        // What follows names layers; a wrapper may stand before them once more.
        while rest.count > 1, let next = rest.first,
          NetworkTensors.wrappers.contains(Self.stem(of: next.lowercased()).word)
        {
          rest.removeFirst()
        }
        return
      }
    }

    /// Of models that mend images, the generator is the restorer.
    private static func owners(of role: NetworkSpecification.Role, among owners: [Owner])
      -> [String]
    {
      let own = owners.filter { $0.role == role }
      let all = own.isEmpty && role == .generator ? owners.filter { $0.role == .restorer } : own
      return all.map(\.name)
    }

    /// A word without what says only that it names a network's table: `netG_state_dict`, `model_g`, `g_ema`.
    private static func stem(of word: String) -> (word: String, isAverage: Bool) {
      var (word, isAverage) = (word, false)
      var isChanged = true
      while isChanged {
        isChanged = false
        for part in ["state_dict", "state", "model", "weights", "params", "network", "net"] {
          if word.hasSuffix("_" + part) {
            (word, isChanged) = (String(word.dropLast(part.count + 1)), true)
          } else if word.hasPrefix(part + "_") {
            (word, isChanged) = (String(word.dropFirst(part.count + 1)), true)
          }
        }
        for part in NetworkTensors.averages {
          if word.hasSuffix("_" + part) {
            (word, isChanged, isAverage) = (String(word.dropLast(part.count + 1)), true, true)
          } else if word.hasPrefix(part + "_") {
            (word, isChanged, isAverage) = (String(word.dropFirst(part.count + 1)), true, true)
          }
        }
      }
      return (word, isAverage)
    }

    private static func isOfOptimiser(_ word: String) -> Bool {
      ["optim", "scheduler", "scaler"].contains(where: word.contains)
        || word == "opt" || word.hasPrefix("opt_") || word.hasSuffix("_opt")
    }
  }
}

extension NetworkSpecification.Role {
  /// What its networks are called in other programs, in lower case.
  fileprivate var words: Set<String> {
    switch self {
    case .mapping: ["mapping", "mapping_network", "map"]
    case .generator: ["generator", "netg", "gen", "g", "gnet"]
    case .discriminator: ["discriminator", "netd", "disc", "dis", "d", "dnet", "critic"]
    case .encoder: ["encoder", "enc", "nete", "e"]
    case .reconstructor: ["reconstructor", "inverter"]
    case .decoder: ["decoder", "dec"]
    case .classifier: ["classifier", "cls"]
    case .restorer: ["restorer", "completion", "inpainter", "denoiser"]
    }
  }
}
