/// TOML's numbers.
enum TOMLNumber {
  /// What a word is as a number; `nil` if it is none, or beyond 128 bits.
  static func content(of word: String) -> TOMLValue.Content? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      return digits(word.dropFirst(2), radix: radix).flatMap { Int128($0, radix: radix) }.map { .integer($0) }
    }
    let (sign, number) = split(word)
    if number == "inf" || number == "nan" { return .float(word) }
    if isDecimal(word) {
      return digits(number, radix: 10).flatMap { Int128(sign + $0) }.map { .integer($0) }
    }
    return float(number).map { .float(sign + $0) }
  }

  /// Whether a word is a whole number in decimal, of whatever size.
  static func isDecimal(_ word: String) -> Bool {
    let number = split(word).number
    return digits(number, radix: 10) != nil && (number == "0" || number.first != "0")
  }

  private static func split(_ word: String) -> (sign: String, number: Substring) {
    guard let first = word.first, first == "+" || first == "-" else { return ("", word[...]) }
    return (first == "-" ? "-" : "", word.dropFirst())
  }

  /// Digits without their underscores, each of which must be between two digits; `nil` if there is anything else.
  private static func digits(_ text: some StringProtocol, radix: Int) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    let isGood = groups.allSatisfy { group in
      !group.isEmpty && group.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? radix) < radix }
    }
    return isGood ? groups.joined() : nil
  }

  /// `1.5`, `1e9`, `1.5e-9`.
  private static func float(_ text: Substring) -> String? {
    var mantissa = text
    var exponent: Substring?
    if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      mantissa = text[..<mark]
      exponent = text[text.index(after: mark)...]
    }
    let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 || (parts.count == 1 && exponent != nil), isDecimal("+" + parts[0]),
      let whole = digits(parts[0], radix: 10)
    else { return nil }
    var written = whole
    if parts.count == 2 {
      guard let fraction = digits(parts[1], radix: 10) else { return nil }
      written += "." + fraction
    }
    guard let exponent else { return written }
    let (sign, power) = split(String(exponent))
    return digits(power, radix: 10).map { "\(written)e\(sign)\($0)" }
  }
}
