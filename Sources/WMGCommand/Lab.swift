import ArgumentParser
import Glibc
import GatewayLab
import WMGFramework
import WMGRuntime

/// `wmgwd2 lab`: shows a fleet at work on this machine.
struct Lab: RegistryCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) lab",
      abstract: "Watch gateways share overlays, lose one and go on, in network namespaces on this machine.",
      discussion: """
        Builds a fleet of real daemons with real VXLAN overlays, crashes one gateway, brings it back, stops one, flaps a \
        link, and says for how long VNIs had no owner and a client no answer. Needs root; removes everything at the end, \
        also on ^C.

        With --evpn, gateways and an access point each have an FRR (zebra, bgpd, bfdd) of their own, and it shows where \
        the access point sends each VNI's frames. Needs FRR installed (apt install frr, or make lab-evpn); the host's own \
        FRR, if any, is not touched.

        The gateways run this program, with the strategy and the libraries that are given here:

          \(GatewayProgram.current.name) lab --plugin ./libmine.so --strategy mine --set mine.salt=7
        """)
  }

  @Flag(help: "Watch gateways in a BGP EVPN fabric, with real FRR.") var evpn = false

  @Option(
    help: ArgumentHelp(
      "How many gateways, 2 to 8; with --evpn 2 to 4. (default: 3; with --evpn 2)", valueName: "count"))
  var gatewayCount: String?

  @Option(
    help: ArgumentHelp(
      "The VNIs that they share; with --evpn at most 1,000. (default: 1-20; with --evpn 1-10)",
      valueName: "set"))
  var vnis: String?

  @Option(help: ArgumentHelp("Time between two advertisements, 10ms to 60s.", valueName: "duration"))
  var interval: String = "1s"

  @Option(
    help: ArgumentHelp(
      "How macvlans reach their overlays: directly on the bridge, or over a veth pair.",
      valueName: "direct|veth"))
  var topology: String = "direct"

  @Option(
    help: ArgumentHelp("How the gateways assign VNIs. (default: rendezvous)", valueName: "plugin"))
  var strategy: String?

  @Option(
    help: ArgumentHelp(
      "Sets an option of a plugin at all gateways; repeatable.", valueName: "plugin.option=value"))
  var set: [String] = []

  @OptionGroup var libraries: LibraryOptions

  @Flag(help: "Print plain lines, on a terminal too.") var plain = false

  // It takes libraries from the command line alone.
  static var usesLibraries: Bool { false }

  func run(with registry: PluginRegistry) throws -> Int32 {
    // The lab's daemons should have the lab's settings alone.
    for name in SettingSources.ownVariables.keys { unsetenv(name) }
    let most = evpn ? 4 : 8
    guard let count = gatewayCount.map(Int.init) ?? (evpn ? 2 : 3), (2...most).contains(count) else {
      throw UsageError("--gateway-count '\(gatewayCount ?? "")' must be a number from 2 to \(most)")
    }
    let vnis = vnis ?? (evpn ? "1-10" : "1-20")
    let configuration = try GatewayOptions.parse(["--vnis=\(vnis)", "--interval=\(interval)"]).configuration()
    let plugins = try plugins(registry, configuration)
    return evpn ? try showFabric(count, configuration, plugins) : try showLab(count, configuration, plugins)
  }

  /// What the gateways are to run with, tried before anything is built.
  private func plugins(
    _ registry: PluginRegistry, _ configuration: GatewayConfiguration
  ) throws -> LabPlugins {
    let registry = try GatewayCommand.withLibraries(libraries.paths, registry)
    if let refusal = registry.refusals.first {
      throw UsageError(refusal.description, exitCode: refusal.exitCode)
    }
    let settings = set.map { "--set=\($0)" }
    let choice = try PluginChoice.parse(
      ["--effector=\(evpn ? "macvlan,garp,frr" : "macvlan,garp")"] + settings
        + (strategy.map { ["--strategy=\($0)"] } ?? []))
    let chosen = try choice.resolve(in: registry).strategy
    _ = try chosen.plugin.makeStrategy(chosen.options, for: configuration)
    return LabPlugins(
      strategy: chosen.plugin.name, further: libraries.paths.map { "--plugin=\($0)" } + settings)
  }

  private func showLab(
    _ count: Int, _ configuration: GatewayConfiguration, _ plugins: LabPlugins
  ) throws -> Int32 {
    guard let topology = LabTopology(rawValue: topology), topology != .light else { throw unknownTopology }
    return LabScenario(
      LabOptions(
        gatewayCount: count, vnis: configuration.vnis, interval: configuration.interval, topology: topology,
        plugins: plugins, isLive: plain ? false : nil)
    ).run()
  }

  private func showFabric(
    _ count: Int, _ configuration: GatewayConfiguration, _ plugins: LabPlugins
  ) throws -> Int32 {
    guard let topology = FabricTopology(rawValue: topology) else { throw unknownTopology }
    guard configuration.vnis.count <= 1000 else {
      throw UsageError(
        "--vnis '\(configuration.vnis)' are \(configuration.vnis.count); --evpn takes at most 1,000")
    }
    return FabricScenario(
      FabricOptions(
        gatewayCount: count, vnis: configuration.vnis, interval: configuration.interval, topology: topology,
        plugins: plugins, isLive: plain ? false : nil)
    ).run()
  }

  private var unknownTopology: UsageError {
    UsageError("--topology '\(topology)' is unknown; it takes direct or veth")
  }
}
