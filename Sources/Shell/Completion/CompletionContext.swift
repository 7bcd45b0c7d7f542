/// The statement around the word that is being typed.
package struct CompletionContext: Equatable {
  /// Words before it, options whole; within a block the verb and the entry's own.
  package var words: [String] = []
  /// The key before the `=` it stands after.
  package var key: String?
  /// Elements of the list before it (`a` and `b` of `a,b,` and the word).
  package var elements: [String] = []
  package var word = ""
  /// The statement or entry before the word, its words a blank apart.
  package var text = ""
  /// Blocks that are open around it.
  package var depth = 0
  /// Words of the statement before its block; those of `words` outside of one.
  package var statement: [String] = []
  /// Whether it is in a comment, where nothing is completed.
  package var isComment = false
  /// Whether it stands after the `|` that asks for an output mode.
  package var isMode = false

  package init(_ line: String, word range: Range<Int>) {
    let bytes = Array(line.utf8)
    let end = min(range.upperBound, bytes.count)
    let start = min(range.lowerBound, end)
    word = String(decoding: bytes[start..<end], as: UTF8.self)
    var reader = Reader()
    for byte in bytes[..<start] { reader.take(byte) }
    depth = reader.outer.count
    isComment = reader.isComment
    statement = reader.outer.first ?? reader.words
    words = reader.words
    if depth > 0 { words.insert(statement.first ?? "", at: 0) }
    isMode = reader.outer.isEmpty && (words.last == "|" || reader.token == "|")
    text = (words + [reader.token]).joined(separator: " ")
    take(reader.token)
  }

  /// What stands directly before the word: `key=`, `key=a,` or `a,`.
  private mutating func take(_ token: String) {
    var list = token[...]
    if let equals = token.firstIndex(of: "=") {
      key = String(token[..<equals])
      list = token[token.index(after: equals)...]
    }
    elements = list.split(separator: ",").map { $0.filter { $0 != "\"" } }.filter { !$0.isEmpty }
  }

  /// Reads up to the word, byte by byte.
  private struct Reader {
    /// Words of the entry so far, without `token`.
    var words: [String] = []
    /// What has been read of a word.
    var token: String { String(decoding: bytes, as: UTF8.self) }
    /// Words of the statement and of the entries around this one.
    var outer: [[String]] = []
    var isComment = false
    private var bytes: [UInt8] = []
    private var quote: UInt8?
    private var isWholeLine: Bool {
      outer.isEmpty && (words.first == "sql" || (words.first ?? token).hasPrefix("!"))
    }

    mutating func take(_ byte: UInt8) {
      if isComment && byte != UInt8(ascii: "\n") { return }
      if let open = quote {
        bytes.append(byte)
        if byte == open { quote = nil }
        return
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): endWord()
      case UInt8(ascii: "\n"):
        isComment = false
        if bytes.last == UInt8(ascii: "\\") {
          bytes.removeLast()
          endWord()
        } else {
          endEntry()
        }
      case _ where isWholeLine: bytes.append(byte)
      case UInt8(ascii: ";"): endEntry()
      case UInt8(ascii: "#") where bytes.isEmpty: isComment = true
      case UInt8(ascii: "{"):
        endWord()
        outer.append(words)
        words = []
      case UInt8(ascii: "}"):
        endWord()
        words = outer.popLast() ?? []
      case UInt8(ascii: "\""):
        quote = byte
        bytes.append(byte)
      default: bytes.append(byte)
      }
    }

    private mutating func endWord() {
      if !bytes.isEmpty { words.append(token) }
      bytes = []
    }

    private mutating func endEntry() {
      bytes = []
      words = []
    }
  }
}
