import Glibc
public import WMGFramework

/// CLOCK_BOOTTIME: monotonic, and unlike CLOCK_MONOTONIC it goes on while the machine is suspended, so that a gateway
/// which slept finds out that its peers have given it up.
public enum BootTimeClock {
  /// The time now.
  public static var now: MonotonicInstant {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
