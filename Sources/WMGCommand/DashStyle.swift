/// The older Go daemon takes long options with one dash or two, and so do we: `-uid 11`, `--uid 11`, `-uid=11`.
enum DashStyle {
  /// Gives every long option two dashes; everything after a lone `--` is left alone.
  static func normalized(_ arguments: [String]) -> [String] {
    var isOver = false
    return arguments.map { argument in
      if argument == "--" { isOver = true }
      let name = argument.dropFirst().prefix { $0 != "=" }
      let isLongName =
        argument.hasPrefix("-") && name.count > 1
        && name.first.map { $0.isASCII && $0.isLetter } == true
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      return isLongName && !isOver ? "-" + argument : argument
    }
  }
}
