public import WMGFramework

/// `--strategy rfc8584`: owners as EVPN elects designated forwarders.
public struct DesignatedForwarderPlugin: StrategyPlugin {
  /// The Ethernet segment that goes into the digest of every VNI.
  public let segment = PluginOption(
    "esi", default: EthernetSegmentID.zero,
    help: "the Ethernet segment identifier that the VNIs are elected on")

  /// The addresses that stand for gateways.
  public let addresses = PluginOption<GatewayTable<IPv4Address>>(
    "addresses", default: GatewayTable(), limits: "an address for one uid only",
    help: "the gateways' addresses, such as 11=10.0.1.11,12=10.0.1.12; without one, the uid's low 32 bits"
  ) { table in
    Set(table.values.values).count == table.values.count ? nil : "takes each address for one uid only"
  }

  /// A description; nothing is set up yet.
  public init() {}

  /// `rfc8584`.
  public var name: String { "rfc8584" }
  /// One line: what it does.
  public var summary: String { "highest random weight as EVPN elects designated forwarders (RFC 8584, 3.2)" }
  /// What can be set.
  public var options: [any AnyPluginOption] { [segment, addresses] }

  /// A common ranking per VNI; even as long as no two gateways have one address.
  public var promises: StrategyPromises {
    StrategyPromises(
      balance: 1.25, disruption: .minimal, hasCommonRanking: true, cost: "1.5 ns · K · N",
      memory: "8 B · K, the owners' scores")
  }

  /// The segment, and the addresses that are not the uid's own bits.
  public func agreement(_ options: PluginOptionValues) -> String {
    let others = options[addresses].values.filter {
      $0.value.rawValue != UInt32(truncatingIfNeeded: $0.key.rawValue)
    }
    return "addresses=\(GatewayTable(others).optionText);esi=\(options[segment].optionText)"
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    DesignatedForwarderStrategy(segment: options[segment], addresses: options[addresses].values)
  }
}
