import WMGFramework

/// The uids heard of late, bounded: when it is full, unknown uids are turned away and known ones still pass, so that a
/// flood of forged uids makes nobody forget a peer. Nor does it keep anybody from being heard who can serve: that one
/// takes the place of a uid that has spoken once and may never again.
struct PeerTable {
  private struct Peer {
    var lastHeard: MonotonicInstant
    /// Has spoken more than once, or can serve.
    var isEstablished: Bool
  }

  let limit: Int
  /// A uid unheard for that long is forgotten.
  let memory: Duration
  private var peers: [GatewayID: Peer] = [:]
  private var establishedCount = 0
  // No entry can be forgotten before; spares a full table a search per unknown uid.
  private var nothingExpiresBefore: MonotonicInstant?

  init(limit: Int, memory: Duration) {
    self.limit = limit
    self.memory = memory
  }

  var count: Int { peers.count }

  /// Notes that `gateway` was heard; `false` if it is unknown and there is no room for it.
  mutating func admit(_ gateway: GatewayID, canServe: Bool, at now: MonotonicInstant) -> Bool {
    if var known = peers[gateway] {
      known.lastHeard = max(known.lastHeard, now)
      if !known.isEstablished { establishedCount += 1 }
      known.isEstablished = true
      peers[gateway] = known
      return true
    }
    if peers.count >= limit { forgetSilent(at: now) }
    if peers.count >= limit, canServe { makeRoom() }
    guard peers.count < limit else { return false }
    peers[gateway] = Peer(lastHeard: now, isEstablished: canServe)
    establishedCount += canServe ? 1 : 0
    nothingExpiresBefore = min(nothingExpiresBefore ?? now + memory, now + memory)
    return true
  }

  private mutating func forgetSilent(at now: MonotonicInstant) {
    if let nothingExpiresBefore, now <= nothingExpiresBefore { return }
    peers = peers.filter { now - $0.value.lastHeard <= memory }
    establishedCount = peers.values.count { $0.isEstablished }
    nothingExpiresBefore = peers.values.map(\.lastHeard).min().map { $0 + memory }
  }

  /// Forgets one that has spoken once, if there is one: the one unheard for longest.
  private mutating func makeRoom() {
    guard establishedCount < peers.count else { return }
    let least = peers.lazy.filter { !$0.value.isEstablished }.min { $0.value.lastHeard < $1.value.lastHeard }
    if let least { peers[least.key] = nil }
  }
}
