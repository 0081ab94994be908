import ArgumentParser
import FleetComparison
import WMGFramework

/// The options that describe a fleet which need not exist: its gateways, its VNIs and its strategy.
struct FleetOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The gateways' uids, with commas or repeated.", valueName: "uids"))
  var gateways: [String] = []

  @Option(
    help: ArgumentHelp("So many gateways with random uids, 1 to 65535, instead.", valueName: "count"))
  var gatewayCount: String?

  @Option(
    help: ArgumentHelp("What random uids are drawn from: the same seed, the same uids.", valueName: "number"))
  var seed: String = "1"

  @Option(
    help: ArgumentHelp("The VNIs that the fleet serves: numbers and ranges with commas.", valueName: "set"))
  var vnis: String?

  @Option(help: ArgumentHelp("Lowest VNI, when --vnis is not given. (default: 1)", valueName: "vni"))
  var minvni: String?

  @Option(help: ArgumentHelp("Highest VNI, when --vnis is not given. (default: 100)", valueName: "vni"))
  var maxvni: String?
}

extension FleetOptions {
  /// The most gateways that a fleet can have: an owner is an index of two bytes.
  static let mostGateways = 65_535

  /// Whether any option says which VNIs there are.
  var saysVNIs: Bool { vnis != nil || minvni != nil || maxvni != nil }

  /// The VNIs, as the daemon reads them.
  func vniSet() throws -> VNISet {
    let arguments = [("vnis", vnis), ("minvni", minvni), ("maxvni", maxvni)].compactMap { name, value in
      value.map { "--\(name)=\($0)" }
    }
    return try GatewayOptions.parse(arguments).vniSet()
  }

  /// The gateways, ascending.
  ///
  /// - Parameter generator: Where random uids come from.
  /// - Throws: `UsageError`, which names the option and the fix.
  func fleet(using generator: inout SeededGenerator) throws(UsageError) -> [GatewayID] {
    guard let gatewayCount else {
      guard !gateways.isEmpty else {
        throw UsageError(
          "which gateways? give --gateways 11,12,13, or --gateway-count 3 for random uids")
      }
      let fleet = try Self.uids(gateways, of: "--gateways").sorted()
      guard fleet.count <= Self.mostGateways else {
        throw UsageError("--gateways names \(fleet.count); a fleet has at most \(Self.mostGateways)")
      }
      return fleet
    }
    guard gateways.isEmpty else {
      throw UsageError("--gateways and --gateway-count exclude each other; give one of them")
    }
    guard let count = Int(gatewayCount), (1...Self.mostGateways).contains(count) else {
      throw UsageError("--gateway-count '\(gatewayCount)' must be a number from 1 to \(Self.mostGateways)")
    }
    var fleet: Set<GatewayID> = []
    while fleet.count < count { fleet.insert(.random(using: &generator)) }
    return fleet.sorted()
  }

  /// The numbers that random uids are drawn from.
  func generator() throws(UsageError) -> SeededGenerator {
    guard let number = UInt64(seed) else {
      throw UsageError("--seed '\(seed)' must be a number from 0 to \(UInt64.max)")
    }
    return SeededGenerator(seed: number)
  }

  /// The elements of an option that takes a list, with commas or repeated.
  static func elements(_ texts: [String]) -> [String] {
    texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  /// Uids without duplicates, in the order they were written.
  static func uids(_ texts: [String], of option: String) throws(UsageError) -> [GatewayID] {
    var uids: [GatewayID] = []
    var seen: Set<GatewayID> = []
    for text in elements(texts) {
      let uid = try uid(text, of: option)
      guard seen.insert(uid).inserted else { throw UsageError("\(option) names \(uid) twice") }
      uids.append(uid)
    }
    return uids
  }

  static func uid(_ text: String, of option: String) throws(UsageError) -> GatewayID {
    guard let number = UInt64(text), let uid = GatewayID(rawValue: number) else {
      throw UsageError("\(option) '\(text)' is not a uid; a uid is 1 to 18446744073709551615")
    }
    return uid
  }
}

/// Which strategies, and what they are set to.
struct StrategyChoice {
  /// A strategy, ready to decide.
  struct Made {
    let plugin: any StrategyPlugin
    let strategy: any AssignmentStrategy
    /// With these options.
    let promises: StrategyPromises
  }

  /// In the order they were named, or registered.
  private(set) var made: [Made] = []
  /// Those that `all` leaves out, with the reason: they need options that were not given.
  private(set) var leftOut: [(name: String, reason: String)] = []

  /// Strategies by their names; `all` are all there are.
  ///
  /// - Throws: `PluginError`, `UsageError`, or what a strategy says of its options.
  init(
    _ names: [String], settings: [String], keeping kept: [PluginSetting] = [], in registry: PluginRegistry,
    fleet: [GatewayID], vnis: VNISet
  ) throws {
    let all = names == ["all"]
    guard all || !names.contains("all") else {
      throw UsageError(
        "--strategy \(names.joined(separator: ",")): 'all' stands alone; leave the others out, which are among them "
          + "where they are given their options")
    }
    let names = all ? registry.names(of: .strategy) : names
    guard Set(names).count == names.count else {
      throw UsageError("--strategy \(names.joined(separator: ",")): a strategy is named twice")
    }
    let plugins = try names.map { try registry.strategy($0) }
    let decoded = try PluginChoice.parse(settings.map { "--set=\($0)" }).settings(
      for: plugins, keeping: kept)
    let configuration = GatewayConfiguration(uid: fleet[0], vnis: vnis)
    for plugin in plugins {
      let options = try PluginOptionValues(decoding: decoded[plugin.name] ?? [], for: plugin)
      do {
        made.append(
          Made(
            plugin: plugin, strategy: try plugin.makeStrategy(options, for: configuration),
            promises: plugin.promises(options)))
      } catch  where all && decoded[plugin.name] == nil {
        leftOut.append((plugin.name, "\(error)"))
      }
    }
    guard !made.isEmpty else {
      throw UsageError("--strategy all: none is left that could do without options")
    }
  }
}
