import ArgumentParser
import FoundationEssentials
import WMGFramework

/// `wmgwd2 plugins`: what can be chosen, and what it can be set to.
struct Plugins: RegistryCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) plugins",
      abstract: "List the plugins with their options.")
  }

  @Flag(help: "Print JSON.") var json = false

  @Option(help: ArgumentHelp("Print all there is to say of one plugin.", valueName: "plugin"))
  var describe: String?

  func run(with registry: PluginRegistry) throws -> Int32 {
    var plugins = registry.plugins.compactMap(PluginDescription.init)
    if let describe {
      let known = plugins.map(\.name)
      plugins = plugins.filter { $0.name == describe }
      guard !plugins.isEmpty else {
        let hint = nearestName(to: describe, among: known).map { " (did you mean '\($0)'?)" } ?? ""
        throw UsageError(
          "--describe \(describe): no such plugin\(hint); there are: \(known.joined(separator: ", "))")
      }
    }
    if json {
      try printJSON(plugins)
    } else {
      for kind in PluginKind.allCases {
        for plugin in plugins where plugin.kind == kind.rawValue {
          plugin.printText()
          if describe != nil, !plugin.details.isEmpty { print(plugin.details) }
        }
      }
    }
    return 0
  }
}

/// A plugin as it is listed.
private struct PluginDescription: Encodable {
  struct Option: Encodable {
    var name: String
    var type: String
    var `default`: String
    var unit: String?
    var limits: String?
    /// Whether SIGHUP is enough for a change to take effect.
    var live: Bool
    var help: String
  }

  var kind: String
  var name: String
  var summary: String
  var options: [Option]
  var details: String

  init?(_ plugin: any Plugin) {
    guard let kind = PluginRegistry.kind(of: plugin) else { return nil }
    self.kind = kind.rawValue
    name = plugin.name
    summary = plugin.summary
    details = plugin.details
    options = plugin.options.map {
      Option(
        name: $0.name, type: $0.typeDescription, default: $0.defaultText, unit: $0.unit,
        limits: $0.limitsText, live: $0.isLive || kind == .strategy, help: $0.help)
    }
  }

  func printText() {
    print("\(kind.padding(to: 10))\(name)")
    print("          \(summary)")
    for option in options {
      let value = option.default.isEmpty ? "(none)" : option.default
      let unit = option.unit.map { " \($0)" } ?? ""
      let limits = option.limits.map { ", \($0)" } ?? ""
      print("            \(name).\(option.name)=\(value)\(unit)")
      let live = option.live ? ", live" : ""
      print("                \(option.help) [\(option.type)\(limits)\(live)]")
    }
    print("")
  }
}
