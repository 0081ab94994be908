import ArgumentParser
import WMGFramework
import WMGRuntime

/// The options that say which plugins, and what they are set to.
struct PluginChoice: ParsableArguments {
  @OptionGroup var libraries: LibraryOptions

  @Option(help: ArgumentHelp("How peers are found. (default: udp-broadcast)", valueName: "plugin"))
  var discovery: String?

  @Option(help: ArgumentHelp("How VNIs are assigned. (default: rendezvous)", valueName: "plugin"))
  var strategy: String?

  @Option(
    help: ArgumentHelp(
      "How ownership is made so: plugins in order, with commas or repeated. (default: macvlan,garp)",
      valueName: "plugins"))
  var effector: [String] = []

  @Option(
    help: ArgumentHelp(
      "Sets an option of a plugin; repeatable. '\(GatewayProgram.current.name) plugins' lists them.",
      valueName: "plugin.option=value"))
  var set: [String] = []
}

extension PluginChoice {
  /// The plugins with their options decoded.
  ///
  /// - Parameter kept: Options that are not from the command line, which goes before them; for plugins in use they
  ///   count, for others they are kept.
  /// - Throws: `PluginError` or `UsageError`.
  func resolve(in registry: PluginRegistry, keeping kept: [PluginSetting] = []) throws -> Gateway.Plugins {
    let discovery = try registry.discovery(chosen(discovery, or: "udp-broadcast", .discovery, in: registry))
    let strategy = try registry.strategy(chosen(strategy, or: "rendezvous", .strategy, in: registry))
    var names = effector.flatMap {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    if effector.isEmpty { names = ["macvlan", "garp"] }
    guard Set(names).count == names.count else {
      throw UsageError("--effector \(names.joined(separator: ",")): an effector is named twice")
    }
    let effectors = try names.map { try registry.effector($0) }
    let settings = try settings(for: [discovery, strategy] + effectors, keeping: kept)
    func values(_ plugin: any Plugin) throws -> PluginOptionValues {
      try PluginOptionValues(decoding: settings[plugin.name] ?? [], for: plugin)
    }
    return Gateway.Plugins(
      discovery: (discovery, try values(discovery)), strategy: (strategy, try values(strategy)),
      effectors: try effectors.map { ($0, try values($0)) })
  }

  /// A daemon that has one plugin of a kind, under whatever name, need not be told to use it.
  private func chosen(
    _ name: String?, or builtIn: String, _ kind: PluginKind, in registry: PluginRegistry
  ) -> String {
    let names = registry.names(of: kind)
    return name ?? (names.count == 1 ? names[0] : builtIn)
  }

  /// What is set, by plugin; `used` are the plugins in use.
  func settings(
    for used: [any Plugin], keeping kept: [PluginSetting] = []
  ) throws(PluginError) -> [String: [(name: String, text: String)]] {
    var settings: [String: [(name: String, text: String)]] = [:]
    for setting in kept { settings[setting.plugin, default: []].append((setting.option, setting.text)) }
    for text in set {
      guard let equals = text.firstIndex(of: "="), let dot = text[..<equals].firstIndex(of: ".") else {
        throw .malformedSetting(text)
      }
      let plugin = String(text[..<dot])
      let option = String(text[text.index(after: dot)..<equals])
      guard !plugin.isEmpty, !option.isEmpty else { throw .malformedSetting(text) }
      guard used.contains(where: { $0.name == plugin }) else {
        throw .settingForUnusedPlugin(setting: text, plugin: plugin, used: used.map(\.name))
      }
      settings[plugin, default: []].append((option, String(text[text.index(after: equals)...])))
    }
    return settings
  }
}
