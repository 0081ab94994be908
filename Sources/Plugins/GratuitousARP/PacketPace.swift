import WMGFramework

/// Holds packets to a rate, in portions of at most one tick's worth: switches drop ARP floods.
struct PacketPace {
  /// Packets per second.
  var rate: Int
  private(set) var nextInstant = MonotonicInstant(nanoseconds: 0)

  // Short enough to be no burst for a switch, long enough to cost no CPU.
  private static let tick: Int64 = 20_000_000

  init(rate: Int) {
    self.rate = rate
  }

  /// How many packets may be sent at `now`: none before `nextInstant`, then a tick's worth.
  func budget(at now: MonotonicInstant) -> Int {
    now < nextInstant ? 0 : max(1, rate * Int(Self.tick / 1_000_000) / 1000)
  }

  /// Counts packets sent at `now`.
  mutating func spend(_ packets: Int, at now: MonotonicInstant) {
    guard packets > 0 else { return }
    nextInstant = now + .nanoseconds(Int64(packets) * 1_000_000_000 / Int64(rate))
  }
}
