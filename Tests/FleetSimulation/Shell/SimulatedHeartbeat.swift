import WMGFramework

/// When a gateway speaks; mirrors `Heartbeat` and `AdvertisementSchedule` of UDPBroadcast: a burst of three, deadlines
/// at start + n · I, no periodic advertisement without a lease, and silence for good after a gap of a detection time.
struct SimulatedHeartbeat {
  enum Mode {
    case silent, speaking, leaving
  }

  /// What became of a deadline.
  enum Beat {
    case send
    case withhold
    case lapse
    case nothing
  }

  static let burstLength = 3

  let interval: Duration
  let detectionTime: Duration
  private(set) var mode = Mode.silent
  /// Timers of an earlier generation are cancelled.
  private(set) var generation = 0
  private(set) var next: MonotonicInstant
  private(set) var lastAdvertised: MonotonicInstant

  init(_ configuration: GatewayConfiguration, at now: MonotonicInstant) {
    interval = configuration.interval
    detectionTime = configuration.detectionTime
    lastAdvertised = now
    next = now + configuration.interval
  }

  /// Begins or ends; whether a burst starts now.
  mutating func advertise(_ advertising: Advertising, at now: MonotonicInstant) -> Bool {
    generation += 1
    switch advertising {
    case .off:
      mode = .silent
      return false
    case .on: mode = .speaking
    case .farewell: mode = .leaving
    }
    lastAdvertised = now
    next = now + interval
    return true
  }

  mutating func beat(isBurst: Bool, leaseEnd: MonotonicInstant, at now: MonotonicInstant) -> Beat {
    if !isBurst {
      let missed = max(0, (now - next).nanoseconds / interval.nanoseconds)
      next = next + interval * Int(missed + 1)
    }
    guard now - lastAdvertised < detectionTime else {
      generation += 1
      defer { mode = .silent }
      return mode == .speaking ? .lapse : .nothing
    }
    return isBurst || now < leaseEnd ? .send : .withhold
  }

  mutating func noteSent(at now: MonotonicInstant) { lastAdvertised = now }
}
