/// Mistakes that a core makes on purpose, for the negative controls of the simulation: a check that finds none of them
/// checks nothing. Empty in every gateway.
package struct DeliberateFaults: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// After a pause it goes on as if nothing had been.
  package static let noRelistenAfterPause = DeliberateFaults(rawValue: 1 << 0)
  /// A joiner with an incumbent's score takes the VNI, whatever the uids.
  package static let tiesToTheJoiner = DeliberateFaults(rawValue: 1 << 1)
  /// It advertises as soon as it is started.
  package static let advertisesBeforeListening = DeliberateFaults(rawValue: 1 << 2)
  /// Peers are given up before the socket is drained.
  package static let judgesUndrained = DeliberateFaults(rawValue: 1 << 3)
  /// A stopping gateway lets go when its detection time is over, without a margin.
  package static let noStopMargin = DeliberateFaults(rawValue: 1 << 4)
  /// A Go joiner's VNIs are left to it at its first word.
  package static let noHoldForJoiners = DeliberateFaults(rawValue: 1 << 5)
  /// A peer is given up an interval too early.
  package static let expiresEarly = DeliberateFaults(rawValue: 1 << 6)
  /// A peer is given up a detection time too late.
  package static let expiresLate = DeliberateFaults(rawValue: 1 << 7)
  /// After a pause it repairs what has drifted before it knows whose it is.
  package static let repairsWhileSuspended = DeliberateFaults(rawValue: 1 << 8)
  /// After a pause in which nobody was heard it never repairs anything again.
  package static let staysFrozen = DeliberateFaults(rawValue: 1 << 9)
  /// What has failed is not tried again.
  package static let noRetries = DeliberateFaults(rawValue: 1 << 10)
  /// What has drifted is left as it is.
  package static let ignoresDrift = DeliberateFaults(rawValue: 1 << 11)
  /// Peers are remembered without limit.
  package static let unboundedPeers = DeliberateFaults(rawValue: 1 << 12)
  /// After a pause it does not listen to anybody.
  package static let deafWhileSuspended = DeliberateFaults(rawValue: 1 << 13)
  /// After a pause it believes what waited in the socket.
  package static let believesOldPackets = DeliberateFaults(rawValue: 1 << 14)
  /// It listens for a quarter of the detection time.
  package static let listensTooShort = DeliberateFaults(rawValue: 1 << 15)
  /// While it is isolated it takes over what its peers, unheard, had.
  package static let takesOverWhileIsolated = DeliberateFaults(rawValue: 1 << 16)
  /// It never announces again what it holds.
  package static let neverAnnouncesAgain = DeliberateFaults(rawValue: 1 << 17)
  /// Stopping, it leaves everything as it is.
  package static let exitsActive = DeliberateFaults(rawValue: 1 << 18)
  /// Stopping while it is isolated, it does not tell its guard how long it serves on.
  package static let leavesUnannounced = DeliberateFaults(rawValue: 1 << 19)
}
