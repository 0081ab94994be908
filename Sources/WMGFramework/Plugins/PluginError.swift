/// What can be wrong with the choice of plugins and their options; every description is one line with the fix.
public enum PluginError: Error, Hashable, CustomStringConvertible {
  /// Two plugins of this name: a programmer's error.
  case duplicateName(String)
  /// This plugin is of no kind: it conforms to `Plugin` alone. A programmer's error.
  case noKind(String)
  /// No plugin of this kind has this name.
  case unknownPlugin(kind: PluginKind, name: String, known: [String])
  /// The plugin has no such option.
  case unknownOption(plugin: String, option: String, known: [String])
  /// The option does not take this value.
  case badValue(plugin: String, option: String, complaint: String)
  /// A setting is not of the form `plugin.option=value`.
  case malformedSetting(String)
  /// A setting is for a plugin that was not chosen.
  case settingForUnusedPlugin(setting: String, plugin: String, used: [String])
  /// The plugin cannot work here. The exit code is one of sysexits.
  case unusable(plugin: String, reason: String, exitCode: Int32)

  /// One line: what is wrong, and the fix.
  public var description: String {
    switch self {
    case .duplicateName(let name):
      "two plugins are named '\(name)'; every plugin needs a name of its own"
    case .noKind(let name):
      "plugin '\(name)' is neither a DiscoveryPlugin, a StrategyPlugin nor an EffectorPlugin"
    case .unknownPlugin(let kind, let name, let known):
      "--\(kind.rawValue) \(name.isEmpty ? "''" : name): no such \(kind.rawValue)\(hint(name, known)); there are: "
        + known.joined(separator: ", ")
    case .unknownOption(let plugin, let option, let known):
      known.isEmpty
        ? "--set \(plugin).\(option): '\(plugin)' takes no options"
        : "--set \(plugin).\(option): no such option\(hint(option, known)); '\(plugin)' takes: "
          + known.joined(separator: ", ")
    case .badValue(let plugin, let option, let complaint):
      "--set \(plugin).\(option) \(complaint)"
    case .malformedSetting(let text):
      "--set '\(text)' is not of the form plugin.option=value, such as garp.interval=60s"
    case .settingForUnusedPlugin(let setting, let plugin, let used):
      "--set \(setting): plugin '\(plugin)' is not in use\(hint(plugin, used)); in use: "
        + used.joined(separator: ", ")
    case .unusable(_, let reason, _):
      reason
    }
  }

  private func hint(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, among: known).map { " (did you mean '\($0)'?)" } ?? ""
  }
}
