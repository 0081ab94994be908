import WMGFramework

/// Counts how often each VNI came here lately. EVPN takes a MAC that moves five times within 180 s for a duplicate
/// (RFC 7432, 15.1).
struct MoveBudget {
  /// How many takeovers are fine.
  var takeovers: Int
  /// Within this time.
  var window: Duration
  private var times: [VNI: [MonotonicInstant]] = [:]

  init(takeovers: Int, within window: Duration) {
    self.takeovers = takeovers
    self.window = window
  }

  /// Takes note of a takeover; returns whether it is beyond the budget.
  mutating func spend(_ vni: VNI, at now: MonotonicInstant) -> Bool {
    var recent = (times[vni] ?? []).filter { now - $0 < window }
    let isBeyond = recent.count >= takeovers
    recent.append(now)
    times[vni] = recent.suffix(takeovers)
    return isBeyond
  }

  /// Forgets what is too old to count.
  mutating func prune(at now: MonotonicInstant) {
    times = times.filter { $0.value.last.map { now - $0 < window } ?? false }
  }
}
