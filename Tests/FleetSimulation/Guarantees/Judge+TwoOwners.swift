import WMGFramework

// Why a VNI may have two owners: at least one of any two has a reason to hold on, which ends.
extension Judge {
  func causeOfTwo(_ vni: Int, at moment: MonotonicInstant) -> Cause? {
    var cause: Cause?
    var entitled: [Host] = []
    for owner in owners(of: vni) {
      guard let reason = reasonToLinger(owner, vni, at: moment) else {
        entitled.append(owner)
        continue
      }
      cause = cause ?? reason
    }
    for (position, one) in entitled.enumerated() {
      for other in entitled[(position + 1)...] {
        guard let found = causeOfBoth(one, other, vni, at: moment) else { return nil }
        cause = cause ?? found
      }
    }
    return cause
  }

  private func causeOfBoth(_ one: Host, _ other: Host, _ vni: Int, at moment: MonotonicInstant) -> Cause? {
    if one.uid == other.uid { return duplicates(one, other, at: moment) }
    if !scenario.strategy.hasCommonRanking {
      if areViewsSettled(at: moment) { return nil }
      return isHandover(between: one, other, vni, at: moment) ? .overlap : .unequalViews
    }
    let (lower, higher) = outranks(one, other, vni) ? (other, one) : (one, other)
    return reasonNotToKnow(lower, higher, vni, at: moment)
  }

  /// Why a gateway may hold what it is not entitled to, whomever else there is.
  func reasonToLinger(_ host: Host, _ vni: Int, at moment: MonotonicInstant) -> Cause? {
    let truth = host.truth
    let takeover = bounds.takeover
    func within(_ duration: Duration, of start: MonotonicInstant?) -> Bool {
      start.map { moment <= $0 + duration } ?? false
    }
    if isTroubled(host, vni, at: moment) { return .effector }
    guard host.isRunning else {
      // Nobody is left to try again.
      if let cause = truth.leftUp[vni] { return cause }
      guard !truth.hasLeft || isTroubled(host, vni, at: moment) else { return nil }
      return isGuardLate(host, at: moment) ? nil : .crash
    }
    if let daemon = host.goDaemon {
      return within(GoDaemon.work + takeover, of: daemon.startedAt) ? .crash : nil
    }
    if within(takeover, of: truth.startedAt) { return .crash }
    if let drifted = truth.driftedAt[vni],
      isHeldBack(host)
        || moment <= max(
          drifted, truth.rejoinedAt ?? drifted, truth.wokeAt ?? drifted, truth.resumedAt ?? drifted,
          // Suspended, it repairs what has drifted as it lets everything go: at the first packet.
          truth.staleHeardAt ?? drifted)
          + takeover,
      !isGuardLate(host, at: moment) || drifted >= truth.guardFiredAt ?? moment
    {
      return .drift
    }
    let taken = truth.takenAt[vni] ?? world.start
    let wasAtWork = truth.hadWorkInProgress ? takeover : .zero
    if let pausedAt = truth.pausedAt {
      let isLateWork = taken <= pausedAt + wasAtWork || truth.troubleUntil.map { $0 >= pausedAt } ?? false
      return isLateWork && !isGuardLate(host, at: moment) ? .pause : nil
    }
    if within(takeover, of: truth.wokeAt) { return .pause }
    if let staleSince = truth.staleSince {
      let heldOn = taken <= max(truth.wokeAt ?? staleSince, staleSince) + wasAtWork || truth.isolatedAt != nil
      if heldOn, truth.staleHeardAt.map({ moment <= $0 + takeover }) ?? true { return .pause }
    }
    if let isolatedAt = truth.isolatedAt,
      taken <= endOfWork(host, begunBy: isolatedAt) || truth.driftedAt[vni] != nil,
      truth.reconnectedAt.map({ moment <= $0 + takeover }) ?? true
    {
      return .isolation
    }
    // Before its peers' detection time is over it is an owner like any other.
    if let asked = truth.leavingSince {
      let last = max(asked, truth.lastSentAt ?? asked)
      let end = last + bounds.detectionTime + bounds.skew + bounds.stopMargin + bounds.burst + takeover
      let begin = min(asked, truth.lastSentAt ?? asked) + bounds.detectionTime - bounds.skew
      if moment >= begin, moment <= end { return .stopMargin }
    }
    if within(bounds.claimDelay + takeover, of: truth.resumedAt) { return .resumption }
    // What it lets go then is handed over as ever.
    if bounds.overlap > .zero,
      within(bounds.claimDelay + bounds.overlap + takeover, of: truth.resumedAt)
    {
      return .overlap
    }
    return nil
  }

