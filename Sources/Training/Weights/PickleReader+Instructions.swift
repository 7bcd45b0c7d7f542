extension PickleReader {
  /// The instructions that tables of tensors are written with.
  enum Operation: UInt8 {
    case mark = 0x28  // (
    case emptyTuple = 0x29  // )
    case stop = 0x2e  // .
    case binaryNumber = 0x4a  // J
    case real = 0x47  // G
    case byteNumber = 0x4b  // K
    case shortNumber = 0x4d  // M
    case none = 0x4e  // N
    case persistent = 0x51  // Q
    case reduce = 0x52  // R
    case byteText = 0x54  // T
    case shortByteText = 0x55  // U
    case text = 0x58  // X
    case append = 0x61  // a
    case build = 0x62  // b
    case global = 0x63  // c
    case appends = 0x65  // e
    case get = 0x68  // h
    case longGet = 0x6a  // j
    case put = 0x71  // q
    case longPut = 0x72  // r
    case setItem = 0x73  // s
    case tuple = 0x74  // t
    case setItems = 0x75  // u
    case emptyList = 0x5d  // ]
    case emptyTable = 0x7d  // }
    case version = 0x80
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case yes = 0x88
    case no = 0x89
    case longNumber = 0x8a
  }

  mutating func execute(_ operation: Operation) throws(Refusal) {
    switch operation {
    case .stop: break
    case .version:
      let version = try byte()
      guard version == 2 else { throw Refusal("its pickle is of protocol \(version), wanted 2") }
    case .mark: marks.append(stack.count)
    case .none: stack.append(.none)
    case .real:
      // No part of a tensor is one.
      _ = try number(bytes: 8)
      stack.append(.none)
    case .yes: stack.append(.bool(true))
    case .no: stack.append(.bool(false))
    case .byteNumber: stack.append(.number(Int(try byte())))
    case .shortNumber: stack.append(.number(try number(bytes: 2)))
    case .binaryNumber:
      stack.append(.number(Int(Int32(truncatingIfNeeded: try number(bytes: 4)))))
    case .longNumber: stack.append(.number(try longNumber()))
    case .text, .byteText: stack.append(.text(try text(length: try number(bytes: 4))))
    case .shortByteText: stack.append(.text(try text(length: Int(try byte()))))
    case .emptyTuple: push(tuple: [])
    case .tuple: push(tuple: try sinceMark())
    case .tuple1: push(tuple: try popped(1))
    case .tuple2: push(tuple: try popped(2))
    case .tuple3: push(tuple: try popped(3))
    case .emptyList:
      lists.append([])
      stack.append(.list(lists.count - 1))
    case .emptyTable: stack.append(newTable())
    case .append: try append(popped(1))
    case .appends: try append(sinceMark())
    case .setItem: try set(popped(2))
    case .setItems: try set(sinceMark())
    case .build: try build()
    case .global:
      let (module, name) = (try line(), try line())
      guard let known = Global(module: module, name: name) else {
        throw Refusal("its pickle names \(module).\(name), which no table of tensors needs")
      }
      stack.append(.global(known))
    case .reduce: try reduce()
    case .persistent: stack.append(.storage(try storage(popped(1)[0])))
    case .put: try remember(Int(try byte()))
    case .longPut: try remember(try number(bytes: 4))
    case .get: try recall(Int(try byte()))
    case .longGet: try recall(try number(bytes: 4))
    }
  }

  mutating func push(tuple values: [Value]) {
    tuples.append(values)
    stack.append(.tuple(tuples.count - 1))
  }

  mutating func newTable() -> Value {
    tables.append(Table())
    return .table(tables.count - 1)
  }

  mutating func remember(_ number: Int) throws(Refusal) {
    guard let value = stack.last, marks.last ?? 0 < stack.count else {
      throw Refusal("its pickle remembers what is not there")
    }
    memo[number] = value
  }

  mutating func recall(_ number: Int) throws(Refusal) {
    guard let value = memo[number] else {
      throw Refusal("its pickle asks for number \(number), which it has not remembered")
    }
    stack.append(value)
  }

  /// The last values, of which the mark below them is not one.
  mutating func popped(_ count: Int) throws(Refusal) -> [Value] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw Refusal("its pickle takes more than it has put down")
    }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  mutating func sinceMark() throws(Refusal) -> [Value] {
    guard let mark = marks.popLast() else {
      throw Refusal("its pickle takes more than it has put down")
    }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  mutating func append(_ values: [Value]) throws(Refusal) {
    guard case .list(let list) = try top() else {
      throw Refusal("its pickle appends to what is no list")
    }
    lists[list] += values
  }

  mutating func set(_ values: [Value]) throws(Refusal) {
    guard case .table(let table) = try top(), values.count % 2 == 0 else {
      throw Refusal("its pickle makes entries in what is no table")
    }
    for index in stride(from: 0, to: values.count, by: 2) {
      try set(values[index], to: values[index + 1], in: table)
    }
  }

  mutating func set(_ key: Value, to value: Value, in table: Int) throws(Refusal) {
    let name: String
    switch key {
    case .text(let text): name = text
    // An optimiser counts what it moves.
    case .number(let number): name = String(number)
    default: throw Refusal("an entry of it has no text for a name")
    }
    guard tables[table].values.updateValue(value, forKey: name) == nil else {
      throw Refusal("it has \(name) twice")
    }
    tables[table].names.append(name)
  }

  func top() throws(Refusal) -> Value {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw Refusal("its pickle takes more than it has put down")
    }
    return value
  }

  /// What is told of a table beside its entries (the versions of layers) is left out.
  mutating func build() throws(Refusal) {
    guard case .table = try popped(1)[0], case .table = try top() else {
      throw Refusal("its pickle gives a state to what is no table")
    }
  }
}
