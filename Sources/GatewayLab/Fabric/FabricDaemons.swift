/// The gateways' daemons in a fabric.
extension FabricNetwork {
  /// How a gateway's daemon is started here: the one place that says which effectors a fabric's gateways have.
  ///
  /// - Parameters:
  ///   - gateway: its index.
  ///   - binary: the path of `wmgwd2`.
  ///   - interval: the advertisement interval, in whole milliseconds.
  ///   - further: arguments after ours.
  public func daemonCommand(
    for gateway: Int, binary: String, interval: Duration = .seconds(1), further: [String] = []
  ) -> DaemonCommand {
    var arguments: [String] = []
    if configuration.hasFRRHook {
      arguments += ["--set", "frr.vty-socket=\(gatewayFRR[gateway].folder)"]
      if configuration.topology == .direct {
        arguments += [
          "--set", "frr.profile=advertise-default-gw",
          "--set", "frr.stop-route-map=\(FRRConfiguration.stopRouteMap)",
        ]
      }
    }
    return DaemonCommand(
      binary: binary, vnis: configuration.vnis, interval: interval,
      effectors: configuration.hasFRRHook ? "macvlan,garp,frr" : "macvlan,garp", further: arguments + further)
  }
}
