import Logging

// How the core deals with having been away: pauses, isolation, and the way back.
extension GatewayCore {
  /// A core that was late finds advertisements among its events that left meanwhile: those are no gap.
  mutating func noticeGap(_ events: [Event], at now: MonotonicInstant) {
    guard var last = lastAdvertised, now - last >= configuration.detectionTime else { return }
    for case .discovery(.advertised(let time)) in events where time > last {
      guard time - last < configuration.detectionTime else { break }
      last = time
    }
    guard now - last >= configuration.detectionTime else { return }
    suspend(at: now)
  }

  mutating func suspend(at now: MonotonicInstant) {
    guard !deliberateFaults.contains(.noRelistenAfterPause) else { return lastAdvertised = now }
    switch phase {
    case .claiming:
      advertise(.off)
      phase = .listening(since: isolation == nil ? now : nil)
    case .active:
      tally.suspensions += 1
      advertise(.off)
      reassignsFrom = nil
      phase = .suspended(since: now)
      freeze()
      say(
        .warning,
        "silent for a detection time: peers that hear each other have taken over; holding until one is heard",
        ["held": "\(ownership.wantedCount)"])
    case .listening, .suspended, .awaitingPeer, .leaving, .standingBy, .stopped: break
    }
  }

  /// After a pause nothing is repaired, because nothing is known. Whoever is isolated by policy holds what it has, and
  /// that includes its repair.
  mutating func freeze() {
    guard case .suspended = phase else { return }
    ownership.isFrozen = isolation == nil && !deliberateFaults.contains(.repairsWhileSuspended)
  }

  mutating func isolate(_ reason: String, at now: MonotonicInstant) {
    guard isolation != reason else { return }
    let isNew = isolation == nil
    isolation = reason
    say(.warning, "isolated", ["reason": reason, "policy": configuration.whenIsolated.rawValue])
    guard isNew else { return }
    switch phase {
    case .listening: phase = .listening(since: nil)
    case .claiming:
      advertise(.off)
      phase = .listening(since: nil)
    case .active, .suspended: followIsolationPolicy(at: now)
    case .awaitingPeer, .leaving, .standingBy, .stopped: break
    }
  }

  /// Holds what is held, or gives it up; for when nobody can hear us.
  mutating func followIsolationPolicy(at now: MonotonicInstant) {
    switch phase {
    case .active, .suspended:
      guard configuration.whenIsolated == .release else {
        freeze()
        return
      }
      advertise(.off)
      releaseAll(because: "isolated", at: now)
      phase = .awaitingPeer
    case .listening, .claiming, .awaitingPeer, .leaving, .standingBy, .stopped: break
    }
  }

  mutating func reconnect(at now: MonotonicInstant) {
    let wasIsolated = isolation != nil
    isolation = nil
    if wasIsolated { say(.info, "connected") }
    switch phase {
    case .listening(let since): phase = .listening(since: since ?? now)
    case .suspended:
      phase = .suspended(since: now)
      freeze()
    case .awaitingPeer: phase = .listening(since: now)
    case .claiming, .active, .leaving:
      // While nothing could be heard, silence proved nothing.
      if wasIsolated { membership.excuseSilence(until: now) }
    case .standingBy, .stopped: break
    }
  }

  /// Gives everything up and starts over, as a gateway that has just been started does.
  mutating func joinAgain(because reason: String, at now: MonotonicInstant) {
    say(.notice, "joining again", ["reason": reason, "released": "\(ownership.wantedCount)"])
    releaseAll(because: "joining again: \(reason)", at: now)
    // One can hear and still be unheard: then listening begins when we are connected.
    phase = .listening(since: isolation == nil ? now : nil)
  }

  mutating func releaseAll(because reason: String, at now: MonotonicInstant) {
    ownership.isFrozen = false
    reassignsFrom = nil
    handovers.cancelAll()
    var log = OwnershipLog(uid: configuration.uid, reason: reason)
    for index in assignment.vnis.indices where ownership.wanted[index] {
      ownership.want(false, at: index)
      tally.releases += 1
      log.add(assignment.vnis[index], from: configuration.uid, to: nil)
    }
    directives += log.entries.map { .log($0) }
    if !log.isEmpty { takeoverBegan = now }
    membership.forgetAll()
    viewReasons = []
    reassigned = []
  }
}
