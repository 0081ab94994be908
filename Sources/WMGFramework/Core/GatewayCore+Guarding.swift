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

  /// Believes that it is alone only where it can know: serving, connected, and with nobody in the view.
  mutating func noteCompany() {
    guard !membership.hasPeers else {
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
