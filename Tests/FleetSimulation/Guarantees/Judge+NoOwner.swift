import WMGFramework

// Why a VNI may be without an owner: the first of those that serve has a reason not to have it, or nobody serves.
extension Judge {
  func causeOfNone(_ vni: Int, at moment: MonotonicInstant) -> Cause? {
    guard let first = serving.first else { return causeOfNobodyNow }
    guard scenario.strategy.hasCommonRanking else {
      guard areViewsSettled(at: moment) else { return .unequalViews }
      let owner = world.owners(in: serving.map(\.uid).sorted())[vni]
      return serving.first { $0.uid == owner }.flatMap {
        reasonNotToHold($0, vni, at: moment, depth: hosts.count)
      }
    }
    let best = serving.dropFirst().reduce(first) { outranks($1, $0, vni) ? $1 : $0 }
    return reasonNotToHold(best, vni, at: moment, depth: 0)
  }

  /// Nobody serves: everyone that could has begun too late to serve already.
  func causeOfNobody(at moment: MonotonicInstant) -> Cause? {
    for host in hosts {
      guard host.isRunning, !host.isHalted, host.hasCarrier else { continue }
      if host.process?.isEnding == true || host.truth.stopAskedAt != nil { continue }
      if let until = host.truth.troubleUntil, moment <= until + bounds.lonelyStart { continue }
      let truth = host.truth
      let ready =
        [truth.startedAt, truth.wokeAt, truth.reconnectedAt, truth.rejoinedAt, truth.staleSince]
        .compactMap { $0 }.max() ?? world.start
      if moment > ready
        + max(bounds.lonelyStart, host.goDaemon == nil ? .zero : GoDaemon.memory + bounds.takeover)
      {
        return nil
      }
    }
    return .nobodyServes
  }

  /// Why a gateway that serves, and ranks before all others that do, may not hold a VNI.
  private func reasonNotToHold(_ host: Host, _ vni: Int, at moment: MonotonicInstant, depth: Int) -> Cause? {
    let truth = host.truth
    func within(_ duration: Duration, of start: MonotonicInstant?) -> Bool {
      start.map { moment <= $0 + duration } ?? false
    }
    let takeover = bounds.takeover
    if isTroubled(host, vni, at: moment) { return .effector }
    if within(takeover, of: truth.driftedAt[vni]) { return .drift }
    if truth.guardFiredAt != nil, within(takeover, of: truth.resumedAt) { return .pause }
    if within(takeover, of: truth.servingSince) { return .join }
    if host.isHalted || within(takeover, of: truth.wokeAt) { return .pause }
    if !host.hasCarrier || within(takeover, of: truth.reconnectedAt) { return .isolation }
    if within(bounds.claimDelay + takeover, of: truth.resumedAt) { return .resumption }
    let memory = host.goDaemon == nil ? bounds.expiry : GoDaemon.memory + takeover
    // While nothing could be heard, silence proved nothing.
    func counted(_ heard: MonotonicInstant?) -> MonotonicInstant? {
      guard let heard, let deafSince = truth.deafSince, let back = truth.excusedAt else { return heard }
      return deafSince <= heard + memory ? max(heard, back) : heard
    }
    if within(memory, of: counted(truth.forgedAt)) { return .forged }
    // Former uids are still taken for alive.
    for (uid, words) in formerWords {
      guard let word = words[host.index], within(memory, of: counted(word.arrivedAt)),
        outranks(uid, host.uid, vni)
      else { continue }
      return word.isLate ? .delay : .crash
    }
    guard depth < hosts.count else { return nil }
    for other in hosts where other !== host && outranks(other, host, vni) {
      let known = acquaintance(of: host, with: other)
      guard within(memory, of: known.countedFrom) else { continue }
      if let cause = reasonForAbsence(of: other, from: vni, seenBy: host, at: moment, depth) {
        // It would have given the other up, had it not been deaf meanwhile.
        return within(memory, of: known.last) ? cause : .isolation
      }
    }
    return nil
  }

