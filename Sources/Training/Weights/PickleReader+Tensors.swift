extension PickleReader {
  mutating func reduce() throws(Refusal) {
    let call = try popped(2)
    guard case .global(let function) = call[0], case .tuple(let number) = call[1] else {
      throw Refusal("its pickle calls what is no function")
    }
    let arguments = tuples[number]
    switch function {
    case .orderedTable: stack.append(try orderedTable(arguments))
    case .tensor, .tensorWithHooks: try tensor(arguments)
    case .parameter:
      guard case .tensor? = arguments.first, arguments.count == 3 else {
        throw Refusal("its pickle makes a parameter of what is no tensor")
      }
      stack.append(arguments[0])
    case .storage: throw Refusal("its pickle makes a storage out of nothing")
    }
  }

  mutating func orderedTable(_ arguments: [Value]) throws(Refusal) -> Value {
    let table = newTable()
    guard let first = arguments.first else { return table }
    guard case .table(let number) = table, case .list(let list) = first, arguments.count == 1 else {
      throw Refusal("its pickle makes a table of what is no list of pairs")
    }
    pairs -= lists[list].count
    guard pairs >= 0 else { throw Refusal("its pickle copies more entries than it has") }
    for pair in lists[list] {
      let values: [Value]? =
        switch pair {
        case .tuple(let number): tuples[number]
        case .list(let number): lists[number]
        default: nil
        }
      guard let values, values.count == 2 else {
        throw Refusal("its pickle makes a table of what is no list of pairs")
      }
      try set(values[0], to: values[1], in: number)
    }
    return table
  }

  /// What follows the steps (whether it wants a gradient, hooks) is of no concern.
  mutating func tensor(_ arguments: [Value]) throws(Refusal) {
    guard (4...7).contains(arguments.count), case .storage(let storage) = arguments[0],
      case .number(let offset) = arguments[1], case .tuple(let sizes) = arguments[2],
      case .tuple(let steps) = arguments[3]
    else { throw Refusal("its pickle makes a tensor of something else than a storage") }
    let (shape, strides) = (try numbers(tuples[sizes]), try numbers(tuples[steps]))
    guard shape.count == strides.count, shape.count <= Self.mostAxes else {
      throw Refusal("it has a tensor with \(shape.count) extents and \(strides.count) steps")
    }
    let tensor = Tensor(storage: storage, offset: offset, shape: shape, strides: strides)
    guard tensor.isInside else {
      throw Refusal(
        "it has a tensor of shape \(shape), steps \(strides) and offset \(offset), which does not fit in "
          + "storage \(storage.key) of \(storage.count) numbers")
    }
    tensors.append(tensor)
    stack.append(.tensor(tensors.count - 1))
  }

  func numbers(_ values: [Value]) throws(Refusal) -> [Int] {
    guard values.count <= Self.mostAxes else {
      throw Refusal("it has a tensor of \(values.count) axes")
    }
    return try values.map { (value) throws(Refusal) in
      guard case .number(let number) = value else {
        throw Refusal("it has a tensor whose extents are no numbers")
      }
      return number
    }
  }

  /// `('storage', type, key, place, count)`, and in the older form what the storage is part of: nothing.
  mutating func storage(_ value: Value) throws(Refusal) -> Storage {
    guard case .tuple(let number) = value else {
      throw Refusal("it names something else than storages")
    }
    let parts = tuples[number]
    guard (5...6).contains(parts.count), case .text("storage") = parts[0],
      case .global(.storage(let type)) = parts[1], case .text(let key) = parts[2],
      case .text = parts[3], case .number(let count) = parts[4], count >= 0
    else { throw Refusal("it names something else than storages") }
    if parts.count == 6 {
      guard case .none = parts[5] else { throw Refusal("its storage \(key) is part of another") }
    }
    let storage = Storage(key: key, type: type, count: count)
    guard storages.updateValue(storage, forKey: key) ?? storage == storage else {
      throw Refusal("it says two things of its storage \(key)")
    }
    return storage
  }
}

extension PickleReader.Tensor {
  /// Numbers that it has; nil where there are too many to count.
  var count: Int? {
    var product = 1
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Whether its numbers lie one after the other.
  var isRowMajor: Bool {
    var step = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      guard stride == step else { return false }
      step *= extent
    }
    return true
  }

  /// Whether every number of it lies in its storage, and it has no more than that.
  var isInside: Bool {
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }),
      let count, count <= storage.count
    else { return false }
    guard count > 0 else { return offset <= storage.count }
    var last = offset
    for (extent, step) in zip(shape, strides) {
      let (way, overflow) = (extent - 1).multipliedReportingOverflow(by: step)
      let (place, passes) = last.addingReportingOverflow(way)
      if overflow || passes { return false }
      last = place
    }
    return last < storage.count
  }
}
