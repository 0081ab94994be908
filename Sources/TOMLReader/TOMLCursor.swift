/// A place in a text that moves on and knows its line and column.
struct TOMLCursor {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private(set) var position = TOMLPosition(line: 1, column: 1)

  /// - Throws: when the bytes are not UTF-8.
  init(_ bytes: some Sequence<UInt8>) throws(TOMLError) {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var scalars: [Unicode.Scalar] = []
    var line = 1
    var column = 1
    decoding: while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        scalars.append(scalar)
        (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
      case .emptyInput: break decoding
      case .error:
        throw TOMLError(
          position: TOMLPosition(line: line, column: column), message: "this is not UTF-8; save it as UTF-8")
      }
    }
    guard scalars.first != "\u{FEFF}" else {
      throw TOMLError(
        position: TOMLPosition(line: 1, column: 1),
        message: "the file begins with a byte order mark; save it as UTF-8 without one")
    }
    self.scalars = scalars
  }

  /// The next scalar, or `nil` at the end.
  var next: Unicode.Scalar? { peek(0) }

  /// The scalar so many places on, or `nil` beyond the end.
  func peek(_ offset: Int) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  /// Whether the text goes on with these.
  func isAt(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes in
      bytes.enumerated().allSatisfy { peek($0.offset)?.value == UInt32($0.element) }
    }
  }

  /// Whether a line ends here.
  var isAtNewline: Bool { next == "\n" || isAt("\r\n") }

  mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where index < scalars.count {
      let isNewline = scalars[index] == "\n"
      position = TOMLPosition(
        line: position.line + (isNewline ? 1 : 0), column: isNewline ? 1 : position.column + 1)
      index += 1
    }
  }

  mutating func skip(while condition: (Unicode.Scalar) -> Bool) {
    while let next, condition(next) { advance() }
  }

  mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
    var taken = String.UnicodeScalarView()
    while let next, condition(next) {
      taken.append(next)
      advance()
    }
    return String(taken)
  }

  func failure(_ message: String) -> TOMLError { TOMLError(position: position, message: message) }

  /// What stands here, for a message.
  var nextInWords: String {
    switch next {
    case nil: "the end of the file"
    case "\n", "\r": "the end of the line"
    case let scalar? where scalar.isControl: "a control character"
    case let scalar?: "'\(scalar)'"
    }
  }
}

extension Unicode.Scalar {
  /// Whether TOML forbids it in texts and comments; a newline is judged elsewhere.
  var isControl: Bool { (value < 0x20 && self != "\t") || value == 0x7F }
  /// A blank within a line.
  var isBlank: Bool { self == " " || self == "\t" }
  /// A decimal digit.
  var isDigit: Bool { ("0"..."9").contains(self) }
  /// What a key without quotes is made of.
  var isBareKey: Bool {
    isDigit || ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" || self == "-"
  }
}