  /// Whether another gateway speaks, or has just spoken, under the same uid.
  private func isSharedUID(of host: Host, at moment: MonotonicInstant) -> Bool {
    hosts.contains { other in
      guard other !== host, other.uid == host.uid, let sent = other.truth.lastSentAt else { return false }
      return moment <= sent + bounds.expiry + bounds.lateness
    }
  }

  /// Why a gateway that another one has heard, and leaves a VNI to, may not hold it.
  private func reasonForAbsence(
    of host: Host, from vni: Int, seenBy observer: Host, at moment: MonotonicInstant, _ depth: Int
  ) -> Cause? {
    let truth = host.truth
    if truth.wasRefused { return .refusal }
    if isTroubled(host, vni, at: moment) { return .effector }
    if let drifted = truth.driftedAt[vni], moment <= drifted + bounds.takeover { return .drift }
    if let woke = truth.wokeAt, moment <= woke + bounds.takeover { return .pause }
    if isSharedUID(of: host, at: moment) { return .duplicateUID }
    // Whoever could hear nothing could not tell that it had fallen silent.
    if let left = truth.leavingSince, let back = observer.truth.reconnectedAt, back > left {
      return .isolation
    }
    // It takes nothing any more, and the observer does not know that yet: somebody else's VNI fell to it.
    if let left = truth.leavingSince, !host.interfaces[vni].isUp,
      moment + bounds.skew >= (truth.lastSentAt ?? left) + bounds.detectionTime
    {
      let gaveUp = truth.takenAt[vni] ?? world.start
      // It may have left it to somebody else before that, who is gone now.
      let hadReason =
        gaveUp <= actedOnView(host) + bounds.overlap + bounds.skew + bounds.takeover
        && gaveUp <= (truth.lastSentAt ?? left) + bounds.detectionTime + bounds.takeover
      if gaveUp < left || hadReason { return .crash }
    }
    let isLate = acquaintance(of: observer, with: host).isLastLate
    guard host.isRunning else {
      // What it said before keeps it alive.
      if isLate { return .delay }
      return truth.hasLeft && truth.wasServingAtStop ? nil : .crash
    }
    if host.isHalted { return .pause }
    if let daemon = host.goDaemon {
      let isObserverNew =
        observer.goDaemon != nil || (observer.truth.servingSince ?? world.start) >= daemon.startedAt
        // It was started again before anybody had noticed that it was gone.
        || acquaintance(of: observer, with: host).steadySince.map { $0 < daemon.startedAt } ?? false
      if moment <= daemon.startedAt + GoDaemon.memory + bounds.takeover {
        if isObserverNew { return .goDaemon }
        // What the one before it said is taken for its first word.
        if let late = acquaintance(of: observer, with: host).lateAt, late >= daemon.startedAt {
          return .delay
        }
      }
    } else if case .claiming = host.process?.phase {
      return moment <= (truth.claimingSince ?? moment) + bounds.claimDelay + bounds.skew + bounds.takeover
        ? .claim : nil
    } else if case .leaving = host.process?.phase {
      // It serves on, but for what it leaves to others as anybody would.
      return reasonNotToHold(host, vni, at: moment, depth: depth + 1)
    } else if case .standingBy = host.process?.phase {
      return isLate ? .delay : truth.wasServingAtStop ? nil : .crash
    } else if !host.isServing {
      if isLate { return .delay }
      // A joiner that has spoken before it could serve has no excuse.
      if truth.lastSentAt != nil, truth.servingSince == nil, truth.claimingSince == nil,
        truth.rejoinedAt == nil
      {
        return nil
      }
      if truth.rejoinedAt != nil || truth.staleSince != nil { return .pause }
      return truth.isolatedAt != nil ? .isolation : .crash
    }
    return reasonNotToHold(host, vni, at: moment, depth: depth + 1)
  }
}
