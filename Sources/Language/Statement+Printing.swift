/// Printing gives back what parses to the same value, places aside: operands in their order, then
/// options, conditions and order, then the block on the same line, then `&` or the output mode.
extension Statement: CustomStringConvertible {
  package var description: String {
    if verb.text == "!" { return "!" + rest }
    let ending = output.map { " | " + $0.mode.rawValue } ?? ""
    if verb.text == "sql" || verb.text == "help" {
      return (rest.isEmpty ? verb.text : verb.text + " " + continued(rest)) + ending
    }
    if verb.text == "expect", let condition { return "expect \(condition)" }
    var parts = [verb.text] + operands.map(\.description) + options.map(\.description)
    if let condition { parts.append("where \(condition)") }
    if !order.isEmpty {
      parts.append("order by " + order.map(\.description).joined(separator: ", "))
    }
    if let block { parts.append(block.description) }
    if isBackground { parts.append("&") }
    return parts.joined(separator: " ") + ending
  }
}

extension Option: CustomStringConvertible {
  package var description: String { "\(key.text.isKey ? key.text : quoted(key.text))=\(value)" }
}

extension Term: CustomStringConvertible {
  package var description: String { value.description }
}

extension Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .number(let number): printed(number)
    case .name(let name): name
    case .string(let text): quoted(text)
    case .size(let numbers): numbers.map(String.init).joined(separator: "x")
    case .list(let terms): terms.map(\.description).joined(separator: ",")
    case .range(let lower, let upper): "\(printed(lower))..\(printed(upper))"
    case .tagged(let tag, let term): "\(tag.text.isTag ? tag.text : quoted(tag.text)):\(term)"
    case .schedule(let from, let to, let steps):
      "\(printed(from))->\(printed(to))" + (steps.map { " over \(printed($0))" } ?? "")
    }
  }
}

extension String {
  /// Whether it stands before a `=` as it is.
  fileprivate var isKey: Bool {
    utf8.first?.isKeyHead == true && utf8.allSatisfy(\.isKeyBody)
  }

  /// Whether it stands before a `:` as it is.
  fileprivate var isTag: Bool { Parser.tag(of: "\(self):"[...]) == self }
}

extension Block: CustomStringConvertible {
  package var description: String {
    items.isEmpty ? "{ }" : "{ " + items.map(\.description).joined(separator: "; ") + " }"
  }
}

extension Block.Item: CustomStringConvertible {
  package var description: String {
    let given = inputs.map { "(" + $0.map(\.text).joined(separator: ", ") + ")" } ?? ""
    var parts = [name.text + given] + operands.map(\.description) + options.map(\.description)
    if let block { parts.append(block.description) }
    return parts.joined(separator: " ")
  }
}

/// A text of several lines as one statement: each line's end with a `\` before it.
private func continued(_ text: String) -> String {
  // By scalars: a carriage return and a line feed are one character but two scalars.
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar == "\n" { result.append("\\") }
    result.append(scalar)
  }
  return String(result)
}

/// A number as briefly as it can be written and read back: `64`, `0.0002`, `1e-08`.
package func printed(_ number: Double) -> String {
  let isNegativeZero = number == 0 && number.sign == .minus
  if number == number.rounded(), abs(number) < 1e15, !isNegativeZero { return String(Int(number)) }
  return number.description
}

/// A string in double quotes, with escapes where it needs them; `parse` reads it back as it was.
///
/// Stored texts have it, which are read without parameters: a `$` is a letter in them.
package func quoted(_ text: String) -> String { quoted(text, by: "\"") }

/// A string in quotes as it is to be typed: in single ones where `$name` would be a reference otherwise.
package func quotedForTyping(_ text: String) -> String {
  quoted(text, by: Parser.holdsReference(text) ? "'" : "\"")
}

private func quoted(_ text: String, by quote: String) -> String {
  var result = quote
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"" where quote == "\"": result += "\\\""
    case "'" where quote == "'": result += "\\'"
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\r": result += "\\r"
    default:
      if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + quote
}

/// A name or path as it is to be typed: bare where that reads back as the same name, else in quotes.
package func word(_ text: String) -> String {
  Parser.holdsReference(text) ? quotedForTyping(text) : storedWord(text)
}

/// A name or path as stored texts have it, which are read without parameters.
package func storedWord(_ text: String) -> String {
  let parsed = parsePrefix(SourceText(name: "", text: "x \(text) a=\(text)"))
  guard parsed.fault == nil, parsed.statements.count == 1, let statement = parsed.statements.first,
    let option = statement.options.first, statement.options.count == 1,
    let operand = statement.operands.first, statement.operands.count == 1,
    statement.block == nil, !statement.isBackground,
    case .name(text) = option.value.value, case .name(text) = operand.value
  else { return quoted(text) }
  return text
}
