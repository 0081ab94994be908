/// Values as one writes them in TOML.
enum TOMLText {
  /// A number where the text is one, else a text in quotes.
  static func value(_ text: String) -> String {
    if let number = UInt64(text), "\(number)" == text { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A list of values.
  static func list(_ texts: [String]) -> String { "[" + texts.map(value).joined(separator: ", ") + "]" }
}
