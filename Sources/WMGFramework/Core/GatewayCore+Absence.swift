import Logging

// How the core deals with having been away: pauses, isolation, and the way back.
extension GatewayCore {
  mutating func noticeGap(at now: MonotonicInstant) {
    guard let last = lastAdvertised, now - last >= configuration.detectionTime else { return }
    suspend(at: now)
  }

  mutating func suspend(at now: MonotonicInstant) {
    switch phase {
    case .claiming:
      advertise(.off)
      phase = .listening(since: isolation == nil ? now : nil)
    case .active:
      tally.suspensions += 1
      advertise(.off)
      ownership.isFrozen = true
      phase = .suspended(since: now)
      say(
        .warning, "silent for a detection time: peers have taken over; holding until one is heard",
        ["held": "\(ownership.wantedCount)"])
    case .listening, .suspended, .awaitingPeer, .leaving, .standingBy, .stopped: break
    }
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
    case .active, .suspended:
      guard configuration.whenIsolated == .release else { return }
      advertise(.off)
      releaseAll(because: "isolated")
      phase = .awaitingPeer(since: now)
    case .awaitingPeer, .leaving, .standingBy, .stopped: break
    }
  }

  mutating func reconnect(at now: MonotonicInstant) {
    let wasIsolated = isolation != nil
    isolation = nil
    if wasIsolated { say(.info, "connected") }
    switch phase {
    case .listening(let since): phase = .listening(since: since ?? now)
    case .suspended: phase = .suspended(since: now)
    case .awaitingPeer: phase = .awaitingPeer(since: now)
    case .claiming, .active, .leaving:
      // While nothing could be heard, silence proved nothing.
      if wasIsolated { membership.excuseSilence(until: now) }
    case .standingBy, .stopped: break
    }
  }

  /// Gives everything up and starts over, as a gateway that has just been started does.
  mutating func joinAgain(because reason: String, at now: MonotonicInstant) {
    say(.notice, "joining again", ["reason": reason, "released": "\(ownership.wantedCount)"])
    releaseAll(because: "joining again: \(reason)")
    phase = .listening(since: now)
  }

  mutating func releaseAll(because reason: String) {
    ownership.isFrozen = false
    for index in assignment.vnis.indices { ownership.want(false, at: index) }
    membership.forgetAll()
    viewReasons = [reason]
  }
}
