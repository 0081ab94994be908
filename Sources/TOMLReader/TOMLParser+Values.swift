extension TOMLParser {
  mutating func value(depth: Int) throws(TOMLError) -> TOMLValue {
    let position = cursor.position
    guard depth <= Self.deepest else { throw tooDeep }
    let content: TOMLValue.Content =
      switch cursor.next {
      case "\"": .string(cursor.isAt("\"\"\"") ? try longBasicString() : try basicString())
      case "'": .string(cursor.isAt("'''") ? try longLiteralString() : try literalString())
      case "[": .array(try array(depth: depth))
      case "{": .table(try inlineTable(depth: depth))
      default: try bareValue()
      }
    return TOMLValue(content, at: position)
  }

  private mutating func array(depth: Int) throws(TOMLError) -> [TOMLValue] {
    var values: [TOMLValue] = []
    cursor.advance()
    while true {
      try blanksAndLines()
      if cursor.next == "]" { break }
      values.append(try value(depth: depth + 1))
      try blanksAndLines()
      if cursor.next == "]" { break }
      guard cursor.next == "," else {
        throw cursor.failure("a list goes on with ',' or ends with ']', not with \(cursor.nextInWords)")
      }
      cursor.advance()
    }
    cursor.advance()
    return values
  }

  private mutating func inlineTable(depth: Int) throws(TOMLError) -> TOMLTable {
    let table = TOMLTableBuilder(.header, at: cursor.position)
    cursor.advance()
    cursor.skip(while: \.isBlank)
    if cursor.next == "}" {
      cursor.advance()
      return table.table
    }
    while true {
      cursor.skip(while: \.isBlank)
      let (key, value) = try keyAndValue(depth: depth + 1)
      try table.set(key, to: value, section: 0)
      cursor.skip(while: \.isBlank)
      guard cursor.next == "," || cursor.next == "}" else {
        throw cursor.failure(
          "a table in braces goes on with ',' or ends with '}', not with \(cursor.nextInWords)")
      }
      let isOver = cursor.next == "}"
      cursor.advance()
      if isOver { return table.table }
    }
  }

  /// Between the values of a list there may be anything that says nothing.
  private mutating func blanksAndLines() throws(TOMLError) {
    while true {
      cursor.skip(while: \.isBlank)
      try comment()
      guard cursor.isAtNewline else { return }
      newline()
    }
  }

  /// A value without quotes: a number, a date, `true` or `false`.
  private mutating func bareValue() throws(TOMLError) -> TOMLValue.Content {
    let start = cursor
    var text = takeWord()
    if TOMLDateTime.isDate(text), cursor.next == " ", cursor.peek(1)?.isDigit == true {
      cursor.advance()
      text += " " + takeWord()
    }
    guard !text.isEmpty else { throw start.failure("a value is missing before \(start.nextInWords)") }
    switch text {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default: break
    }
    if TOMLDateTime.isValid(text) { return .dateTime(text) }
    if let number = TOMLNumber.content(of: text) { return number }
    if TOMLNumber.isDecimal(text) { throw start.failure("\(text) is beyond 128 bits") }
    throw start.failure("\(text) is neither a number, a date, true nor false; text needs quotes: \"\(text)\"")
  }

  private mutating func takeWord() -> String {
    cursor.take { $0.isBareKey || $0 == "+" || $0 == "." || $0 == ":" || $0 == "/" }
  }
}
