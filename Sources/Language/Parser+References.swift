/// `$name` and `${name}` in words and in strings of double quotes.
extension Parser {
  /// A reference within bytes: its name, and how many bytes it takes.
  struct Reference {
    var name: String
    var length: Int
  }

  /// The reference that begins at a place; nil where none does.
  static func reference(in bytes: some RandomAccessCollection<UInt8>) -> Reference? {
    guard bytes.first == .dollar else { return nil }
    let rest = bytes.dropFirst()
    guard let head = rest.first else { return nil }
    if head == .openBrace {
      let name = rest.dropFirst().prefix { $0.isKeyBody }
      guard name.first?.isKeyHead == true, rest.dropFirst(1 + name.count).first == .closeBrace
      else { return nil }
      return Reference(name: String(decoding: name, as: UTF8.self), length: name.count + 3)
    }
    guard head.isKeyHead else { return nil }
    let name = rest.prefix { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    return Reference(name: String(decoding: name, as: UTF8.self), length: name.count + 1)
  }

  /// Whether a text holds what would be read as a reference.
  static func holdsReference(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.contains { reference(in: bytes[$0...]) != nil }
  }

  /// A word as it was typed, and what it says.
  struct ReadWord {
    var text: String
    /// What it stands for where it is one reference and nothing else.
    var value: Term?
    /// Whether something in it was replaced, so that places in it are not those of the text.
    var isReplaced = false
  }

  /// A bare word whose references are replaced; where there are no parameters it is as it stands.
  mutating func word() throws(Diagnostic) -> ReadWord {
    let start = scanner.position
    let typed = try bareWord()
    guard let parameters, typed.utf8.contains(.dollar) else { return ReadWord(text: typed) }
    let bytes = Array(typed.utf8)
    if let whole = Self.reference(in: bytes[...]), whole.length == bytes.count {
      let place = Span(start, scanner.position)
      let value = try self.value(of: whole.name, among: parameters, at: place)
      return ReadWord(text: value.text, value: value.placed(at: place), isReplaced: true)
    }
    let (text, isReplaced) = try replaced(bytes, at: start, by: parameters)
    return ReadWord(text: String(decoding: text, as: UTF8.self), isReplaced: isReplaced)
  }

  /// Bytes that all the references of a statement may stand for: each line of `param a=$a$a` doubles them.
  private static let longest = 1_000_000

  /// - Throws: also where a statement grows too long by it.
  private mutating func value(
    of name: String, among parameters: ScriptParameters, at place: Span
  ) throws(Diagnostic) -> Term {
    let value = try parameters.value(of: name, at: place)
    replacedBytes += max(value.text.utf8.count, value.source.utf8.count)
    guard replacedBytes <= Self.longest else {
      throw Diagnostic(
        "what `$\(name)` stands for makes this statement longer than 1 MB", at: place,
        help: ["a parameter that grows at each line is not meant, probably"])
    }
    return value
  }

  private mutating func replaced(
    _ bytes: [UInt8], at start: Int, by parameters: ScriptParameters
  ) throws(Diagnostic) -> (text: [UInt8], isReplaced: Bool) {
    var (text, isReplaced): ([UInt8], Bool) = ([], false)
    var index = 0
    while index < bytes.count {
      guard let reference = Self.reference(in: bytes[index...]) else {
        text.append(bytes[index])
        index += 1
        continue
      }
      let place = Span(start + index, start + index + reference.length)
      text += try value(of: reference.name, among: parameters, at: place).text.utf8
      index += reference.length
      isReplaced = true
    }
    return (text, isReplaced)
  }

  /// What the reference at the scanner, within double quotes, stands for; nil where there is none.
  mutating func referenceInString() throws(Diagnostic) -> String? {
    guard let parameters, scanner.current == .dollar,
      let reference = Self.reference(in: scanner.bytes[scanner.position...])
    else { return nil }
    let place = span(from: scanner.position, count: reference.length)
    let value = try self.value(of: reference.name, among: parameters, at: place)
    scanner.advance(by: reference.length)
    return value.text
  }

  /// A value whose word was put together of others: a string where it is no single word.
  func made(ofReplaced text: String, from start: Int) -> Term {
    let place = Span(start, scanner.position)
    guard
      let value = parsePrefix(SourceText(name: "", text: "x a=\(text)")).only?.options.first?
        .value, value.source == text
    else {
      return Term(.string(text), at: place, source: quotedForTyping(text))
    }
    return value.placed(at: place)
  }
}

/// The names that a text refers to, in their order, each once. What single quotes keep and what `sql` and `!`
/// take is among them.
package func references(in text: String) -> [String] {
  let bytes = Array(text.utf8)
  var names: [String] = []
  for index in bytes.indices {
    guard let name = Parser.reference(in: bytes[index...])?.name, !names.contains(name) else {
      continue
    }
    names.append(name)
  }
  return names
}
