/// A value of JSON (RFC 8259), as far as FRR's answers need it: numbers are kept as text.
enum JSONValue: Hashable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// A member of an object; `nil` if this is none or has none of that name.
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }
}

/// Reads JSON values that stand one after the other in a text, as many `show … json` print them.
struct JSONText {
  private var rest: ArraySlice<UInt8>

  // FRR nests four deep; a text that is made up must not exhaust the stack.
  private static let deepest = 32

  init(_ text: String) { rest = Array(text.utf8)[...] }

  /// The next value; `nil` at the end. A line that is no JSON, such as `% VNI 7 does not exist`, counts as null, since
  /// it stands in a value's place.
  mutating func next() -> JSONValue? {
    skipSpace()
    guard let first = rest.first else { return nil }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "["), let value = value(depth: 0) else {
      rest = rest.drop { $0 != UInt8(ascii: "\n") }
      return .null
    }
    return value
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func value(depth: Int) -> JSONValue? {
    guard depth < Self.deepest else { return nil }
    if take("{") { return object(depth: depth) }
    if take("[") { return array(depth: depth) }
    skipSpace()
    if rest.first == UInt8(ascii: "\"") { return string().map(JSONValue.string) }
    let word = rest.prefix { !Array(",]} \n\r\t".utf8).contains($0) }
    guard !word.isEmpty else { return nil }
    rest = rest.dropFirst(word.count)
    switch String(decoding: word, as: UTF8.self) {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case let text: return .number(text)
    }
  }

  private mutating func object(depth: Int) -> JSONValue? {
    var members: [String: JSONValue] = [:]
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard let name = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
      members[name] = value
    } while take(",")
    return take("}") ? .object(members) : nil
  }

  private mutating func array(depth: Int) -> JSONValue? {
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
    } while take(",")
    return take("]") ? .array(elements) : nil
  }

  /// Escapes are taken over as the character after the backslash: none of what is looked at has any.
  private mutating func string() -> String? {
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
        bytes.append(escaped)
      } else {
        bytes.append(byte)
      }
    }
    return nil
  }
}
