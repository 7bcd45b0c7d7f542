/// A number of a tensor in a file, by what PyTorch calls a storage of them.
enum TensorElement: String {
  case float = "FloatStorage"
  case double = "DoubleStorage"
  case half = "HalfStorage"
  case bfloat16 = "BFloat16Storage"
  case long = "LongStorage"

  /// As safetensors calls it; nil for numbers that no weight is made of.
  init?(safetensors name: String) {
    switch name {
    case "F32": self = .float
    case "F64": self = .double
    case "F16": self = .half
    case "BF16": self = .bfloat16
    case "I64": self = .long
    default: return nil
    }
  }

  var bytes: Int {
    switch self {
    case .float: 4
    case .double, .long: 8
    case .half, .bfloat16: 2
    }
  }

  /// A number, in single precision.
  ///
  /// - Parameter place: which one of them.
  func value(in bytes: UnsafeRawBufferPointer, at place: Int) -> Float {
    func bits<Word: FixedWidthInteger>(_: Word.Type) -> Word {
      Word(littleEndian: bytes.loadUnaligned(fromByteOffset: place * self.bytes, as: Word.self))
    }
    switch self {
    case .float: return Float(bitPattern: bits(UInt32.self))
    case .double: return Float(Double(bitPattern: bits(UInt64.self)))
    case .half: return Float(Float16(bitPattern: bits(UInt16.self)))
    case .bfloat16: return Float(bitPattern: UInt32(bits(UInt16.self)) << 16)
    case .long: return Float(bits(Int64.self))
    }
  }
}
