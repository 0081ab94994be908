import WMGFramework

/// The deadlines of periodic advertisements: start + n · interval, whatever happened on the way, so that nothing
/// drifts. Deadlines that have passed are skipped: a late advertisement is not followed by a bunch.
struct AdvertisementSchedule {
  let interval: Duration
  private(set) var next: MonotonicInstant

  init(interval: Duration, from start: MonotonicInstant) {
    self.interval = interval
    next = start + interval
  }

  /// Moves on to the first deadline after `now`; how late `now` is for the one it leaves behind.
  mutating func advance(at now: MonotonicInstant) -> Duration {
    let lateness = now - next
    let missed = max(0, lateness.nanoseconds / interval.nanoseconds)
    next = next + interval * Int(missed + 1)
    return lateness
  }
}
