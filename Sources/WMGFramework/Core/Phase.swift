/// Where a gateway stands in its life; each case holds what it waits for.
package enum Phase: Hashable, Sendable {
  /// Silent, everything standby, finding out who is there. `since` is `nil` while nothing can be heard at all.
  case listening(since: MonotonicInstant?)
  /// Nobody was heard: advertising, so that others who start now are heard before anything is taken.
  case claiming(until: MonotonicInstant)
  /// Serving what the assignment gives.
  case active
  /// After a gap of a detection time in its advertisements the gateway cannot know what is its own any more: silent,
  /// holding what it held, until it hears somebody or has listened in vain.
  case suspended(since: MonotonicInstant)
  /// Gave everything up when it was isolated (`IsolationPolicy.release`); waits until peers can be heard, then joins
  /// as at start. To wait for a peer's advertisement even then would be for ever, if all were isolated together.
  case awaitingPeer
  /// Stopping: silent, serving until the peers have taken over.
  case leaving(until: MonotonicInstant)
  /// Stopping: making everything standby.
  case standingBy(since: MonotonicInstant, exitCode: Int32)
  /// The exit has been ordered.
  case stopped

  /// The phase's name in logs and status.
  package var name: String {
    switch self {
    case .listening: "listening"
    case .claiming: "claiming"
    case .active: "active"
    case .suspended: "suspended"
    case .awaitingPeer: "awaiting-peer"
    case .leaving: "leaving"
    case .standingBy: "standing-by"
    case .stopped: "stopped"
    }
  }
}
