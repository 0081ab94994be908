import WMGFramework

/// Reads the text of a `ForeignSignature` from left to right.
struct SignatureParser {
  private let characters: [Character]
  private var position = 0
  private var seen: Set<String> = []

  init(_ text: String) {
    characters = Array(text)
  }

  mutating func signature() throws(SignatureComplaint) -> (
    ForeignSignature.Result, [ForeignSignature.Argument]
  ) {
    let result = try result()
    try require("(", "'('")
    var arguments: [ForeignSignature.Argument] = []
    if !take(")") {
      repeat { arguments.append(try argument()) } while take(",")
      try require(")", "',' or ')'")
    }
    skipBlanks()
    guard position == characters.count else { throw expected("nothing more") }
    return (result, arguments)
  }

  private mutating func result() throws(SignatureComplaint) -> ForeignSignature.Result {
    let start = position
    switch word() {
    case "void": return .nothing
    case "ptr": return .pointer
    case let name:
      guard let type = NumberType(rawValue: name) else {
        throw expected(
          "a result (\(Self.list(NumberType.allCases)), ptr or void)", at: start, insteadOf: name,
          among: NumberType.allCases.map(\.rawValue) + ["ptr", "void"])
      }
      return .number(type)
    }
  }

  private mutating func argument() throws(SignatureComplaint) -> ForeignSignature.Argument {
    skipBlanks()
    let start = position
    if take("\"") { return .text(try text(from: start)) }
    let name = word()
    if ["vni", "uid", "bytes", "size", "out"].contains(name), !seen.insert(name).inserted {
      throw SignatureComplaint("must have \(name) only once; it is there again at character \(start + 1)")
    }
    switch name {
    case "vni":
      return .vni(try cast(to: [.u32, .i32, .u64, .i64, .f32, .f64], or: .u32, "a VNI has 24 bits"))
    case "uid": return .uid(try cast(to: [.u64, .i64, .f64], or: .u64, "a uid has 64 bits"))
    case "size": return .size(try cast(to: NumberType.allCases.filter { !$0.isFloatingPoint }, or: .u64, nil))
    case "bytes": return .bytes
    case "out": return try output()
    case "ptr":
      try require("=", "'=null'")
      let start = position
      guard word() == "null" else { throw expected("null", at: start) }
      return .null
    default:
      guard let type = NumberType(rawValue: name) else {
        throw expected(
          "an argument (vni, uid, bytes, size, out:u64, u64=NUMBER, ptr=null or \"text\")", at: start,
          insteadOf: name,
          among: Self.words(like: name))
      }
      return try constant(type)
    }
  }

  private mutating func cast(
    to types: [NumberType], or standard: NumberType, _ reason: String?
  ) throws(SignatureComplaint) -> NumberType {
    guard take(":") else { return standard }
    skipBlanks()
    let start = position
    guard let type = NumberType(rawValue: word()), types.contains(type) else {
      throw expected(Self.list(types) + (reason.map { ", as \($0)," } ?? ""), at: start)
    }
    return type
  }

  private mutating func output() throws(SignatureComplaint) -> ForeignSignature.Argument {
    guard take(":") else { throw expected("':u32' or ':u64'") }
    skipBlanks()
    let typeStart = position
    guard let type = NumberType(rawValue: word()), [.u32, .u64].contains(type) else {
      throw expected("u32 or u64", at: typeStart)
    }
    guard take("[") else { return .output(type, count: 1) }
    let start = position
    guard let count = Int(word()), 1...CallMemory.outputs ~= count else {
      throw expected("a number of 1 to \(CallMemory.outputs)", at: start)
    }
    try require("]", "']'")
    return .output(type, count: count)
  }

  private mutating func constant(_ type: NumberType) throws(SignatureComplaint) -> ForeignSignature.Argument {
    guard take("=") else { throw expected("'=' and a number") }
    skipBlanks()
    let start = position
    while position < characters.count, !",) ".contains(characters[position]) { position += 1 }
    guard let word = type.word(reading: String(characters[start..<position])) else {
      throw expected("a number that fits into \(type.rawValue)", at: start)
    }
    return .constant(type, word: word)
  }

  /// The rest of a text, after its opening quote; a backslash takes the next character as it is.
  private mutating func text(from start: Int) throws(SignatureComplaint) -> String {
    var text = ""
    while position < characters.count, characters[position] != "\"" {
      if characters[position] == "\\" { position += 1 }
      guard position < characters.count, characters[position] != "\0" else { break }
      text.append(characters[position])
      position += 1
    }
    guard take("\"") else {
      throw SignatureComplaint("must have '\"' at the end of the text that begins at character \(start + 1)")
    }
    return text
  }

  // MARK: Characters

  private mutating func skipBlanks() {
    while position < characters.count, characters[position] == " " { position += 1 }
  }

  private mutating func word() -> String {
    skipBlanks()
    let start = position
    while position < characters.count, characters[position].isLetter || characters[position].isNumber {
      position += 1
    }
    return String(characters[start..<position])
  }

  private mutating func take(_ character: Character) -> Bool {
    skipBlanks()
    guard position < characters.count, characters[position] == character else { return false }
    position += 1
    return true
  }

  private mutating func require(_ character: Character, _ expectation: String) throws(SignatureComplaint) {
    guard take(character) else { throw expected(expectation) }
  }

  /// Types have digits in their names, and the other words have not: of two that are as near, `ud` means `uid`.
  private static func words(like name: String) -> [String] {
    name.contains { $0.isNumber }
      ? NumberType.allCases.map(\.rawValue) : ["vni", "uid", "bytes", "size", "out", "ptr"]
  }

  private func expected(
    _ expectation: String, at start: Int? = nil, insteadOf word: String = "", among known: [String] = []
  ) -> SignatureComplaint {
    let hint = word.isEmpty ? nil : nearestName(to: word, among: known)
    return SignatureComplaint(
      "must have \(expectation) at character \((start ?? position) + 1)"
        + (hint.map { " (did you mean '\($0)'?)" } ?? ""))
  }

  private static func list(_ types: [NumberType]) -> String {
    types.map(\.rawValue).joined(separator: ", ")
  }
}
