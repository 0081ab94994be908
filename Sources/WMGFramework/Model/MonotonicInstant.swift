/// A point on the clock that never goes back and counts while the machine sleeps (CLOCK_BOOTTIME on Linux).
///
/// The core never reads a clock: every instant comes in with an event, so a simulation can make them up.
public struct MonotonicInstant: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Nanoseconds since an arbitrary start.
  public let nanoseconds: Int64

  /// Takes nanoseconds since an arbitrary start.
  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// A later (or, for a negative duration, earlier) instant.
  @inlinable
  public static func + (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: instant.nanoseconds &+ duration.nanoseconds)
  }

  /// An earlier instant.
  @inlinable
  public static func - (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: instant.nanoseconds &- duration.nanoseconds)
  }

  /// The time from `rhs` to `lhs`, negative if `lhs` is the earlier one.
  @inlinable
  public static func - (lhs: MonotonicInstant, rhs: MonotonicInstant) -> Duration {
    .nanoseconds(lhs.nanoseconds &- rhs.nanoseconds)
  }

  /// Orders by time.
  @inlinable
  public static func < (lhs: MonotonicInstant, rhs: MonotonicInstant) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// Seconds since the start, to the millisecond.
  public var description: String {
    let milliseconds = nanoseconds / 1_000_000
    let fraction = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction + "s"
  }
}

extension Duration {
  /// The duration in whole nanoseconds; ± 292 years fit.
  @inlinable
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}
