/// Reads TOML 1.0 (https://toml.io/en/v1.0.0) and keeps where everything is.
///
/// Whole numbers may have 128 bits. Nesting ends at 64 levels.
public enum TOMLReader {
  /// Reads a text.
  ///
  /// - Throws: `TOMLError`, with the place of the first mistake.
  public static func table(parsing bytes: some Sequence<UInt8>) throws(TOMLError) -> TOMLTable {
    var parser = TOMLParser(cursor: try TOMLCursor(bytes))
    return try parser.document()
  }
}

/// The reader's state: the statements of a document. Values are in extensions.
struct TOMLParser {
  static let deepest = 64

  var cursor: TOMLCursor
  private let root = TOMLTableBuilder(.header, at: TOMLPosition(line: 1, column: 1))
  private var sections = 0

  init(cursor: TOMLCursor) {
    self.cursor = cursor
  }

  mutating func document() throws(TOMLError) -> TOMLTable {
    var table = root
    while true {
      cursor.skip(while: \.isBlank)
      guard let next = cursor.next else { return root.table }
      if next != "#" && !cursor.isAtNewline {
        if next == "[" {
          table = try header()
          sections += 1
        } else {
          let (key, value) = try keyAndValue(depth: 0)
          try table.set(key, to: value, section: sections)
        }
      }
      try endOfLine()
    }
  }

  /// `[a.b]` or `[[a.b]]`.
  private mutating func header() throws(TOMLError) -> TOMLTableBuilder {
    let isArray = cursor.isAt("[[")
    cursor.advance(isArray ? 2 : 1)
    cursor.skip(while: \.isBlank)
    let key = try key(depth: 0)
    guard cursor.isAt(isArray ? "]]" : "]") else {
      throw cursor.failure("the table's name goes on with \(cursor.nextInWords); close it with ']'")
    }
    cursor.advance(isArray ? 2 : 1)
    return isArray ? try root.nextTable(headed: key) : try root.table(headed: key)
  }

  /// `a.b = value`.
  mutating func keyAndValue(depth: Int) throws(TOMLError) -> ([TOMLKeyPart], TOMLValue) {
    let key = try key(depth: depth)
    guard cursor.next == "=" else {
      throw cursor.failure("after the key \(key[key.count - 1].inWords) comes '=', not \(cursor.nextInWords)")
    }
    cursor.advance()
    cursor.skip(while: \.isBlank)
    return (key, try value(depth: depth + key.count))
  }

  /// A key, with the blanks after it.
  private mutating func key(depth: Int) throws(TOMLError) -> [TOMLKeyPart] {
    var parts: [TOMLKeyPart] = []
    while true {
      guard depth + parts.count < Self.deepest else { throw tooDeep }
      let position = cursor.position
      let name: String
      switch cursor.next {
      case "\"": name = try basicString()
      case "'": name = try literalString()
      default:
        name = cursor.take(while: \.isBareKey)
        guard !name.isEmpty else { throw cursor.failure("a key is missing before \(cursor.nextInWords)") }
      }
      parts.append(TOMLKeyPart(name: name, position: position))
      cursor.skip(while: \.isBlank)
      guard cursor.next == "." else { return parts }
      cursor.advance()
      cursor.skip(while: \.isBlank)
    }
  }

  var tooDeep: TOMLError { cursor.failure("more than \(Self.deepest) levels are too deep") }

  /// Blanks, a comment, and the line's or the file's end.
  private mutating func endOfLine() throws(TOMLError) {
    cursor.skip(while: \.isBlank)
    try comment()
    guard cursor.next != nil else { return }
    guard cursor.isAtNewline else {
      throw cursor.failure("the line should end here, but goes on with \(cursor.nextInWords)")
    }
    newline()
  }

  /// A comment, if there is one, up to the end of its line.
  mutating func comment() throws(TOMLError) {
    guard cursor.next == "#" else { return }
    cursor.skip { !$0.isControl }
    guard cursor.next == nil || cursor.isAtNewline else {
      throw cursor.failure("a comment cannot have \(cursor.nextInWords)")
    }
  }

  /// Passes the end of a line.
  mutating func newline() { cursor.advance(cursor.next == "\r" ? 2 : 1) }
}
