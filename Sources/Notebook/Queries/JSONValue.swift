import Foundation

/// A JSON document, read so that numbers print as they were meant.
indirect enum JSONValue: Decodable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case natural(UInt64)
  case real(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      var fields: [String: JSONValue] = [:]
      for key in object.allKeys {
        fields[key.stringValue] = try object.decode(JSONValue.self, forKey: key)
      }
      self = .object(fields)
    } else if var list = try? decoder.unkeyedContainer() {
      var items: [JSONValue] = []
      while !list.isAtEnd { items.append(try list.decode(JSONValue.self)) }
      self = .list(items)
    } else {
      self = try Self.scalar(try decoder.singleValueContainer())
    }
  }

  /// Nil when the text is not JSON.
  init?(parsing text: String) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else {
      return nil
    }
    self = value
  }

  private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSONValue {
    if container.decodeNil() { return .null }
    if let value = try? container.decode(Bool.self) { return .boolean(value) }
    if let value = try? container.decode(Int64.self) { return .integer(value) }
    if let value = try? container.decode(UInt64.self) { return .natural(value) }
    if let value = try? container.decode(Double.self) { return .real(value) }
    return .text(try container.decode(String.self))
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }
}

extension JSONValue {
  /// The document as paths and values: `recipe.batch` → `64`.
  ///
  /// A list of numbers is one value (`4x4`), and so is each object in a list (a layer), so that
  /// a difference between two runs reads as one line. Swift's `_0` for an unnamed associated
  /// value leaves no trace.
  var flattened: [(path: String, value: String)] {
    var flat: [(String, String)] = []
    flatten(at: "", into: &flat)
    return flat.map { (path: $0.0, value: $0.1) }
  }

  private func flatten(at path: String, into flat: inout [(String, String)]) {
    switch self {
    case .object(let fields) where fields.isEmpty:
      flat.append((path, "yes"))
    case .object(let fields):
      for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
        let inner = key == "_0" ? path : path.isEmpty ? key : "\(path).\(key)"
        value.flatten(at: inner, into: &flat)
      }
    case .list(let items) where items.contains { $0.isObject }:
      for (index, item) in items.enumerated() {
        flat.append(("\(path).\(index + 1)", item.compact))
      }
    default:
      flat.append((path, compact))
    }
  }

  private var isObject: Bool {
    if case .object = self { true } else { false }
  }

  /// The value in one line: `convolution bias=true channels=64 window.kernel=4x4`.
  var compact: String {
    switch self {
    case .null: return "none"
    case .boolean(let value): return value ? "yes" : "no"
    case .integer(let value): return String(value)
    case .natural(let value): return String(value)
    case .real(let value): return "\(value)"
    case .text(let value): return value
    case .list(let items):
      let separator =
        items.allSatisfy { if case .integer = $0 { true } else { false } } ? "x" : ", "
      return items.map(\.compact).joined(separator: separator)
    case .object(let fields):
      // An enum's case, perhaps inside a value that holds nothing else, names what it holds.
      if fields.count == 1, let (key, value) = fields.first {
        if case .object = value {
          let inner = value.compact
          if key == "kind" || key == "_0" { return inner }
          return inner.isEmpty ? key : "\(key) \(inner)"
        }
        if key == "_0" { return value.compact }
      }
      var flat: [(String, String)] = []
      flatten(at: "", into: &flat)
      return flat.filter { !$0.0.isEmpty }.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    }
  }
}
