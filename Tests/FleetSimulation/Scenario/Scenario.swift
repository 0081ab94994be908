public import WMGFramework

/// Everything about one run that is decided before it begins; drawn from one seed by `Scenario(seed:)`.
public struct Scenario: Hashable, Sendable {
  /// Who computes owners.
  public enum Strategy: String, Hashable, Sendable, CaseIterable {
    /// `rendezvous-mixed`.
    case mixed
    /// `rendezvous`, as the Go daemon has it.
    case rendezvous
    /// Four scores for everybody, so that most VNIs are tied.
    case tied
    /// `modulo`, which has no common ranking.
    case modulo
  }

  /// One machine, on which a gateway or a Go daemon can run.
  public struct Machine: Hashable, Sendable {
    /// The uid of the first gateway that runs there.
    public var uid: GatewayID
    /// How fast its clock runs, in parts per million more than the world's.
    public var clockError: Int64
    /// When its gateway is started; `nil` if only a fault starts it.
    public var startsAt: Duration?
    /// Whether a Go daemon runs there instead.
    public var isGo: Bool
    /// What it does while isolated.
    public var whenIsolated: GatewayConfiguration.IsolationPolicy
  }

  /// From which it was drawn.
  public var seed: UInt64
  /// All machines, also those on which something runs only later.
  public var machines: [Machine]
  /// How many VNIs the fleet serves.
  public var vniCount: Int
  /// How owners are computed.
  public var strategy: Strategy
  /// How fast everything is.
  public var timing: FleetTiming
  /// Whether each gateway has a guard.
  public var hasGuards: Bool
  /// How many peers a gateway remembers.
  public var peerLimit: Int
  /// Whether the discovery bounds its peers too, as `udp-broadcast` does; somebody else's may leave that to the core.
  public var discoveryBoundsPeers: Bool
  /// The chance that a packet is lost on any link, throughout the safety phase.
  public var baseLoss: Double
  /// What goes wrong, by time.
  public var faults: [Fault]
  /// When the safety phase is over: from then on nothing goes wrong.
  public var quietFrom: Duration
  /// When the run is over.
  public var end: Duration
}

/// How fast a simulated fleet is, and how slow at worst.
public struct FleetTiming: Hashable, Sendable {
  /// I.
  public var interval: Duration
  /// m.
  public var multiplier: Int
  /// The overlap of planned handovers.
  public var overlap: Duration
  /// The stop margin that gateways are told.
  public var stopMargin: Duration
  /// The longest time that a packet takes on a healthy link.
  public var delivery: Duration
  /// The longest time from when a thread is woken until it runs.
  public var threadSwitch: Duration
  /// The longest time that the first effector takes for a batch.
  public var switching: Duration
  /// The longest time that the second effector takes for a batch.
  public var announcing: Duration
  /// The most that a clock is wrong, in parts per million.
  public var clockError: Int64
}