  /// Without a common ranking: whether all views are equal, and whoever holds a VNI that is another's has lost it by a
  /// change of its view no longer ago than the overlap.
  private func isHandover(between one: Host, _ other: Host, _ vni: Int, at moment: MonotonicInstant) -> Bool {
    guard bounds.overlap > .zero, let view = one.process?.view else { return false }
    let areEqual = hosts.allSatisfy { host in
      guard host.isRunning else { return true }
      return host.process?.isActive == true && host.process?.view == view
    }
    guard areEqual else { return false }
    let owner = world.owners(in: view)[vni]
    return [one, other].allSatisfy { host in
      host.uid == owner || moment <= actedOnView(host) + bounds.overlap + bounds.skew + bounds.takeover
    }
  }

  /// When a gateway last acted upon a change of its view: at once, or, if it has resumed, when its claim delay is over.
  func actedOnView(_ host: Host) -> MonotonicInstant {
    [host.truth.viewChangedAt, host.truth.resumedAt.map { $0 + bounds.claimDelay }]
      .compactMap { $0 }.max() ?? world.start
  }

  /// Why one gateway may not know of another that ranks before it.
  private func reasonNotToKnow(
    _ lower: Host, _ higher: Host, _ vni: Int, at moment: MonotonicInstant
  ) -> Cause? {
    // Whoever can hear nobody takes nothing new.
    if let isolated = lower.truth.isolatedAt, !lower.hasCarrier, lower.process != nil,
      let taken = lower.truth.takenAt[vni], taken > endOfWork(lower, begunBy: isolated)
    {
      return nil
    }
    let known = acquaintance(of: lower, with: higher)
    let takeover = bounds.takeover
    let isGoPair = lower.goDaemon != nil
    let memory = (isGoPair ? GoDaemon.memory : bounds.detectionTime) - bounds.skew
    if known.last.map({ moment > $0 + memory }) ?? true {
      if isLosing(known, of: higher, at: moment),
        // A Go daemon knows no grace: it gives up as the last of them is due.
        known.lostCount >= bounds.multiplier - (isGoPair ? 1 : 0) || isNew(higher, to: known)
      {
        return .lostAdvertisements
      }
      if let late = known.lateUntil, moment <= late + takeover { return .delay }
      if !higher.hasCarrier || !lower.hasCarrier { return .isolation }
      if let back = higher.truth.reconnectedAt, moment <= back + bounds.interval + takeover {
        return .isolation
      }
      // Its peers had not heard it before it slept, and it slept too short to begin anew.
      if let woke = higher.truth.wokeAt, moment <= woke + bounds.interval + bounds.skew + takeover {
        return .pause
      }
      // On its way.
      let spoken = max(higher.truth.lastSentAt ?? world.start, higher.truth.servingSince ?? world.start)
      if moment <= spoken + takeover { return .join }
      if let forged = lower.truth.floodedAt, moment <= forged + bounds.expiry { return .forged }
    }
    guard let arrived = known.since else { return nil }
    // A Go joiner that was heard once and not again is forgotten, and waited for anew.
    if higher.goDaemon != nil, lower.process != nil, let last = known.last,
      last - arrived < bounds.interval / 2
    {
      if isLosing(known, of: higher, at: moment) { return .lostAdvertisements }
      if let late = known.lateUntil, moment <= late + takeover { return .delay }
      if moment <= last + bounds.interval + takeover { return .goJoinerHold }
      if !higher.hasCarrier
        || higher.truth.reconnectedAt.map({ moment <= $0 + bounds.interval + takeover }) ?? false
      {
        return .isolation
      }
      if let isolated = lower.truth.isolatedAt, isolated >= arrived,
        lower.truth.reconnectedAt.map({ moment <= $0 + bounds.interval + takeover }) ?? true
      {
        return .isolation
      }
    }
    // What arrived while it did not run, it has known since it runs again.
    var since = max(arrived, lower.truth.wokeAt ?? arrived)
    if moment <= since + takeover { return .join }
    // Nor could it remember anybody new while its table was full of others.
    if let full = fullUntil(lower), arrived <= full + bounds.interval {
      since = max(since, full + bounds.interval)
      if moment <= since + takeover { return .forged }
    }
    if let flooded = lower.truth.floodedAt, moment <= flooded + bounds.expiry { return .forged }
    if higher.goDaemon != nil || scenario.machines[higher.index].isGo, lower.goDaemon == nil,
      moment <= since + bounds.hold + bounds.overlap + bounds.skew + takeover
    {
      return .goJoinerHold
    }
    // A Go joiner's hold that ended while it was isolated ends when it is connected.
    if higher.goDaemon != nil, let isolated = lower.truth.isolatedAt,
      isolated <= since + bounds.hold + takeover,
      let back = lower.truth.reconnectedAt
    {
      since = max(since, back)
    }
    if bounds.overlap > .zero, moment <= since + bounds.overlap + takeover { return .overlap }
    return nil
  }

