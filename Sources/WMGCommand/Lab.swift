import ArgumentParser
import GatewayLab
import WMGFramework

/// `wmgwd2 lab`: shows a fleet at work on this machine.
struct Lab: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "wmgwd2 lab",
    abstract: "Watch gateways share overlays, lose one and go on, in network namespaces on this machine.",
    discussion: """
      Builds a fleet of real daemons with real VXLAN overlays, crashes one gateway, brings it back, stops one, flaps a \
      link, and says for how long VNIs had no owner and a client no answer. Needs root; removes everything at the end, \
      also on ^C.
      """)

  @Option(help: ArgumentHelp("How many gateways, 2 to 8.", valueName: "count"))
  var gatewayCount: String = "3"

  @Option(help: ArgumentHelp("The VNIs that they share.", valueName: "set"))
  var vnis: String = "1-20"

  @Option(help: ArgumentHelp("Time between two advertisements, 10ms to 60s.", valueName: "duration"))
  var interval: String = "1s"

  @Option(
    help: ArgumentHelp(
      "How macvlans reach their overlays: directly on the bridge, or over a veth pair.",
      valueName: "direct|veth"))
  var topology: String = "direct"

  @Flag(help: "Print plain lines, on a terminal too.") var plain = false

  func run(with registry: PluginRegistry) throws -> Int32 {
    guard let count = Int(gatewayCount), (2...8).contains(count) else {
      throw UsageError("--gateway-count '\(gatewayCount)' must be a number from 2 to 8")
    }
    guard let topology = LabTopology(rawValue: topology), topology != .light else {
      throw UsageError("--topology '\(topology)' is unknown; it takes direct or veth")
    }
    let configuration = try GatewayOptions.parse(["--vnis=\(vnis)", "--interval=\(interval)"]).configuration()
    return LabScenario(
      LabOptions(
        gatewayCount: count, vnis: configuration.vnis, interval: configuration.interval, topology: topology,
        isLive: plain ? false : nil)
    ).run()
  }
}
