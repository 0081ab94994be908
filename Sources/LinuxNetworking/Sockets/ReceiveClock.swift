import Glibc
public import WMGFramework

/// Turns the kernel's receive stamps, which are wall-clock time, into monotonic instants.
///
/// A stamp is taken for what it says of the packet's age. A packet cannot be younger than now, nor older than the last
/// moment at which the socket was seen empty; between these bounds a wall clock that is stepped does no harm.
public struct ReceiveClock: Sendable {
  private let now: MonotonicInstant
  private let realtime: Int64

  /// Reads both clocks together.
  public init() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    self.init(now: BootTimeClock.now, realtime: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// Takes both clocks' readings; `realtime` is in nanoseconds since 1970.
  public init(now: MonotonicInstant, realtime: Int64) {
    self.now = now
    self.realtime = realtime
  }

  /// When a packet with this stamp was received; a stamp of 0 stands for none, and then it is now.
  public func receiveTime(stamp: Int64, socketEmptyAt empty: MonotonicInstant) -> MonotonicInstant {
    guard stamp != 0 else { return now }
    let age = Duration.nanoseconds(realtime &- stamp)
    return max(min(empty, now), min(now, now - age))
  }
}
