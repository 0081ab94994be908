import WMGFramework

/// The guard beside a gateway; mirrors `wmgwd2-guard`, and hears what the daemon's own `SignsOfLife` says: without a tick
/// for D and a margin it makes every interface standby, unless the gateway was alone.
struct SimulatedGuard {
  /// How long beyond D it waits, so that peers have taken over before.
  static let margin = Duration.milliseconds(130)
  /// How long it may take then.
  static let work = Duration.milliseconds(70)

  /// In the world's time; one that stops is counted from a moment that may be still to come.
  var lastTick: MonotonicInstant
  var peersLive = true
  /// Deadlines of an earlier generation are out of date.
  var generation = 0
}
