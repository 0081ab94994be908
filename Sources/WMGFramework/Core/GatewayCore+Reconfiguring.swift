import Logging

// How the core goes over to another configuration while it runs.
extension GatewayCore {
  /// Goes over to another configuration and strategy. What they leave as it is sees no command.
  ///
  /// A VNI that comes is made standby first and taken over then, if it is ours. One that goes is released up the chain
  /// and forgotten when it is standby. What another strategy gives to another gateway is handed over as when a gateway
  /// joins. Of `wanted`, only what `GatewayConfiguration.adopting` says takes effect.
  ///
  /// A gateway that is stopping does nothing of all this.
  ///
  /// - Parameters:
  ///   - wanted: What the gateway is told from now on.
  ///   - strategy: The strategy from now on; `nil` for the one that there is.
  ///   - assignment: A table of the new VNIs by the new strategy, in the view of some moment ago, if the shell has made
  ///     one: a full pass takes its time, which the core's thread may not have.
  ///   - now: The time.
  public mutating func reconfigure(
    _ wanted: GatewayConfiguration, strategy: (any AssignmentStrategy)? = nil,
    assignment: AssignmentTable? = nil, at now: MonotonicInstant
  ) -> [Directive] {
    directives = []
    noticeGap([], at: now)
    guard !isStopping else { return finish(at: now) }
    let isAssignedAnew = strategy != nil || wanted.vnis != configuration.vnis
    configuration = configuration.adopting(wanted)
    membership.configuration = configuration
    ownership.releasePatience = configuration.releasePatience
    self.strategy = strategy ?? self.strategy
    if isAssignedAnew { assignAnew(by: assignment, at: now) }
    // The policy may have changed while it is in force.
    if isolation != nil { followIsolationPolicy(at: now) }
    judge(at: now)
    return finish(at: now)
  }

  /// Whether the gateway is on its way out.
  public var isStopping: Bool {
    switch phase {
    case .leaving, .standingBy, .stopped: true
    case .listening, .claiming, .active, .suspended, .awaitingPeer: false
    }
  }

  /// The gateways that VNIs are assigned to, ascending; empty before there is an assignment.
  public var view: [GatewayID] { assignment.gateways }

  private mutating func assignAnew(by prepared: AssignmentTable?, at now: MonotonicInstant) {
    let changes = assignment.replace(
      by: prepared ?? AssignmentTable(configuration.vnis, strategy: strategy))
    let renumbering = ownership.replaceVNIs(by: assignment.vnis)
    handovers.renumber(renumbering.present)
    // Where another one is still waiting to be acted upon, its former owners are out of date, and only the log minds.
    reassigned = changes
    if case .active = phase { noteView("reconfigured") }
    dismiss(renumbering.removed, at: now)
    welcome(renumbering.added, at: now)
  }

  /// VNIs (by position) that have left the configuration are released, whoever has them elsewhere.
  private mutating func dismiss(_ removed: [Int], at now: MonotonicInstant) {
    guard !removed.isEmpty else { return }
    let held = removed.filter { ownership.wanted[$0] }
    say(
      .notice, "VNIs removed",
      ["vnis": "\(VNISet(removed.map { ownership.vnis[$0] }))", "released": "\(held.count)"])
    var log = OwnershipLog(uid: configuration.uid, reason: "removed from the configuration")
    for index in held {
      handovers.cancel(index)
      ownership.want(false, at: index)
      tally.releases += 1
      log.add(ownership.vnis[index], from: configuration.uid, to: nil)
    }
    directives += log.entries.map { .log($0) }
    if !held.isEmpty, !ownership.isFrozen { takeoverBegan = now }
  }

  private mutating func welcome(_ added: [Int], at now: MonotonicInstant) {
    guard !added.isEmpty else { return }
    say(.notice, "VNIs added", ["vnis": "\(VNISet(added.map { ownership.vnis[$0] }))"])
    // Now rather than after the judgement: a gateway that listens does not advertise before they are standby.
    directives += flush(at: now)
  }
}
