import WMGFramework

/// Lets one log line per subject and minute pass, with the number of events it stands for.
struct OncePerMinute<Subject: Hashable> {
  private var lastPassed: [Subject: MonotonicInstant] = [:]
  private var held: [Subject: Int] = [:]

  /// Counts `events`; how many there were since the last line, or `nil` while it is too early for another.
  mutating func pass(_ subject: Subject, events: Int = 1, at now: MonotonicInstant) -> Int? {
    held[subject, default: 0] += events
    if let last = lastPassed[subject], now - last < .seconds(60) { return nil }
    lastPassed[subject] = now
    return held.removeValue(forKey: subject)
  }
}
