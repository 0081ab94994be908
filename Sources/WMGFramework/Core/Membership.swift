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
    /// It may have been there before us: it counts as soon as it is heard again, and nothing is held for it.
    var isPresumedIncumbent = false
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

  var deliberateFaults: DeliberateFaults = []
  /// Another one may come while the gateway runs.
  var configuration: GatewayConfiguration
  private(set) var peers: [GatewayID: Peer] = [:]
  /// The gateways taken as alive, this one included, in ascending order. Kept, because it is asked for at every turn.
  private(set) var view: [GatewayID]
  /// The next time at which `judge` may have something to say, or an earlier one: a peer that is heard again is due
  /// later, and to find that out can wait until then.
  private(set) var nextJudgement: MonotonicInstant?
  /// How many advertisements of unknown gateways were turned away because the table was full.
  private(set) var refusals = 0

  init(_ configuration: GatewayConfiguration) {
    self.configuration = configuration
    view = [configuration.uid]
  }

  /// Whether any peer is alive.
  var hasPeers: Bool { view.count > 1 }

  /// Whether anybody has spoken who is not forgotten yet, alive or joining.
  var knowsAnybody: Bool { !peers.isEmpty }

  /// Takes note of another gateway's advertisement.
  ///
  /// - Parameter presumedIncumbent: The sender may have been serving before we began to listen.
  mutating func hear(_ heard: HeardAdvertisement, presumedIncumbent: Bool) -> Hearing {
    let uid = heard.advertisement.gateway
    let state = heard.advertisement.state
    // Whoever is listening serves nothing either: a peer that was alive has started over.
    if state == .leaving || state == .listening { return remove(uid) == nil ? .ignored : .left }
    if var peer = peers[uid] {
      peer.lastHeard = max(peer.lastHeard, heard.receivedAt)
      peer.source = heard.source
      let becameReady =
        peer.joinsAt != nil
        && (state == .active || (peer.isPresumedIncumbent && hasBeenHeardAgain(peer)))
      peers[uid] = peer
      if becameReady { admit(uid) }
      return becameReady ? .appeared : .again
    }
    guard
      peers.count < configuration.peerLimit || (state == .active && makeRoom())
        || deliberateFaults.contains(.unboundedPeers)
    else {
      refusals += 1
      return .refused
    }
    let isReady =
      state == .active || !configuration.holdsForJoiners || deliberateFaults.contains(.noHoldForJoiners)
    let wait = presumedIncumbent ? configuration.detectionTime + configuration.expiryGrace : hold
    let peer = Peer(
      firstHeard: heard.receivedAt, lastHeard: heard.receivedAt, source: heard.source,
      joinsAt: heard.receivedAt + wait, isPresumedIncumbent: presumedIncumbent)
    peers[uid] = peer
    if isReady { admit(uid) }
    let due = isReady ? expiry(of: peer) : heard.receivedAt + wait
    nextJudgement = min(nextJudgement ?? due, due)
    if isReady { return .appeared }
    // One packet proves nothing, whenever it comes: it may be forged.
    return presumedIncumbent ? .ignored : .joining(until: due)
  }

  /// A burst is one saying; only a later advertisement shows that somebody is there.
  private func hasBeenHeardAgain(_ peer: Peer) -> Bool {
    peer.lastHeard - peer.firstHeard >= configuration.interval / 2
  }

  /// Forgets one that is not alive, so that one that can serve is heard whatever is forged: the greatest uid of those
  /// that have spoken once, if there is one.
  private mutating func makeRoom() -> Bool {
    guard peers.count >= view.count else { return false }
    let unproven = peers.filter { $0.value.joinsAt != nil && !hasBeenHeardAgain($0.value) }.keys.max()
    guard let unproven else { return false }
    peers[unproven] = nil
    return true
  }

  /// How long a joiner is waited for: D − I, but never less than the second advertisement takes.
  private var hold: Duration {
    max(
      configuration.detectionTime - configuration.interval, configuration.interval + configuration.expiryGrace
    )
  }

  /// The time by which everything received has to be known, so that `judge` can be asked at `now`; `nil` if nothing is
  /// due.
  mutating func dueJudgement(at now: MonotonicInstant) -> MonotonicInstant? {
    guard let bound = nextJudgement, bound <= now else { return nil }
    nextJudgement = earliestDue
    return nextJudgement.flatMap { $0 <= now ? $0 : nil }
  }

  /// Gives up and admits peers, knowing all that was received until `time`; in ascending order.
  mutating func judge(through time: MonotonicInstant) -> [Change] {
    var changes: [Change] = []
    // Sorted, because the order of a dictionary differs from run to run and that of directives must not.
    for (uid, peer) in peers.sorted(by: { $0.key < $1.key }) {
      if let joinsAt = peer.joinsAt {
        guard joinsAt <= time else { continue }
        if hasBeenHeardAgain(peer), expiry(of: peer) > time {
          admit(uid)
          changes.append(.joined(uid))
        } else {
          remove(uid)
          changes.append(.forgotten(uid))
        }
      } else if expiry(of: peer) <= time {
        remove(uid)
        changes.append(.expired(uid))
      }
    }
    nextJudgement = earliestDue
    return changes
  }

  /// Takes joiners that have spoken more than once as alive; for when we listened only, so that nothing of ours is held
  /// for them. One whose first packet was lost may well have been there before us.
  mutating func admitProvenJoiners() {
    for (uid, peer) in peers.sorted(by: { $0.key < $1.key })
    where peer.joinsAt != nil && hasBeenHeardAgain(peer) {
      admit(uid)
    }
  }

  /// Counts the silence of every peer that is alive from `time` on. A joiner has to be heard again all the same.
  mutating func excuseSilence(until time: MonotonicInstant) {
    peers = peers.mapValues { peer in
      guard peer.joinsAt == nil else { return peer }
      var peer = peer
      peer.lastHeard = max(peer.lastHeard, time)
      return peer
    }
  }

  /// Forgets everybody: what was known is out of date.
  mutating func forgetAll() {
    peers.removeAll()
    view = [configuration.uid]
    nextJudgement = nil
  }

  private var earliestDue: MonotonicInstant? {
    peers.values.lazy.map { $0.joinsAt ?? expiry(of: $0) }.min()
  }

  private mutating func admit(_ uid: GatewayID) {
    guard peers[uid]?.joinsAt != nil else { return }
    peers[uid]?.joinsAt = nil
    view.insert(uid, at: place(of: uid))
  }

  @discardableResult
  private mutating func remove(_ uid: GatewayID) -> Peer? {
    guard let peer = peers.removeValue(forKey: uid) else { return nil }
    if peer.joinsAt == nil { view.remove(at: place(of: uid)) }
    return peer
  }

  /// Where in the view a uid is or belongs.
  private func place(of uid: GatewayID) -> Int {
    var low = 0
    var high = view.count
    while low < high {
      let middle = (low + high) / 2
      if view[middle] < uid { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func expiry(of peer: Peer) -> MonotonicInstant {
    var silence = configuration.detectionTime + configuration.expiryGrace
    if deliberateFaults.contains(.expiresEarly) { silence = silence - configuration.interval }
    if deliberateFaults.contains(.expiresLate) { silence = silence + configuration.detectionTime }
    return peer.lastHeard + silence
  }
}
