extension TOMLParser {
  /// `"…"`, with escapes.
  mutating func basicString() throws(TOMLError) -> String {
    let start = cursor
    var text = String.UnicodeScalarView()
    cursor.advance()
    while cursor.next != "\"" { text.append(try basicScalar(start)) }
    cursor.advance()
    return String(text)
  }

  /// `'…'`, as it stands.
  mutating func literalString() throws(TOMLError) -> String {
    let start = cursor
    var text = String.UnicodeScalarView()
    cursor.advance()
    while cursor.next != "'" { text.append(try plainScalar(start)) }
    cursor.advance()
    return String(text)
  }

  /// `"""…"""`, with escapes and newlines.
  mutating func longBasicString() throws(TOMLError) -> String {
    let start = cursor
    var text = String.UnicodeScalarView()
    beginLongString()
    while true {
      if cursor.isAt("\"\"\"") { return end(of: text, "\"") }
      if cursor.isAtNewline {
        text.append("\n")
        newline()
      } else if isAtLineContinuation {
        cursor.advance()
        cursor.skip { $0.isBlank || $0 == "\n" || $0 == "\r" }
      } else {
        text.append(try basicScalar(start))
      }
    }
  }

  /// `'''…'''`, with newlines.
  mutating func longLiteralString() throws(TOMLError) -> String {
    let start = cursor
    var text = String.UnicodeScalarView()
    beginLongString()
    while true {
      if cursor.isAt("'''") { return end(of: text, "'") }
      if cursor.isAtNewline {
        text.append("\n")
        newline()
      } else {
        text.append(try plainScalar(start))
      }
    }
  }

  /// Three quotes; a newline right after them does not count.
  private mutating func beginLongString() {
    cursor.advance(3)
    if cursor.isAtNewline { newline() }
  }

  /// Up to two quotes right before the three that end a text are part of it.
  private mutating func end(of text: String.UnicodeScalarView, _ quote: Unicode.Scalar) -> String {
    var text = text
    cursor.advance(3)
    for _ in 0..<2 where cursor.next == quote {
      text.append(quote)
      cursor.advance()
    }
    return String(text)
  }

  /// A backslash with nothing but blanks after it takes the newline and what is blank after that.
  private var isAtLineContinuation: Bool {
    guard cursor.next == "\\" else { return false }
    var rest = cursor
    rest.advance()
    rest.skip(while: \.isBlank)
    return rest.isAtNewline
  }

  private mutating func basicScalar(_ start: TOMLCursor) throws(TOMLError) -> Unicode.Scalar {
    guard cursor.next == "\\" else { return try plainScalar(start) }
    let escape = cursor
    cursor.advance()
    let letter = cursor.next
    cursor.advance()
    switch letter {
    case "b": return "\u{8}"
    case "t": return "\t"
    case "n": return "\n"
    case "f": return "\u{C}"
    case "r": return "\r"
    case "\"": return "\""
    case "\\": return "\\"
    case "u": return try scalar(digits: 4, escape)
    case "U": return try scalar(digits: 8, escape)
    default:
      throw escape.failure("no such escape in a text; a backslash is written \\\\, or the text in '…'")
    }
  }

  private mutating func scalar(digits: Int, _ escape: TOMLCursor) throws(TOMLError) -> Unicode.Scalar {
    var text = ""
    for _ in 0..<digits {
      if let digit = cursor.next, digit.isBareKey { text.unicodeScalars.append(digit) }
      cursor.advance()
    }
    guard text.count == digits, text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw escape.failure("this escape takes \(digits) hexadecimal digits of a Unicode scalar value") }
    return scalar
  }

  private mutating func plainScalar(_ start: TOMLCursor) throws(TOMLError) -> Unicode.Scalar {
    guard let next = cursor.next else { throw start.failure("the text that begins here does not end") }
    guard !cursor.isAtNewline else {
      throw start.failure("the text that begins here does not end on its line")
    }
    guard !next.isControl else { throw cursor.failure("a text cannot have a control character; escape it") }
    cursor.advance()
    return next
  }
}
