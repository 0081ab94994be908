import ArgumentParser
import FoundationEssentials
import WMGFramework

/// `wmgwd2 plugins`: what can be chosen, and what it can be set to.
struct Plugins: RegistryCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) plugins",
      abstract: "List the plugins with their options.",
      discussion: """
        With --plugin also those of shared libraries: where they come from, their versions, and the ABI they were built \
        for. A library that is refused is listed with the reason, and the exit code is 0 all the same; the daemon does \
        not start with one.
        """)
  }

  @OptionGroup var libraries: LibraryOptions

  @Flag(help: "Print JSON.") var json = false

  @Option(help: ArgumentHelp("Print all there is to say of one plugin.", valueName: "plugin"))
  var describe: String?

  func run(with registry: PluginRegistry) throws -> Int32 {
    var plugins =
      registry.plugins.compactMap(PluginDescription.init) + registry.refusals.map(PluginDescription.init)
    if let describe {
      let known = plugins.map(\.name)
      plugins = plugins.filter { $0.name == describe }
      guard !plugins.isEmpty else {
        // It may be one of the library's that is not there.
        if let refusal = registry.refusals.first {
          throw UsageError(refusal.description, exitCode: refusal.exitCode)
        }
        let hint = nearestName(to: describe, among: known).map { " (did you mean '\($0)'?)" } ?? ""
        throw UsageError(
          "--describe \(describe): no such plugin\(hint); there are: \(known.joined(separator: ", "))")
      }
    }
    if json {
      try printJSON(plugins)
    } else {
      for kind in [PluginDescription.refused] + PluginKind.allCases.map(\.rawValue) {
        for plugin in plugins where plugin.kind == kind {
          plugin.printText()
          if describe != nil { plugin.printMore() }
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
  struct Origin: Encodable {
    var path: String?
    var version: String?
    var abi: UInt32?
  }

  /// The kind of what is no plugin: a library that was refused.
  static let refused = "refused"

  struct Promises: Encodable {
    var balance: Double?
    var disruption: String
    var commonRanking: Bool
    var cost: String
    var memory: String
  }

  var kind: String
  var name: String
  var summary: String
  /// Empty for what is compiled in.
  var origin: Origin
  var options: [Option]
  var details: String
  var promises: Promises?

  init?(_ plugin: any Plugin) {
    guard let kind = PluginRegistry.kind(of: plugin) else { return nil }
    self.kind = kind.rawValue
    name = plugin.name
    summary = plugin.summary
    details = plugin.details
    origin =
      switch plugin.origin {
      case .program: Origin()
      case .library(let path, let version, let abi): Origin(path: path, version: version, abi: abi)
      }
    options = plugin.options.map {
      Option(
        name: $0.name, type: $0.typeDescription, default: $0.defaultText, unit: $0.unit,
        limits: $0.limitsText, live: $0.isLive || kind == .strategy, help: $0.help)
    }
    promises = (plugin as? any StrategyPlugin).map(\.promises).map {
      Promises(
        balance: $0.balance, disruption: $0.disruption.rawValue, commonRanking: $0.hasCommonRanking,
        cost: $0.cost, memory: $0.memory)
    }
  }

  init(_ refusal: PluginRefusal) {
    kind = Self.refused
    name = refusal.path
    summary = refusal.reason
    options = []
    details = ""
    origin = Origin(path: refusal.path)
  }

  func printText() {
    print("\(kind.padding(to: 10))\(name)")
    print("          \(summary)")
    if let path = origin.path, let version = origin.version, let abi = origin.abi {
      print("          version \(version), ABI \(abi), from \(path)")
    }
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

  /// What is printed of one plugin alone.
  func printMore() {
    for line in details.split(separator: "\n", omittingEmptySubsequences: false) {
      print(line.isEmpty ? "" : "          \(line)")
    }
    guard let promises else { return }
    if !details.isEmpty { print("") }
    let balance =
      promises.balance.map { "at most \($0) of the mean or of its weight's share, rounded up to a whole VNI" }
      ?? "nothing promised"
    let disruption =
      switch StrategyPromises.Disruption(rawValue: promises.disruption) {
      case .minimal: "only VNIs that have to move do when a gateway joins or leaves"
      case .low: "a few VNIs more than have to move do when a gateway joins or leaves"
      default: "any number of VNIs may move when a gateway joins or leaves"
      }
    let views =
      promises.commonRanking
      ? "leave no VNI without an owner (one ranking per VNI)" : "may leave VNIs without an owner"
    print("          promises (K VNIs, N gateways)")
    for (title, text) in [
      ("balance", balance), ("disruption", disruption), ("unequal views", views), ("cost", promises.cost),
      ("memory", promises.memory),
    ] {
      print("            \(title.padding(to: 15))\(text)")
    }
  }
}
