import WMGFramework

// From when a gateway may count the silence of others: not while it is isolated or does not run, and not before it has
// had the time to find out that this is over.
extension Judge {
  /// Until when its core has been able to give anybody up.
  func judgedUntil(_ host: Host) -> MonotonicInstant {
    let truth = host.truth
    if truth.isIsolationKnown, let deafSince = truth.deafSince { return deafSince }
    guard let haltedSince = truth.haltedSince else { return now }
    // Whoever wakes reads what has waited first.
    let isBack = !host.isHalted && truth.wokeAt.map { now > $0 + bounds.takeover } ?? true
    return isBack ? now : haltedSince
  }

  func willHalt(_ host: Host) {
    host.truth.haltedSince = judgedSinceWaking(host) ? now : host.truth.haltedSince ?? now
    // It may not have learnt yet that it is connected.
    if let excused = host.truth.excusedAt, now <= excused + bounds.takeover {
      host.truth.isIsolationKnown = true
    }
  }

  private func judgedSinceWaking(_ host: Host) -> Bool {
    host.truth.wokeAt.map { now > $0 + bounds.takeover } ?? true
  }

  func woke(_ host: Host) {
    if !host.hasCarrier {
      host.truth.isIsolationKnown = true
    } else if host.truth.isIsolationKnown {
      excuseSilence(of: host)
    }
  }

  func isolated(_ host: Host) {
    if !host.truth.isIsolationKnown {
      host.truth.deafSince = judgedUntil(host)
      host.truth.excusedAt = nil
    }
    if !host.isHalted { host.truth.isIsolationKnown = true }
  }

  /// Whoever does not run learns of it when it runs again; or never, if it has not learnt of the isolation either.
  func reconnected(_ host: Host) {
    if !host.isHalted { excuseSilence(of: host) }
  }

  private func excuseSilence(of host: Host) {
    host.truth.isIsolationKnown = false
    guard let deafSince = host.truth.deafSince else { return }
    host.truth.excusedAt = now
    for other in hosts {
      acquaintances[host.index * hosts.count + other.index]
        .excuseSilence(until: now, since: deafSince, bounds)
    }
    if let forged = host.truth.forgedAt, forged + bounds.expiry >= deafSince { host.truth.forgedAt = now }
  }
}
