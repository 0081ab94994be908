/// The gateways' daemons in a fabric.
extension FabricNetwork {
  /// How a gateway's daemon is started here: the one place that says which effectors a fabric's gateways have.
  ///
  /// - Parameters:
  ///   - gateway: its index.
  ///   - binary: the path of `wmgwd2`.
  ///   - interval: the advertisement interval, in whole milliseconds.
  ///   - effectors: the effector chain; with `frr` in it, that effector is told where the gateway's own FRR is.
  ///   - further: arguments after ours.
  public func daemonCommand(
    for gateway: Int, binary: String, interval: Duration = .seconds(1), effectors: String = "macvlan,garp",
    further: [String] = []
  ) -> DaemonCommand {
    let hasFRR = effectors.split(separator: ",").contains("frr")
    let place = hasFRR ? ["--set", "frr.vty-socket=\(gatewayFRR[gateway].folder)"] : []
    return DaemonCommand(
      binary: binary, vnis: configuration.vnis, interval: interval, effectors: effectors,
      further: place + further)
  }
}
