import WMGFramework

/// The guard beside a gateway; mirrors `wmgwd2-guard`: it gets a tick with every advertisement, and every interval while
/// the gateway lives and is silent; without one for D and a margin, it makes every interface standby, unless the gateway
/// was alone.
struct SimulatedGuard {
  /// How long beyond D it waits, so that peers have taken over before.
  static let margin = Duration.milliseconds(130)
  /// How long it may take then.
  static let work = Duration.milliseconds(70)

  var lastTick: MonotonicInstant
  var peersLive = false
  var hasFired = false
  /// Deadlines of an earlier generation are out of date.
  var generation = 0
}
