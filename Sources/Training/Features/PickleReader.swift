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
  var tables: [[String: Value]] = []
  var tensors: [Tensor] = []
  /// Pairs that tables may still be made of at once: what is copied must stand in the file.
  var pairs: Int

  /// Numbers that lie one after the other.
  struct Storage: Hashable {
    let key: String
    let type: ElementType
    let count: Int
  }

  /// Some numbers of a storage, in any order.
  struct Tensor: Hashable {
    let storage: Storage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  /// Numbers of a storage.
  enum ElementType: String {
    case float = "FloatStorage"
    case double = "DoubleStorage"
    case half = "HalfStorage"
    case bfloat16 = "BFloat16Storage"
    case long = "LongStorage"

    var bytes: Int {
      switch self {
      case .float: 4
      case .double, .long: 8
      case .half, .bfloat16: 2
      }
    }
  }

  struct Refusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  enum Global: Hashable {
    case storage(ElementType)
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
        guard let type = ElementType(rawValue: name) else { return nil }
        self = .storage(type)
      default: return nil
      }
    }
  }

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

  /// The tensors of a table of them.
  func table(_ value: Value) throws(Refusal) -> [String: Tensor] {
    guard case .table(let number) = value else {
      throw Refusal("what it holds is no table of tensors")
    }
    var named: [String: Tensor] = [:]
    for (name, value) in tables[number] {
      guard case .tensor(let tensor) = value else { throw Refusal("its \(name) is no tensor") }
      named[name] = tensors[tensor]
    }
    return named
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
    if case .table(let number) = value { tables[number][name] } else { nil }
  }
}
