/// How what one would write on a command line is written into a configuration file.
enum FileSpelling {
  private static let flag = "--set "

  /// A text in which `--set exec.command=/x`, which nobody has set, is `[exec] command = "/x"`, and `--set exec.command` is
  /// `exec.command`.
  static func rewriting(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
      guard rest.hasPrefix(flag), let (setting, length) = setting(rest.dropFirst(flag.count)) else {
        result.append(rest.removeFirst())
        continue
      }
      result += setting
      rest = rest.dropFirst(flag.count + length)
    }
    return result
  }

  /// What begins with `plugin.option`, or `plugin.option=value`, as a file has it; and how long it was.
  private static func setting(_ text: Substring) -> (String, Int)? {
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let rest = text.dropFirst(name.count)
    guard rest.first == "=" else { return (String(name), name.count) }
    let value: Substring
    var length = name.count + 1
    if rest.dropFirst().first == "'" {
      value = rest.dropFirst(2).prefix { $0 != "'" }
      length += value.count + 2
    } else {
      var word = rest.dropFirst().prefix { $0 != " " }
      while let last = word.last, ",;:.".contains(last) { word.removeLast() }
      value = word
      length += word.count
    }
    return ("[\(parts[0])] \(parts[1]) = \(TOMLText.value(String(value)))", length)
  }
}
