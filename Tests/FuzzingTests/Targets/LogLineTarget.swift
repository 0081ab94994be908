import Logging

@testable import WMGRuntime

extension FuzzTarget {
  /// Texts from outside on their way into the log: programs' complaints, libraries' reasons, names of interfaces.
  static let logLine = FuzzTarget(name: "log-line") { input in
    var input = FuzzInput(input)
    let message = text(input.bytes())
    let value = text(input.remainder)
    for format in [LogFormat.logfmt, .terminal(isColoured: false)] {
      let line = format.line(
        .warning, component: "fuzzing", message: message, fields: [("value", value), ("last", "1")])
      let bytes = Array(line.utf8)
      try demand(bytes.last == 0x0A, "a line ends")
      try demand(
        !bytes.dropLast().contains { $0 < 0x20 || $0 == 0x7F }, "a line has no control characters: \(bytes)")
      guard case .logfmt = format else { continue }
      let names = fieldNames(bytes.dropLast())
      try demand(
        names == ["ts", "level", "component", "msg", "value", "last"], "nobody makes up fields: \(names)")
    }
  }

  /// The fields' names, as a program reads them that knows bytes only.
  private static func fieldNames(_ line: some Collection<UInt8>) -> [String] {
    var names: [String] = []
    var rest = line[...]
    while !rest.isEmpty {
      names.append(text(rest.prefix { $0 != UInt8(ascii: "=") }))
      rest = rest.drop { $0 != UInt8(ascii: "=") }.dropFirst()
      if rest.first == UInt8(ascii: "\"") {
        rest = rest.dropFirst()
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
          if byte == UInt8(ascii: "\\") { rest = rest.dropFirst() }
        }
      } else {
        rest = rest.drop { $0 != UInt8(ascii: " ") }
      }
      rest = rest.drop { $0 == UInt8(ascii: " ") }
    }
    return names
  }
}
