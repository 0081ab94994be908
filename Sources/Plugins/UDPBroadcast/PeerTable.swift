import WMGFramework

/// The uids heard of late, bounded: when it is full, unknown uids are turned away and known ones still pass, so that a
/// flood of forged uids makes nobody forget a peer.
struct PeerTable {
  let limit: Int
  /// A uid unheard for that long is forgotten.
  let memory: Duration
  private var lastHeard: [GatewayID: MonotonicInstant] = [:]
  // No entry can be forgotten before; spares a full table a search per unknown uid.
  private var nothingExpiresBefore: MonotonicInstant?

  init(limit: Int, memory: Duration) {
    self.limit = limit
    self.memory = memory
  }

  var count: Int { lastHeard.count }

  /// Notes that `gateway` was heard; `false` if it is unknown and there is no room for it.
  mutating func admit(_ gateway: GatewayID, at now: MonotonicInstant) -> Bool {
    if let known = lastHeard[gateway] {
      lastHeard[gateway] = max(known, now)
      return true
    }
    if lastHeard.count >= limit { forgetSilent(at: now) }
    guard lastHeard.count < limit else { return false }
    lastHeard[gateway] = now
    nothingExpiresBefore = min(nothingExpiresBefore ?? now + memory, now + memory)
    return true
  }

  private mutating func forgetSilent(at now: MonotonicInstant) {
    if let nothingExpiresBefore, now <= nothingExpiresBefore { return }
    lastHeard = lastHeard.filter { now - $0.value <= memory }
    nothingExpiresBefore = lastHeard.values.min().map { $0 + memory }
  }
}
