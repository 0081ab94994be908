/// Arguments of a `CommandPlugin` whose command has commands of its own, as `wmgwd2 foreign probe`.
extension CommandPlugin {
  /// Refuses arguments that begin with none of these commands; what begins with a dash, and `help`, pass.
  ///
  /// - Throws: `PluginError.unusable` with exit code 64: one line with the commands there are.
  public func expectSubcommand(in arguments: [String], among known: [String]) throws(PluginError) {
    let there = "there is: \(known.joined(separator: ", "))"
    guard let first = arguments.first else {
      throw .unusable(plugin: name, reason: "\(name) needs a command; \(there)", exitCode: 64)
    }
    guard !first.hasPrefix("-"), first != "help", !known.contains(first) else { return }
    let hint = nearestName(to: first, among: known).map { " (did you mean '\($0)'?)" } ?? ""
    throw .unusable(plugin: name, reason: "\(name) \(first): no such command\(hint); \(there)", exitCode: 64)
  }
}
