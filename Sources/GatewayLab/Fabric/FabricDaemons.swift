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
    DaemonCommand(
      binary: binary, vnis: configuration.vnis, interval: interval, effectors: "macvlan,garp",
      further: further)
  }
}
