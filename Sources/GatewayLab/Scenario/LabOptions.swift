public import WMGFramework

/// What `wmgwd2 lab` is asked to show.
public struct LabOptions: Sendable {
  /// How many gateways, 2…8.
  public var gatewayCount: Int
  /// The overlays, at most 65,536.
  public var vnis: VNISet
  /// The advertisement interval, 10 ms to 60 s.
  public var interval: Duration
  /// How macvlans reach their overlays.
  public var topology: LabTopology
  /// What the daemons decide with, and where that comes from.
  public var plugins: LabPlugins
  /// The daemon: by default the program that is running.
  public var binary: String
  /// Whether to redraw a live table; `nil` does so on a terminal.
  public var isLive: Bool?

  /// Three gateways and 20 VNIs, unless told otherwise.
  public init(
    gatewayCount: Int = 3, vnis: VNISet = VNISet(VNI.min...(VNI(rawValue: 20) ?? .max)),
    interval: Duration = .seconds(1), topology: LabTopology = .direct, plugins: LabPlugins = LabPlugins(),
    binary: String = "/proc/self/exe", isLive: Bool? = nil
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
