import WMGFramework

/// One machine's clock: it starts anywhere and runs a little too fast or too slow, as CLOCK_BOOTTIME does.
struct HostClock {
  /// How much faster than the world's it runs, in parts per million.
  let partsPerMillion: Int64
  let offset: Int64

  /// What it shows at a moment of the world.
  func local(_ world: MonotonicInstant) -> MonotonicInstant {
    let time = world.nanoseconds
    return MonotonicInstant(nanoseconds: time + offset + time / 1_000_000 * partsPerMillion)
  }

  /// The first moment of the world at which it shows `local` or more.
  func world(_ local: MonotonicInstant) -> MonotonicInstant {
    let estimate = (local.nanoseconds - offset) / (1_000_000 + partsPerMillion) * 1_000_000
    var moment = MonotonicInstant(nanoseconds: max(0, estimate))
    while self.local(moment) < local {
      moment = MonotonicInstant(
        nanoseconds: moment.nanoseconds + max(1, local.nanoseconds - self.local(moment).nanoseconds))
    }
    return moment
  }
}
