/// Who is alive, as far as this gateway has heard.
///
/// A peer is *alive* (and in the view), or *joining*: it has spoken, but it is not known to serve yet. Only an older Go
/// daemon joins audibly; waiting for it keeps our VNIs served until it can serve them, and keeps one forged packet from
/// moving anything.
struct Membership {
  struct Peer {
    var firstHeard: MonotonicInstant
    var lastHeard: MonotonicInstant
    var source: IPv4Address
    /// Until when it is waited for; `nil` once it is alive.
    var joinsAt: MonotonicInstant?
  }

  /// What became of one advertisement.
  enum Hearing: Equatable {
    case appeared
    case joining(until: MonotonicInstant)
    case again
    case left
    case refused
    case ignored
  }

  /// Where a membership change came from, for the log.
  enum Change: Equatable {
    case expired(GatewayID)
    case joined(GatewayID)
    case forgotten(GatewayID)
  }

  private let configuration: GatewayConfiguration
  private(set) var peers: [GatewayID: Peer] = [:]
  /// How many advertisements of unknown gateways were turned away because the table was full.
  private(set) var refusals = 0

  init(_ configuration: GatewayConfiguration) {
    self.configuration = configuration
  }

  /// The gateways taken as alive, this one included, in ascending order.
  var view: [GatewayID] {
    ([configuration.uid] + peers.lazy.filter { $0.value.joinsAt == nil }.map(\.key)).sorted()
  }

  /// Whether any peer is alive.
  var hasPeers: Bool { peers.contains { $0.value.joinsAt == nil } }

  /// Takes note of another gateway's advertisement.
  ///
  /// - Parameter presumedIncumbent: The sender may have been serving before we began to listen.
  mutating func hear(_ heard: HeardAdvertisement, presumedIncumbent: Bool) -> Hearing {
    let uid = heard.advertisement.gateway
    let state = heard.advertisement.state
    if state == .leaving { return peers.removeValue(forKey: uid) == nil ? .ignored : .left }
    if state == .listening { return .ignored }
    if var peer = peers[uid] {
      peer.lastHeard = max(peer.lastHeard, heard.receivedAt)
      peer.source = heard.source
      let becameReady = peer.joinsAt != nil && state == .active
      if becameReady { peer.joinsAt = nil }
      peers[uid] = peer
      return becameReady ? .appeared : .again
    }
    guard peers.count < configuration.peerLimit else {
      refusals += 1
      return .refused
    }
    let isReady = state == .active || presumedIncumbent || !configuration.holdsForJoiners
    let joinsAt = isReady ? nil : heard.receivedAt + configuration.detectionTime - configuration.interval
    peers[uid] = Peer(
      firstHeard: heard.receivedAt, lastHeard: heard.receivedAt, source: heard.source, joinsAt: joinsAt)
    return joinsAt.map { .joining(until: $0) } ?? .appeared
  }

  /// The next time at which `judge` may have something to say.
  var nextJudgement: MonotonicInstant? {
    peers.values.lazy.map { $0.joinsAt ?? expiry(of: $0) }.min()
  }

  /// Gives up and admits peers, knowing all that was received until `time`.
  mutating func judge(through time: MonotonicInstant) -> [Change] {
    var changes: [Change] = []
    for (uid, peer) in peers {
      if let joinsAt = peer.joinsAt {
        guard joinsAt <= time else { continue }
        // A burst is one saying; only a later advertisement shows that somebody is there.
        if peer.lastHeard - peer.firstHeard >= configuration.interval / 2, expiry(of: peer) > time {
          peers[uid]?.joinsAt = nil
          changes.append(.joined(uid))
        } else {
          peers[uid] = nil
          changes.append(.forgotten(uid))
        }
      } else if expiry(of: peer) <= time {
        peers[uid] = nil
        changes.append(.expired(uid))
      }
    }
    return changes
  }

  /// Counts every peer's silence from `time` on.
  mutating func excuseSilence(until time: MonotonicInstant) {
    peers = peers.mapValues { peer in
      var peer = peer
      peer.lastHeard = max(peer.lastHeard, time)
      return peer
    }
  }

  /// Forgets everybody: what was known is out of date.
  mutating func forgetAll() {
    peers.removeAll()
  }

  private func expiry(of peer: Peer) -> MonotonicInstant {
    peer.lastHeard + configuration.detectionTime + configuration.expiryGrace
  }
}
