/// A place in a TOML text.
public struct TOMLPosition: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// From 1 on.
  public let line: Int
  /// In Unicode scalars, from 1 on.
  public let column: Int

  /// A place by its line and column, both from 1 on.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `line:column`.
  public var description: String { "\(line):\(column)" }

  /// In the order of the text.
  public static func < (lhs: TOMLPosition, rhs: TOMLPosition) -> Bool {
    (lhs.line, lhs.column) < (rhs.line, rhs.column)
  }
}

/// A value, and where it begins.
public struct TOMLValue: Hashable, Sendable {
  /// What a value can be.
  public enum Content: Hashable, Sendable {
    /// Text.
    case string(String)
    /// A whole number. TOML asks for 64 bits with a sign; uids are 64 bits without.
    case integer(Int128)
    /// A number with a fraction or an exponent, as it is written, without underscores; also `inf` and `nan`.
    case float(String)
    /// `true` or `false`.
    case boolean(Bool)
    /// A date, a time or both (RFC 3339), as it is written.
    case dateTime(String)
    /// Values in order.
    case array([TOMLValue])
    /// A table, however it is written.
    case table(TOMLTable)
  }

  /// What it is.
  public let content: Content
  /// Where it begins.
  public let position: TOMLPosition

  init(_ content: Content, at position: TOMLPosition) {
    self.content = content
    self.position = position
  }
}

/// A table: keys with values, each key once.
public struct TOMLTable: Hashable, Sendable {
  /// One key with its value.
  public struct Entry: Hashable, Sendable {
    /// The last part of the key.
    public let key: String
    /// Where this part is.
    public let position: TOMLPosition
    /// The value.
    public let value: TOMLValue
  }

  /// In the order in which the keys first occur.
  public let entries: [Entry]

  /// The entry of a key, or `nil`.
  public subscript(key: String) -> Entry? { entries.first { $0.key == key } }
}

/// Why a text is not TOML.
public struct TOMLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where.
  public let position: TOMLPosition
  /// What is wrong, and where possible the fix.
  public let message: String

  /// `line:column: message`.
  public var description: String { "\(position): \(message)" }
}
