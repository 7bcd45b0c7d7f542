/// What PyTorch's pickles say of tensors, read without running anything.
///
/// A pickle is a program of a stack machine that may name any function of Python. Of it this reader knows what a
/// table of tensors is made of: tables, tuples, numbers, texts, storages, and the functions that put a tensor
/// together (protocol 2, as `torch.save` writes it). All else is refused.
///
/// Values that hold others are numbers in lists of them, so that none is nested, however a file tries.
struct PickleReader {
  /// Where the next byte is read.
  var position: Int
  /// Storages that were named, by their keys.
  var storages: [String: Storage] = [:]

  let bytes: [UInt8]
  var stack: [Value] = []
  var marks: [Int] = []
  var memo: [Int: Value] = [:]
  var tuples: [[Value]] = []
  var lists: [[Value]] = []
  var tables: [Table] = []
  var tensors: [Tensor] = []
  /// Pairs that tables may still be made of at once: what is copied must stand in the file.
  var pairs: Int

  /// Numbers that lie one after the other.
  struct Storage: Hashable {
    let key: String
    let type: TensorElement
    let count: Int
  }

  /// Some numbers of a storage, in any order.
  struct Tensor: Hashable {
    let storage: Storage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  struct Refusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  enum Global: Hashable {
    case storage(TensorElement)
    case orderedTable
    case tensor
    case tensorWithHooks
    case parameter

    init?(module: String, name: String) {
      switch (module, name) {
      case ("collections", "OrderedDict"): self = .orderedTable
      case ("torch._utils", "_rebuild_tensor"): self = .tensor
      case ("torch._utils", "_rebuild_tensor_v2"): self = .tensorWithHooks
      case ("torch._utils", "_rebuild_parameter"): self = .parameter
      case ("torch", _):
        guard let type = TensorElement(rawValue: name) else { return nil }
        self = .storage(type)
      default: return nil
      }
    }
  }

  /// Values by name, in the order in which they were put in.
  struct Table {
    var names: [String] = []
    var values: [String: Value] = [:]
  }

  /// Tensors by name, and the names in the file's order.
  typealias NamedTensors = (tensors: [String: Tensor], names: [String])

  enum Value {
    case none
    case bool(Bool)
    case number(Int)
    case text(String)
    case tuple(Int)
    case list(Int)
    case table(Int)
    case global(Global)
    case storage(Storage)
    case tensor(Int)
  }

  /// Axes of a tensor beyond which it is none of a network's.
  static let mostAxes = 8
  /// Longer names are none of a tensor's.
  static let longestText = 512
  /// Tables in each other, at most.
  static let mostTables = 8

  /// - Parameter position: where the pickle begins.
  init(_ bytes: [UInt8], at position: Int = 0) {
    (self.bytes, self.position) = (bytes, position)
    pairs = bytes.count
  }

  /// Reads one pickle, to its end; it knows nothing of what one before it has named.
  mutating func next() throws(Refusal) -> Value {
    (stack, marks, memo) = ([], [], [:])
    let start = position
    while true {
      let code = try byte()
      guard let operation = Operation(rawValue: code) else {
        throw Refusal(
          "its pickle has the instruction 0x\(String(code, radix: 16)) at byte "
            + "\(position - 1 - start), which no table of tensors needs")
      }
      if operation == .stop {
        guard let value = stack.popLast(), stack.isEmpty, marks.isEmpty else {
          throw Refusal("its pickle ends in the middle of something")
        }
        return value
      }
      try execute(operation)
    }
  }

  /// The tensors of a table, and those of tables in it with the names joined by points; what else there is (a count of epochs, a
  /// rate) is left.
  mutating func tensors(in value: Value) throws(Refusal) -> NamedTensors {
    guard case .table(let number) = value else {
      throw Refusal("what it holds is no table of tensors")
    }
    var (found, other): (NamedTensors, String?) = (([:], []), nil)
    // A table may stand in many places; each place is a few bytes of the file.
    var waiting = [(name: "", table: number, depth: 0)]
    while let (path, number, depth) = waiting.popLast() {
      guard depth < Self.mostTables else {
        throw Refusal("its tables stand in each other \(Self.mostTables) deep")
      }
      var inner: [(name: String, table: Int, depth: Int)] = []
      let table = tables[number]
      pairs -= table.names.count
      guard pairs >= 0 else { throw Refusal("its pickle copies more entries than it has") }
      for key in table.names {
        let name = path.isEmpty ? key : "\(path).\(key)"
        guard name.utf8.count <= Self.longestText else {
          throw Refusal("it has a name of \(name.utf8.count) bytes, which is too long")
        }
        switch table.values[key] {
        case .tensor(let tensor)?:
          guard found.tensors.updateValue(tensors[tensor], forKey: name) == nil else {
            throw Refusal("it has \(name) twice")
          }
          found.names.append(name)
        case .table(let number)?:
          if tables[number].names.isEmpty { other = other ?? name }
          inner.append((name, number, depth + 1))
        default: other = other ?? name
        }
      }
      waiting += inner.reversed()
    }
    guard !found.names.isEmpty else {
      throw Refusal(
        other.map { "its \($0) is no tensor, and it has no other" } ?? "it has no tensors")
    }
    return found
  }

  /// The texts of a list of them.
  func texts(_ value: Value) throws(Refusal) -> [String] {
    guard case .list(let number) = value else { throw Refusal("it has no list of its storages") }
    return try lists[number].map { (value) throws(Refusal) in
      guard case .text(let text) = value else {
        throw Refusal("its list of storages holds something else")
      }
      return text
    }
  }

  /// An entry of a table; nil where there is none.
  func entry(_ name: String, of value: Value) -> Value? {
    if case .table(let number) = value { tables[number].values[name] } else { nil }
  }
}
