import Logging

// What the core concludes, once all events of a turn are noted: who is alive, which phase comes next.
extension GatewayCore {
  mutating func judge(at now: MonotonicInstant) {
    if case .stopped = phase { return }
    judgeMembership(at: now)
    switch phase {
    case .listening(let since): judgeListening(since: since, at: now)
    case .claiming(let until):
      guard now >= until, hasDrained(through: until, at: now) else { break }
      phase = .active
      servesSince = now
      say(.info, "active", ["view": describe(membership.view)])
      reassign(at: now)
    case .active:
      finishHandovers(at: now)
      if let until = reassignsFrom {
        guard now >= until, hasDrained(through: until, at: now) else { break }
        reassignsFrom = nil
      }
      reassign(at: now)
    case .suspended(let since): judgeSuspension(since: since, at: now)
    case .leaving(let until): judgeLeaving(until: until, at: now)
    case .standingBy(let since, let exitCode): judgeStandingBy(since: since, exitCode: exitCode, at: now)
    case .awaitingPeer, .stopped: break
    }
    // Nothing may follow the exit.
    if case .stopped = phase { return }
    directives += flush(at: now)
    noteTakeoverDone(at: now)
  }

  /// The commands that are due, with the VNIs' owners as far as they are known.
  mutating func flush(at now: MonotonicInstant) -> [Directive] {
    let assignment = assignment
    let uid = configuration.uid
    return ownership.flush(at: now) { index in
      // Of what goes nobody knows who has it next.
      guard !assignment.gateways.isEmpty, assignment.vnis.indices.contains(index) else { return nil }
      let owner = assignment.owner(at: index)
      return owner == uid ? nil : owner
    }
  }

  /// Expiry is judged by what was received, not by what has been read: first the socket is drained.
  mutating func judgeMembership(at now: MonotonicInstant) {
    // Whoever hears nothing cannot tell who is silent.
    guard isolation == nil || deliberateFaults.contains(.takesOverWhileIsolated) else { return }
    switch phase {
    case .suspended, .awaitingPeer, .standingBy, .stopped: return
    case .listening, .claiming, .active, .leaving: break
    }
    // Another one may have fallen due while the socket was drained: no later event would tell of it.
    while let due = membership.dueJudgement(at: now), hasDrained(through: due, at: now) {
      judgeMembership(through: max(drainedThrough ?? due, due))
    }
  }

  private mutating func judgeMembership(through time: MonotonicInstant) {
    for change in membership.judge(through: time) {
      switch change {
      case .expired(let uid):
        noteView("\(uid) expired")
        peerLog.add(.warning, "peer expired", ["uid": "\(uid)"])
      case .joined(let uid):
        noteView("\(uid) joined")
        peerLog.add(.info, "peer joined", ["uid": "\(uid)"])
      case .forgotten(let uid):
        peerLog.add(.info, "peer forgotten: it spoke once and not again", ["uid": "\(uid)"])
      }
    }
  }

  /// Whether everything received until `time` is known; if not, it is asked for.
  mutating func hasDrained(through time: MonotonicInstant, at now: MonotonicInstant) -> Bool {
    if deliberateFaults.contains(.judgesUndrained) { return true }
    // An answer from before a pause says nothing about now.
    if let drained = drainedThrough, drained >= time, now - drained < configuration.detectionTime {
      return true
    }
    // Asked once; and again in case the answer got lost, which costs nothing.
    if drainAsked.map({ now - $0 >= configuration.interval || $0 < time }) ?? true {
      drainAsked = now
      directives.append(.drain)
    }
    return false
  }

  mutating func judgeListening(since: MonotonicInstant?, at now: MonotonicInstant) {
    guard let since else { return }
    let until =
      since + configuration.detectionTime / (deliberateFaults.contains(.listensTooShort) ? 4 : 1)
    guard now >= until, hasDrained(through: until, at: now) else { return }
    guard ownership.awaited == 0 else {
      complainOfStandby(at: now)
      return
    }
    viewReasons = ["joined"]
    advertise(.on)
    // The discovery will say when it has advertised; until then the gap counts from here.
    lastAdvertised = now
    membership.admitProvenJoiners()
    if membership.hasPeers {
      phase = .active
      servesSince = now
      say(.info, "active", ["view": describe(membership.view)])
      // Who owned what until now, so that the log can say from whom it is taken.
      _ = assignment.update(to: membership.view.filter { $0 != configuration.uid })
      reassign(at: now)
    } else {
      phase = .claiming(until: now + configuration.effectiveClaimDelay)
      say(.info, "nobody heard; claiming", ["after": "\(seconds(configuration.effectiveClaimDelay))"])
    }
  }

  mutating func complainOfStandby(at now: MonotonicInstant) {
    guard standbyComplaintAt.map({ now >= $0 }) ?? true else { return }
    standbyComplaintAt = now + .seconds(5)
    say(
      .warning, "waiting for effectors to make everything standby before advertising",
      ["waiting": "\(ownership.awaited)"])
  }

  /// Serves on with what is held. What others held is left alone for a claim delay: they may have been away as long,
  /// and would each take everything.
  mutating func judgeSuspension(since: MonotonicInstant, at now: MonotonicInstant) {
    let until = since + configuration.detectionTime
    guard isolation == nil, now >= until, hasDrained(through: until, at: now) else { return }
    membership.forgetAll()
    ownership.isFrozen = deliberateFaults.contains(.staysFrozen)
    // Nobody was heard, so there is nobody to hand over to.
    keep(handovers.cancelAll())
    phase = .active
    advertise(.on)
    lastAdvertised = now
    say(.notice, "nobody heard: serving on", ["held": "\(ownership.wantedCount)"])
    viewReasons = ["nobody heard after a pause"]
    reassignsFrom = now + configuration.effectiveClaimDelay
    announceHeldAgain()
  }
}
