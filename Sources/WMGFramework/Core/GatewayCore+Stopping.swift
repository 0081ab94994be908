import Logging

// How the core stops: serve until the peers have taken over, then everything standby, then exit.
extension GatewayCore {
  static let configurationError: Int32 = 78
  static let systemError: Int32 = 71

  mutating func stop(at now: MonotonicInstant) {
    switch phase {
    case .active:
      // Isolated, we are silent already: the peers have been counting since our last advertisement.
      let silentSince = isolation == nil ? now : lastAdvertised ?? now
      let until = silentSince + configuration.detectionTime + configuration.effectiveStopMargin
      advertise(isolation == nil ? .farewell : .off)
      phase = .leaving(until: until)
      say(
        .notice, "stopping: serving until peers have taken over; signal again to stop at once",
        ["for": "\(seconds(until - now))"])
    case .standingBy, .stopped: break
    default: standBy(exitCode: 0, at: now)
    }
  }

  mutating func standBy(exitCode: Int32, at now: MonotonicInstant) {
    switch phase {
    case .standingBy, .stopped: return
    default: break
    }
    advertise(.off)
    if deliberateFaults.contains(.exitsActive) { return exit(exitCode) }
    ownership.hurry(at: now)
    directives += (0..<ownership.effectorCount).map { .command(effector: $0, .prepareToStop) }
    releaseAll(because: "stopping", at: now)
    phase = .standingBy(since: now, exitCode: exitCode)
  }

  mutating func judgeLeaving(until: MonotonicInstant, at now: MonotonicInstant) {
    // The burst's last packet is what the peers count from.
    let counted =
      lastAdvertised.map { $0 + configuration.detectionTime + configuration.effectiveStopMargin }
      ?? until
    let margin =
      deliberateFaults.contains(.noStopMargin) ? configuration.effectiveStopMargin : .zero
    guard now + margin < max(until, counted) else {
      standBy(exitCode: 0, at: now)
      judgeStandingBy(since: now, exitCode: 0, at: now)
      return
    }
    phase = .leaving(until: max(until, counted))
    // The peers take over from now on.
    if !hasHandedOver, now >= max(until, counted) - configuration.effectiveStopMargin {
      hasHandedOver = true
      handOver(ownership.vnis.indices.filter { ownership.wanted[$0] })
    }
    finishHandovers(at: now)
    reassign(at: now)
  }

  mutating func judgeStandingBy(since: MonotonicInstant, exitCode: Int32, at now: MonotonicInstant) {
    // The releases have to be ordered before they can be awaited.
    directives += flush(at: now)
    guard ownership.awaited == 0 else {
      guard now - since >= .seconds(30) else { return }
      say(.error, "effectors do not answer; VNIs may still be active", ["vnis": "\(ownership.awaited)"])
      exit(Self.systemError)
      return
    }
    // What failed is tried again: for a second where there is no danger, as with an interface that is missing; for
    // long where two gateways might serve.
    let possiblyActive = ownership.possiblyActiveCount
    let patience = Duration.seconds(possiblyActive > 0 ? 10 : 1)
    guard ownership.failures.isEmpty || now - since >= patience else { return }
    if possiblyActive > 0 {
      say(.critical, "VNIs may still be active", ["vnis": "\(possiblyActive)"])
      exit(Self.systemError)
      return
    }
    if ownership.degradedCount > 0 {
      say(.warning, "not confirmed standby", ["vnis": "\(ownership.degradedCount)"])
    }
    exit(exitCode)
  }

  mutating func exit(_ code: Int32) {
    phase = .stopped
    say(.notice, "stopped", ["takeovers": "\(tally.takeovers)", "releases": "\(tally.releases)"])
    directives.append(.exit(code: code))
  }
}
