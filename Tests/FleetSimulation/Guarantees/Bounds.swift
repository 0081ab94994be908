import WMGFramework

/// The durations in which guarantees are written, for one scenario.
public struct Bounds: Hashable, Sendable {
  /// I: between two advertisements.
  public let interval: Duration
  /// D: I times m.
  public let detectionTime: Duration
  /// Added to D before a peer is given up: 50 ms.
  public let grace: Duration
  /// T: the longest takeover, from when a packet leaves until the kernel has switched, everything on the way included.
  public let takeover: Duration
  /// How much longer that is if effectors are at work on an earlier change: T counts three calls of each, as a release
  /// may come down while a takeover and a refresh are under way; then three earlier ones are carried out first (takeover,
  /// release, refresh), but what waited for them is carried out together, as two.
  public let workInProgress: Duration
  /// m.
  public let multiplier: Int
  /// What an advertisement may be late by.
  public let lateness: Duration
  /// How much clocks differ over D.
  public let skew: Duration
  /// The claim delay.
  public let claimDelay: Duration
  /// The stop margin in force.
  public let stopMargin: Duration
  /// The overlap of planned handovers.
  public let overlap: Duration
  /// How long a Go joiner is waited for.
  public let hold: Duration
  /// Between the first packet of a burst and the last.
  public let burst: Duration

  /// The bounds of a scenario.
  public init(_ scenario: Scenario) {
    let timing = scenario.timing
    let configuration = scenario.configuration(of: scenario.machines[0])
    interval = timing.interval
    detectionTime = timing.detectionTime
    multiplier = timing.multiplier
    lateness = scenario.faults.map { scenario.longestLateness(of: $0) }.max() ?? .zero
    grace = configuration.expiryGrace
    let worst = scenario.faults.filter { $0.kind == .reordering }.map(\.severity).max() ?? 0
    let work = (timing.switching + timing.announcing) * 3
    workInProgress = (timing.switching + timing.announcing) * 2
    let goWork = scenario.machines.contains(where: \.isGo) ? GoDaemon.work : .zero
    takeover = goWork + Network.longestDelay(timing.delivery, worst) + timing.threadSwitch * 8 + work
    skew = .nanoseconds(timing.detectionTime.nanoseconds / 1_000_000 * timing.clockError * 2)
    claimDelay = configuration.effectiveClaimDelay
    stopMargin = configuration.effectiveStopMargin + Self.reloadedMargin
    overlap = timing.overlap
    hold = max(detectionTime - interval, interval + grace)
    burst = configuration.burstSpacing * 2
  }

  /// A reload raises the stop margin by that much.
  static let reloadedMargin = Duration.milliseconds(20)

  /// How long after its last packet a gateway may be taken for alive, and its VNIs be on their way to another.
  var expiry: Duration { detectionTime + grace + skew + takeover }
  /// Within which a gateway that has nobody to listen to serves everything.
  var lonelyStart: Duration { detectionTime + skew + claimDelay + takeover * 2 }
  /// After the last fault: every VNI has one owner.
  var recovery: Duration {
    detectionTime + skew + takeover + max(interval * 2, claimDelay, grace)
  }
}

extension Scenario {
  /// What the gateway of a machine is told at its start.
  func configuration(of machine: Machine) -> GatewayConfiguration {
    let first = VNI(rawValue: 100) ?? .min
    let last = VNI(rawValue: 99 + UInt32(vniCount)) ?? .max
    return GatewayConfiguration(
      uid: machine.uid, vnis: VNISet(first...last), interval: timing.interval,
      detectionMultiplier: timing.multiplier, stopMargin: timing.stopMargin,
      handoverOverlap: timing.overlap,
      whenIsolated: machine.whenIsolated, peerLimit: peerLimit)
  }
}