  /// Whether nothing has arrived since advertisements of the other were lost: once an interval another one is, or arrives.
  /// Whoever is leaving says nothing more.
  private func isLosing(_ known: Acquaintance, of speaker: Host, at moment: MonotonicInstant) -> Bool {
    guard let lost = known.lastLost else { return false }
    return speaker.process?.isLeaving == true
      || moment <= lost + bounds.interval + bounds.skew + bounds.takeover
  }

  /// Whether one has spoken regularly for less long than its silence lasts, so that fewer losses than m are enough.
  private func isNew(_ speaker: Host, to known: Acquaintance) -> Bool {
    guard let last = known.last, speaker.process?.isLeaving != true else { return true }
    let truth = speaker.truth
    return [truth.servingSince, truth.wokeAt, truth.resumedAt, truth.reconnectedAt].contains {
      $0.map { $0 + bounds.interval > last } ?? false
    }
  }

  /// A gateway that cannot know whose a VNI is repairs nothing.
  private func isHeldBack(_ host: Host) -> Bool {
    host.isHalted || (host.truth.staleSince != nil && host.truth.staleHeardAt == nil)
  }

  private func duplicates(_ one: Host, _ other: Host, at moment: MonotonicInstant) -> Cause? {
    let both = [one.truth.servingSince, other.truth.servingSince].compactMap { $0 }.max() ?? moment
    let heard = [
      acquaintance(of: one, with: other).unbrokenSince, acquaintance(of: other, with: one).unbrokenSince,
    ]
    let known = heard.compactMap { $0 }.max() ?? moment
    let end = max(both, known) + bounds.detectionTime + bounds.interval * 2 + bounds.skew + bounds.takeover
    let isLossy =
      isLosing(acquaintance(of: one, with: other), of: other, at: moment)
      || isLosing(acquaintance(of: other, with: one), of: one, at: moment)
    if moment <= end || isLossy { return .duplicateUID }
    let late = [acquaintance(of: one, with: other).lateUntil, acquaintance(of: other, with: one).lateUntil]
    return late.contains { $0.map { moment <= $0 + bounds.takeover } ?? false } ? .delay : nil
  }

  /// Whether there is a guard that should have made everything standby by now.
  func isGuardLate(_ host: Host, at moment: MonotonicInstant) -> Bool {
    guard let warden = host.warden, warden.peersLive else { return false }
    return moment
      > warden.lastTick + bounds.detectionTime + bounds.skew + SimulatedGuard.margin + SimulatedGuard.work
  }

  /// Until when its peer table may be full of forged uids; one that slept meanwhile finds that out when it wakes.
  private func fullUntil(_ host: Host) -> MonotonicInstant? {
    guard let flooded = host.truth.floodedAt else { return nil }
    let end = flooded + bounds.expiry
    guard let halted = host.truth.haltedSince, halted <= end, let woke = host.truth.wokeAt else { return end }
    return max(end, woke)
  }

  /// Until when what a gateway wanted at that time may still be done.
  private func endOfWork(_ host: Host, begunBy moment: MonotonicInstant) -> MonotonicInstant {
    let end = moment + bounds.takeover
    guard let until = host.truth.troubleUntil, until >= moment else { return end }
    return max(end, until)
  }

  func isTroubled(_ host: Host, _ vni: Int, at moment: MonotonicInstant) -> Bool {
    guard let until = host.truth.troubleUntil, moment <= until else { return false }
    return host.truth.troubled.contains(vni)
  }

  /// Whether everybody that runs serves, and all have the same view, long enough to have acted upon it.
  func areViewsSettled(at moment: MonotonicInstant) -> Bool {
    if let settledViews, settledViews.moment == moment { return settledViews.are }
    let are = compareViews(at: moment)
    settledViews = (moment, are)
    return are
  }

  private func compareViews(at moment: MonotonicInstant) -> Bool {
    let running = hosts.filter(\.isRunning)
    let view = running.map(\.uid).sorted()
    return running.allSatisfy { host in
      guard let process = host.process, process.isActive, !host.isHalted, host.hasCarrier else {
        return false
      }
      guard process.view == view else { return false }
      let changed = max(host.truth.viewChangedAt ?? world.start, host.truth.servingSince ?? world.start)
      let begun = host.truth.wasAtWorkAtChange ? bounds.workInProgress : .zero
      return moment > changed + bounds.overlap + bounds.takeover + begun
        && moment > max(host.truth.wokeAt ?? world.start, host.truth.resumedAt ?? world.start)
          + bounds.claimDelay + bounds.takeover
    }
  }
}
