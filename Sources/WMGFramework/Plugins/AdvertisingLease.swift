import Synchronization

/// Ties the heartbeat to life: the core renews the lease at every turn, and a heartbeat without a lease falls silent.
///
/// Otherwise a gateway whose core hangs would go on advertising, and nobody would take over from it.
public final class AdvertisingLease: Sendable {
  private let expiry: Atomic<Int64>

  /// A lease that runs until `expiry`.
  public init(until expiry: MonotonicInstant) {
    self.expiry = Atomic(expiry.nanoseconds)
  }

  /// Makes the lease run until `expiry`; called by the core's thread alone.
  public func renew(until expiry: MonotonicInstant) {
    self.expiry.store(expiry.nanoseconds, ordering: .releasing)
  }

  /// Whether the lease still runs at `now`.
  public func isValid(at now: MonotonicInstant) -> Bool {
    now.nanoseconds < expiry.load(ordering: .acquiring)
  }
}
