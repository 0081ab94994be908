import WMGFramework

/// How well one machine has heard another, as its kernel knows.
struct Acquaintance {
  /// When the last packet arrived.
  var last: MonotonicInstant?
  /// From when its silence counts: since the last packet, or since one can hear, and runs, again.
  var countedFrom: MonotonicInstant?
  /// When the first one arrived after a gap in which the other may have been given up; for a Go daemon, the one that
  /// its joining is counted from.
  var since: MonotonicInstant?
  /// When the first one arrived after a gap in which the other must have been given up.
  var steadySince: MonotonicInstant?
  /// Since when no two intervals have passed without a packet.
  var unbrokenSince: MonotonicInstant?
  /// When the first of those packets was sent that have been lost since the last arrived.
  var lostSince: MonotonicInstant?
  /// How many of them there are; a burst counts as one.
  var lostCount = 0
  private(set) var lastLost: MonotonicInstant?
  /// When the last of those packets arrives that are late and under way, or have been.
  var lateUntil: MonotonicInstant?
  /// Whether the last that arrived was late, and says nothing of how the other is now.
  private(set) var isLastLate = false
  /// When one last arrived that was.
  private(set) var lateAt: MonotonicInstant?

  /// - Parameters:
  ///   - judgedUntil: Until when the listener has been able to give the other up.
  ///   - awakeSince: In a gap that it slept through it has given up nobody, for it takes note of what arrived before it
  ///     judges.
  mutating func arrived(
    at now: MonotonicInstant, judgedUntil: MonotonicInstant, awakeSince: MonotonicInstant?, _ bounds: Bounds,
    isGo: Bool, isLate: Bool
  ) {
    let isNew = last.map { now - $0 >= bounds.detectionTime - bounds.skew } ?? true
    if last.map({ now - $0 >= bounds.interval * 2 - bounds.skew }) ?? true { unbrokenSince = now }
    let isGivenUp = countedFrom.map { counted in
      judgedUntil > max(counted + bounds.expiry, awakeSince.map { $0 + bounds.takeover } ?? counted)
    }
    if isGivenUp ?? true { steadySince = now }
    // Spoke once and not again: the core forgets such a joiner, and waits anew.
    let isForgotten =
      isGo
      && since.map { now > $0 + bounds.hold - bounds.skew && (last ?? $0) - $0 < bounds.interval / 2 }
        ?? false
    if isNew || isForgotten { since = now }
    last = now
    isLastLate = isLate
    if isLate { lateAt = now }
    countedFrom = now
    lostSince = nil
    lastLost = nil
    lostCount = 0
  }

  /// What was heard counts no more; what has been lost is lost.
  mutating func forget() {
    last = nil
    countedFrom = nil
    since = nil
    steadySince = nil
    unbrokenSince = nil
  }

  /// While nothing could be heard, silence proved nothing.
  mutating func excuseSilence(
    until now: MonotonicInstant, since deafSince: MonotonicInstant, _ bounds: Bounds
  ) {
    guard let counted = countedFrom, counted + bounds.expiry >= deafSince else { return }
    countedFrom = now
  }

  mutating func lost(at now: MonotonicInstant, _ bounds: Bounds) {
    lostSince = lostSince ?? now
    if lastLost.map({ now - $0 > bounds.burst }) ?? true { lostCount += 1 }
    lastLost = now
  }
}
