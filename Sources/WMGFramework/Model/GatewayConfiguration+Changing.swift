// What a running gateway can go over to, and what it cannot.
extension GatewayConfiguration {
  /// This configuration with all that a running gateway can change taken from another one: the VNIs, the claim delay,
  /// the stop margin, the handover overlap, the release patience, whether joiners are waited for, and the isolation
  /// policy. The uid, the advertisement timing, and the peer limit stay: peers and discovery rely on them.
  public func adopting(_ wanted: GatewayConfiguration) -> GatewayConfiguration {
    var adopted = self
    adopted.vnis = wanted.vnis
    adopted.claimDelay = wanted.claimDelay
    adopted.stopMargin = wanted.stopMargin
    adopted.handoverOverlap = wanted.handoverOverlap
    adopted.holdsForJoiners = wanted.holdsForJoiners
    adopted.whenIsolated = wanted.whenIsolated
    adopted.releasePatience = wanted.releasePatience
    return adopted
  }

  /// What differs and can change while the gateway runs, by the names of the options.
  public func liveDifferences(from other: GatewayConfiguration) -> [String] {
    var names: [String] = []
    if vnis != other.vnis { names.append("vnis") }
    if claimDelay != other.claimDelay { names.append("claim-delay") }
    if stopMargin != other.stopMargin { names.append("stop-margin") }
    if handoverOverlap != other.handoverOverlap { names.append("handover-overlap") }
    if releasePatience != other.releasePatience { names.append("release-patience") }
    if holdsForJoiners != other.holdsForJoiners { names.append("hold-for-joiner") }
    if whenIsolated != other.whenIsolated { names.append("when-isolated") }
    return names
  }

  /// What differs and takes a restart, by the names of the options.
  public func restartDifferences(from other: GatewayConfiguration) -> [String] {
    var names: [String] = []
    if uid != other.uid { names.append("uid") }
    if interval != other.interval { names.append("interval") }
    if detectionMultiplier != other.detectionMultiplier { names.append("multiplier") }
    if peerLimit != other.peerLimit { names.append("peer-limit") }
    return names
  }
}
