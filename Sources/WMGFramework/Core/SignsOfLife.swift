/// What a gateway's guard is told: when the gateway last gave a sign of life, and whether others would serve.
///
/// It has no clock and no pipe, so that the simulation's guards hear the same. The discovery's thread gives the ticks,
/// the core's says what they are worth. What returns a truth value says whether the guard has to be told at once.
package struct SignsOfLife: Sendable {
  /// From when the guard counts; `nil` before the first tick: then from its own start.
  package private(set) var lastTick: MonotonicInstant?
  /// Whether peers would serve if this gateway died now.
  package private(set) var hasCompany = true
  private var mayBeSilent = true

  /// None yet.
  package init() {}

  /// The gateway lives: it has advertised at that time, or need not and was alive.
  package mutating func tick(at time: MonotonicInstant) { lastTick = max(lastTick ?? time, time) }

  /// The gateway lives, and says nothing: that counts while it may be silent.
  package mutating func tickInSilence(at time: MonotonicInstant) -> Bool {
    guard mayBeSilent else { return false }
    tick(at: time)
    return true
  }

  /// Whether the gateway's silence is no reason to make anything standby. From a change on the guard counts anew.
  package mutating func setMayBeSilent(_ mayBeSilent: Bool, at now: MonotonicInstant) -> Bool {
    guard self.mayBeSilent != mayBeSilent else { return false }
    self.mayBeSilent = mayBeSilent
    tick(at: now)
    return true
  }

  /// Whether peers would serve if this gateway died now. A change is told at once: the next tick may be a minute away.
  package mutating func setCompany(_ hasCompany: Bool) -> Bool {
    guard self.hasCompany != hasCompany else { return false }
    self.hasCompany = hasCompany
    return true
  }

  /// The gateway stops, and serves on in silence for a detection time from then.
  package mutating func leave(asOf time: MonotonicInstant) -> Bool {
    guard lastTick.map({ time > $0 }) ?? true else { return false }
    tick(at: time)
    return true
  }
}

/// Whether a guard is told of its gateway by the clock, once an interval, because no advertisement tells it; as the
/// discovery's thread knows.
package struct GuardBeat: Sendable {
  private enum Voice {
    case speaking
    /// The discovery is silent, and the core does not know yet.
    case lapsed
    /// The core has said how long the last tick is for.
    case leaving
    case silent
  }

  private var voice = Voice.silent
  private var isIsolated = false

  /// Of a gateway that has not spoken yet.
  package init() {}

  /// Whether the clock ticks now.
  package var isTicking: Bool {
    switch voice {
    case .speaking: isIsolated
    case .silent: true
    case .lapsed, .leaving: false
    }
  }

  /// What the discovery tells the core.
  package mutating func note(_ event: DiscoveryEvent) {
    switch event {
    case .lapsed: voice = .lapsed
    case .isolated: isIsolated = true
    case .connected: isIsolated = false
    case .heard, .drained, .advertised: break
    }
  }

  /// What the core tells the discovery.
  package mutating func note(_ advertising: Advertising) {
    switch advertising {
    case .on: voice = .speaking
    case .off: voice = .silent
    case .farewell: voice = .leaving
    }
  }
}
