/// What became of an attempt to overrun a daemon's netlink sockets.
package struct NetlinkOverrun: Hashable, Sendable {
  package var gateway: Int
  /// How many messages the kernel had no room for; `nil` when there was room for all.
  package var lost: Int?
  /// The daemon's own count before and after; `nil` when it did not answer.
  package var noticedBefore: Int?
  package var noticedAfter: Int?

  package init(gateway: Int, lost: Int? = nil, noticedBefore: Int? = nil, noticedAfter: Int? = nil) {
    self.gateway = gateway
    self.lost = lost
    self.noticedBefore = noticedBefore
    self.noticedAfter = noticedAfter
  }

  package var isNoticed: Bool {
    guard let noticedBefore, let noticedAfter else { return false }
    return noticedAfter > noticedBefore
  }

  /// Whether messages were lost and the daemon says that it has noticed nothing.
  package var isMissed: Bool { lost != nil && noticedBefore != nil && noticedAfter != nil && !isNoticed }
}

extension NetlinkOverrun: CustomStringConvertible {
  package var description: String {
    guard let lost else { return "no netlink overrun: there was room for all messages" }
    let noticed =
      isNoticed ? "noticed" : noticedAfter == nil || noticedBefore == nil ? "no answer" : "not noticed"
    return "netlink overrun, \(lost) messages lost, \(noticed)"
  }
}
