public import WMGFramework

/// What `wmgwd2 lab --evpn` is asked to show.
public struct FabricOptions: Sendable {
  /// How many gateways, 2…4.
  public var gatewayCount: Int
  /// The overlays, at most 1,000.
  public var vnis: VNISet
  /// The advertisement interval, 10 ms to 60 s.
  public var interval: Duration
  /// How macvlans reach their overlays.
  public var topology: FabricTopology
  /// What the daemons decide with, and where that comes from.
  public var plugins: LabPlugins
  /// The daemon: by default the program that is running.
  public var binary: String
  /// Whether to redraw a live table; `nil` does so on a terminal.
  public var isLive: Bool?

  /// What to show.
  public init(
    gatewayCount: Int = 2, vnis: VNISet, interval: Duration = .seconds(1), topology: FabricTopology = .direct,
    plugins: LabPlugins = LabPlugins(), binary: String = "/proc/self/exe", isLive: Bool? = nil
  ) {
    self.gatewayCount = gatewayCount
    self.vnis = vnis
    self.interval = interval
    self.topology = topology
    self.plugins = plugins
    self.binary = binary
    self.isLive = isLive
  }
}
