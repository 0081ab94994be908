public import WMGFramework

/// `--strategy rendezvous`: bit-compatible with the older Go daemon.
public struct RendezvousPlugin: StrategyPlugin {
  /// A description; nothing is set up yet.
  public init() {}

  /// `rendezvous`.
  public var name: String { "rendezvous" }
  /// One line: what it does.
  public var summary: String { "highest random weight, as the Go daemon computes it; wants random uids" }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    RendezvousStrategy()
  }
}
