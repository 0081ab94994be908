// What a guard has to know of the gateway that it stands behind.
extension GatewayCore {
  /// Whether VNIs may be active when the process ends now, though everything was to be made standby.
  public var mayLeaveActive: Bool {
    ownership.awaited > 0 || ownership.possiblyActiveCount > 0 || !ownership.abandoned.isEmpty
  }

  /// The VNIs that this gateway may hold: its configuration's, and those that have left it and are not standby yet.
  public var managedVNIs: VNISet {
    guard !ownership.departing.isEmpty else { return configuration.vnis }
    return VNISet(configuration.vnis.ranges + ownership.departing.keys.map { $0...$0 })
  }

  /// Whether VNIs that have left the configuration are on their way to standby.
  public var hasDepartingVNIs: Bool { !ownership.departing.isEmpty }

  /// Whether its silence is no reason to make anything standby: it holds nothing, or holds it because it is isolated and
  /// told to. Whoever stops or was away too long serves on in silence, but no longer than it has announced.
  public var mayBeSilent: Bool {
    switch phase {
    case .listening, .claiming, .awaitingPeer, .standingBy, .stopped: true
    case .active, .suspended: isolation != nil
    case .leaving: false
    }
  }

  /// From when its guard counts the silence of one that stops: a detection time before it lets go, whether it has said
  /// farewell or was isolated and silent already. `nil` while it does not stop.
  public var leavesAsOf: MonotonicInstant? {
    guard case .leaving(let until) = phase,
      isolation == nil || !deliberateFaults.contains(.leavesUnannounced)
    else { return nil }
    return until - configuration.detectionTime
  }

  /// Believes that it is alone only where it can know: claiming or serving, connected, and having heard nobody. One that
  /// is joining serves in a moment; a forged packet is forgotten as soon.
  mutating func noteCompany() {
    guard !membership.knowsAnybody else {
      hasCompany = true
      return
    }
    guard isolation == nil else { return }
    switch phase {
    case .claiming, .active: hasCompany = false
    case .listening, .suspended, .awaitingPeer, .leaving, .standingBy, .stopped: break
    }
  }
}
