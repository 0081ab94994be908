/// TOML's dates and times: those of RFC 3339, and parts of them.
enum TOMLDateTime {
  /// Whether a word is a date, a time, or both with or without an offset.
  static func isValid(_ word: String) -> Bool {
    guard word.utf8.count > 10, isDate(String(word.prefix(10))) else {
      return isDate(word) || isTime(word[...])
    }
    let rest = word.dropFirst(10)
    guard let separator = rest.first, "Tt ".contains(separator) else { return false }
    return isTimeWithOffset(rest.dropFirst())
  }

  /// Whether a word is a date: `2026-11-22`.
  static func isDate(_ word: String) -> Bool {
    guard let numbers = numbers(word[...], separator: "-", widths: [4, 2, 2]) else { return false }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    guard (1...12).contains(month) else { return false }
    let isLeapYear = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  private static func isTimeWithOffset(_ text: Substring) -> Bool {
    if let last = text.last, "Zz".contains(last) { return isTime(text.dropLast()) }
    let offset = text.suffix(6)
    guard let sign = offset.first, offset.count == 6, "+-".contains(sign) else { return isTime(text) }
    return isTime(text.dropLast(6)) && isHoursAndMinutes(offset.dropFirst())
  }

  private static func isTime(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let clock = parts.first, clock.utf8.count == 8, isHoursAndMinutes(clock.prefix(5)),
      let seconds = numbers(clock.suffix(3), separator: ":", widths: [0, 2]), seconds[1] < 60
    else { return false }
    return parts.count == 1 || (!parts[1].isEmpty && parts[1].unicodeScalars.allSatisfy(\.isDigit))
  }

  private static func isHoursAndMinutes(_ text: Substring) -> Bool {
    guard let numbers = numbers(text, separator: ":", widths: [2, 2]) else { return false }
    return numbers[0] < 24 && numbers[1] < 60
  }

  /// Numbers of so many digits each; none counts as 0.
  private static func numbers(_ text: Substring, separator: Character, widths: [Int]) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == widths else { return nil }
    let numbers = parts.compactMap { part in
      part.unicodeScalars.allSatisfy(\.isDigit) ? Int(part.isEmpty ? "0" : part) : nil
    }
    return numbers.count == widths.count ? numbers : nil
  }
}
