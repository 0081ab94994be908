/// Something that happened, handed to `GatewayCore` with the time it is handed over.
public enum Event: Hashable, Sendable {
  /// A discovery heard, sent, or lost or regained its network.
  case discovery(DiscoveryEvent)
  /// An effector said what became of VNIs.
  case effectReported(effector: Int, reports: [EffectReport])
  /// An effector found that the world does not know of these VNIs: announce them again.
  case refreshRequested([VNI])
  /// The time that was asked for by `Directive.wakeAt` has come; also sent whenever nothing else is.
  case deadlineReached
  /// An operator wants this gateway to stop; a second time: at once.
  case stopRequested
  /// A plugin cannot go on; `effector` is its place in the chain, if it has one. The gateway stops, after the others
  /// have made everything standby.
  case pluginFailed(effector: Int?, reason: String, exitCode: Int32)
}

/// What an effector said of one VNI.
public struct EffectReport: Hashable, Sendable {
  /// What was said.
  public enum Content: Hashable, Sendable {
    /// The answer to a command, or a later change of that answer.
    case outcome(EffectorOutcome)
    /// The VNI is no longer what was last reported.
    case drift(reason: String)
  }

  /// The VNI.
  public var vni: VNI
  /// The command that the effector had last been given for this VNI when it said so. A report on an earlier command
  /// than the last is out of date and ignored.
  public var epoch: UInt32
  /// What was said.
  public var content: Content

  /// A report.
  public init(vni: VNI, epoch: UInt32, content: Content) {
    self.vni = vni
    self.epoch = epoch
    self.content = content
  }
}
