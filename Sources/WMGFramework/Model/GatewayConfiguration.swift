/// What one gateway is told, whatever its plugins are: at its start, and what may change then by another configuration.
public struct GatewayConfiguration: Hashable, Sendable {
  /// What to do with the VNIs we hold while no peer can hear us.
  public enum IsolationPolicy: String, Hashable, Sendable, CaseIterable {
    /// Hold what we own, take nothing new.
    case keep
    /// Everything standby until a peer is heard.
    case release
  }

  /// This gateway's uid.
  public var uid: GatewayID
  /// The overlays that the whole fleet serves; every gateway must be given the same.
  public var vnis: VNISet
  /// Time between two advertisements, 10 ms to 60 s. The older Go daemon's is 1 s.
  public var interval: Duration
  /// How many intervals of silence mean death (RFC 5880's detection multiplier), 2…50.
  public var detectionMultiplier: Int
  /// Added to the detection time before a peer is given up, so that an exact last packet does not race it.
  public var expiryGrace: Duration
  /// How long a gateway that heard nobody advertises before it takes over; `nil` is min(300 ms, detection time).
  public var claimDelay: Duration?
  /// How long beyond the detection time a stopping gateway goes on serving.
  public var stopMargin: Duration
  /// On a planned handover (a peer has joined and owns a VNI of ours now), how long the VNI is held on, so that the new
  /// owner is up before the old one lets go: 0…10 s.
  public var handoverOverlap: Duration
  /// Whether a joiner that speaks before it can serve (the older Go daemon) is waited for before VNIs are left to it.
  public var holdsForJoiners: Bool
  /// What to do while isolated.
  public var whenIsolated: IsolationPolicy
  /// How many peers are remembered at most, 1…65,534.
  public var peerLimit: Int
  /// How long a release waits for one effector before it goes on to the one before it.
  public var releasePatience: Duration

  /// A gateway with the fleet's default timing: 1 s, three intervals.
  public init(
    uid: GatewayID, vnis: VNISet, interval: Duration = .seconds(1), detectionMultiplier: Int = 3,
    expiryGrace: Duration = .milliseconds(50), claimDelay: Duration? = nil,
    stopMargin: Duration = .milliseconds(300), handoverOverlap: Duration = .zero,
    holdsForJoiners: Bool = true,
    whenIsolated: IsolationPolicy = .keep, peerLimit: Int = 1024,
    releasePatience: Duration = .milliseconds(500)
  ) {
    self.uid = uid
    self.vnis = vnis
    self.interval = interval
    self.detectionMultiplier = detectionMultiplier
    self.expiryGrace = expiryGrace
    self.claimDelay = claimDelay
    self.stopMargin = stopMargin
    self.handoverOverlap = handoverOverlap
    self.holdsForJoiners = holdsForJoiners
    self.whenIsolated = whenIsolated
    self.peerLimit = peerLimit
    self.releasePatience = releasePatience
  }

  /// Interval times multiplier: a gateway unheard for that long is dead.
  public var detectionTime: Duration { interval * detectionMultiplier }

  /// The claim delay in force.
  public var effectiveClaimDelay: Duration { claimDelay ?? min(.milliseconds(300), detectionTime) }

  /// The stop margin in force: time enough for the peers to notice, take over, and overlap.
  public var effectiveStopMargin: Duration {
    guard handoverOverlap > .zero else { return stopMargin }
    return max(stopMargin, expiryGrace + handoverOverlap + .milliseconds(50))
  }

  /// The time between the packets of a burst: min(50 ms, interval / 20).
  public var burstSpacing: Duration { min(.milliseconds(50), interval / 20) }
}
