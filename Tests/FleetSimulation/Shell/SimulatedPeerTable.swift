import WMGFramework

/// The uids heard of late, bounded; mirrors `PeerTable` of UDPBroadcast: when it is full, known uids still pass, and one
/// that can serve takes the place of one that has spoken once.
struct SimulatedPeerTable {
  private struct Peer {
    var lastHeard: MonotonicInstant
    var isEstablished: Bool
  }

  let limit: Int
  let memory: Duration
  private var peers: [GatewayID: Peer] = [:]

  init(limit: Int, memory: Duration) {
    self.limit = limit
    self.memory = memory
  }

  mutating func admit(_ gateway: GatewayID, canServe: Bool, at now: MonotonicInstant) -> Bool {
    if let known = peers[gateway] {
      peers[gateway] = Peer(lastHeard: max(known.lastHeard, now), isEstablished: true)
      return true
    }
    if peers.count >= limit { peers = peers.filter { now - $0.value.lastHeard <= memory } }
    if peers.count >= limit, canServe { makeRoom() }
    guard peers.count < limit else { return false }
    peers[gateway] = Peer(lastHeard: now, isEstablished: canServe)
    return true
  }

  private mutating func makeRoom() {
    // The same one every time, also if two were heard at once.
    let least = peers.lazy.filter { !$0.value.isEstablished }
      .min { ($0.value.lastHeard, $0.key) < ($1.value.lastHeard, $1.key) }
    if let least { peers[least.key] = nil }
  }
}
