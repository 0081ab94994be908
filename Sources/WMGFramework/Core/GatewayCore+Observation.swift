// What the simulation sees of a core, beyond its directives.
extension GatewayCore {
  /// Where the gateway stands.
  package var currentPhase: Phase { phase }
  /// For each VNI, by position, whether this gateway should hold it.
  package var wishes: [Bool] { ownership.wanted }
  /// How many of them it should hold.
  package var wishCount: Int { ownership.wantedCount }
  /// How many peers it remembers; bounded by the configuration's limit.
  package var peerCount: Int { membership.peers.count }
  /// How many entries it keeps of what it has heard and been told; bounded, whatever that was.
  package var rememberedCount: Int {
    membership.peers.count + ownership.entryCount + handovers.entryCount + reassigned.count
      + viewReasons.count + advice.count
  }
}

extension Ownership {
  var entryCount: Int {
    failures.count + dirty.count + drifts.count + drifted.count + departing.count + preparing.count
      + abandoned.count + pendingReleases.reduce(0) { $0 + $1.indices.count }
  }
}
