import TOMLReader

@testable import WMGCommand

extension FuzzTarget {
  /// TOML: whatever is read is found where it is said to be; whatever is not, is complained of at a place in the text.
  static let toml = FuzzTarget(name: "toml") { input in
    if input.first == UInt8(ascii: "*") { return try repeatedly(input.dropFirst()) }
    let text = text(input)
    let places = Places(text)
    let table: TOMLTable
    do throws(TOMLError) {
      table = try TOMLReader.table(parsing: input)
    } catch {
      try demand(places.contains(error.position), "a complaint is about a place in the text: \(error)")
      return
    }
    try demand(Array(text.utf8) == input, "what is read is UTF-8")
    try look(at: table, places)
    try demand((try? TOMLReader.table(parsing: input)) == table, "the same text gives the same table")
    let written = "text = \(TOMLText.value(text))"
    let read = try? TOMLReader.table(parsing: written.utf8)["text"]?.value.content
    switch read {
    case .string(let value)?: try demand(value == text, "a text is read back")
    case .integer(let number)?: try demand("\(number)" == text, "a number is read back")
    default: throw BrokenProperty(description: "\(written) is not read back")
    }
  }

  private static func look(at table: TOMLTable, _ places: Places) throws(BrokenProperty) {
    for entry in table.entries {
      try demand(table[entry.key] == entry, "'\(entry.key)' is found")
      let start = places[entry.position]
      let isBare = start.map { entry.key.unicodeScalars.first == $0 } ?? false
      try demand(isBare || start == "\"" || start == "'", "'\(entry.key)' is at \(entry.position)")
      try look(at: entry.value, places)
    }
  }

  private static func look(at value: TOMLValue, _ places: Places) throws(BrokenProperty) {
    guard let start = places[value.position] else {
      throw BrokenProperty(description: "there is nothing at \(value.position)")
    }
    switch value.content {
    case .string: try demand(start == "\"" || start == "'", "a text begins with '\(start)'")
    case .boolean(let flag): try demand(start == (flag ? "t" : "f"), "\(flag) begins with '\(start)'")
    case .array(let values): for value in values { try look(at: value, places) }
    case .table(let table): try look(at: table, places)
    case .integer, .float, .dateTime:
      try demand(start.properties.isASCIIHexDigit || "+-in".unicodeScalars.contains(start), "'\(start)'")
    }
  }

  /// A small text, often: nothing may take more time than the length of what is read. A `%` is another number each
  /// time.
  private static func repeatedly(_ fragment: ArraySlice<UInt8>) throws(BrokenProperty) {
    guard (1...24).contains(fragment.count) else { return }
    var times = (short: 0, long: 0)
    // Whatever else the machine does may make one of them longer, but not all.
    for _ in 0..<3 {
      times.short = ThreadTime.measure { _ = try? TOMLReader.table(parsing: several(fragment, 2048)) }
      times.long = ThreadTime.measure { _ = try? TOMLReader.table(parsing: several(fragment, 16384)) }
      // What grows with the square of the length takes 64 times as long.
      if times.long < times.short * 20 + 10_000_000 { return }
    }
    throw BrokenProperty(
      description: "2 KiB take \(times.short / 1000) us and 16 KiB \(times.long / 1000) us")
  }

  private static func several(_ fragment: ArraySlice<UInt8>, _ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var number = 0
    while bytes.count < length {
      for byte in fragment {
        if byte == UInt8(ascii: "%") { bytes += "\(number)".utf8 } else { bytes.append(byte) }
      }
      number += 1
    }
    return bytes
  }
}

/// The scalars of a text by line and column.
private struct Places {
  private var lines: [[Unicode.Scalar]] = [[]]

  init(_ text: String) {
    for scalar in text.unicodeScalars {
      lines[lines.count - 1].append(scalar)
      if scalar == "\n" { lines.append([]) }
    }
  }

  /// What is there; `nil` where nothing is.
  subscript(position: TOMLPosition) -> Unicode.Scalar? {
    guard lines.indices.contains(position.line - 1) else { return nil }
    let line = lines[position.line - 1]
    return line.indices.contains(position.column - 1) ? line[position.column - 1] : nil
  }

  /// Whether it is a place in the text, or right behind its end.
  func contains(_ position: TOMLPosition) -> Bool {
    guard lines.indices.contains(position.line - 1) else { return false }
    return (1...lines[position.line - 1].count + 1).contains(position.column)
  }
}
