import WMGFramework

/// The uids heard of late, bounded; mirrors `PeerTable` of UDPBroadcast: when it is full, known uids still pass.
struct SimulatedPeerTable {
  let limit: Int
  let memory: Duration
  private var lastHeard: [GatewayID: MonotonicInstant] = [:]

  init(limit: Int, memory: Duration) {
    self.limit = limit
    self.memory = memory
  }

  var count: Int { lastHeard.count }

  mutating func admit(_ gateway: GatewayID, at now: MonotonicInstant) -> Bool {
    if let known = lastHeard[gateway] {
      lastHeard[gateway] = max(known, now)
      return true
    }
    if lastHeard.count >= limit { lastHeard = lastHeard.filter { now - $0.value <= memory } }
    guard lastHeard.count < limit else { return false }
    lastHeard[gateway] = now
    return true
  }
}
