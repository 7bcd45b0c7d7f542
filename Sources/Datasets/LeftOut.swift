import Images
import TerminalText

/// Files of one kind beside the images of a data set that are not among them.
package struct LeftOut: Sendable, Hashable {
  /// How many there are of what: `2 zip archives`.
  package let summary: String
  package let count: Int
  /// The first names, in order.
  package let names: [String]
  /// What a person can do; nil where nothing is amiss.
  package let advice: String?
  /// Whether images may be in it that are missed.
  package let isNotable: Bool
  /// Whether it is one zip file alone, which can be read in the folder's place.
  let isOneZip: Bool

  /// `2 zip archives (a.zip, b.zip; unpack them)`.
  package var description: String {
    let more = count > names.count ? ", …" : ""
    return "\(summary) (\(names.joined(separator: ", "))\(more)\(advice.map { "; \($0)" } ?? ""))"
  }
}

/// What is left out, while a folder or an archive is gone through.
struct LeftOutCollection: Sendable {
  private var found: [Reason: (count: Int, names: [String])] = [:]

  /// Why something is no example.
  enum Reason: Sendable, Hashable {
    case kind(FileKind)
    case unknown
    case empty
    case hidden
    case unopenable
    case unopenableFolder
    case deadLink
    case repeatedFolder
    case systemFolder
    case folder
    case pipe
    case device

    fileprivate func summary(_ count: Int) -> String {
      func told(_ one: String, _ many: String) -> String { counted(count, one, many) }
      return switch self {
      case .kind(let kind): told(kind.noun.one, kind.noun.many)
      case .unknown: told("other file", "other files")
      case .empty: told("empty file", "empty files")
      case .hidden: told("hidden name", "hidden names")
      case .unopenable: told("file that cannot be opened", "files that cannot be opened")
      case .unopenableFolder: told("folder that cannot be opened", "folders that cannot be opened")
      case .deadLink: told("link that leads nowhere", "links that lead nowhere")
      case .repeatedFolder:
        told("link to a folder that is read already", "links to folders that are read already")
      case .systemFolder: told("folder of thumbnails or trash", "folders of thumbnails or trash")
      case .folder: told("folder", "folders")
      case .pipe: told("pipe or socket", "pipes or sockets")
      case .device: told("device", "devices")
      }
    }

    fileprivate func advice(_ count: Int) -> String? {
      if case .kind(let kind) = self { return kind.advice(for: count) }
      return nil
    }

    fileprivate var isZip: Bool {
      if case .kind(let kind) = self { return kind.isZip }
      return false
    }

    fileprivate var isNotable: Bool {
      switch self {
      case .kind(let kind): kind.family != .text && kind.family != .other
      case .unopenable, .unopenableFolder, .deadLink, .repeatedFolder, .systemFolder, .pipe,
        .device:
        true
      case .unknown, .empty, .hidden, .folder: false
      }
    }
  }

  private static let namesShown = 3

  /// Names come in order.
  mutating func add(_ reason: Reason, _ name: String) {
    var group = found[reason] ?? (0, [])
    group.count += 1
    if group.names.count < Self.namesShown { group.names.append(name) }
    found[reason] = group
  }

  /// What matters first, then the most frequent.
  var groups: [LeftOut] {
    found.map { reason, group in
      LeftOut(
        summary: reason.summary(group.count), count: group.count, names: group.names,
        advice: reason.advice(group.count), isNotable: reason.isNotable,
        isOneZip: reason.isZip && group.count == 1)
    }.sorted { one, other in
      if one.isNotable != other.isNotable { return one.isNotable }
      return one.count == other.count ? one.summary < other.summary : one.count > other.count
    }
  }
}
