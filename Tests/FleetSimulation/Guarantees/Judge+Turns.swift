import WMGFramework

/// What a core is and wants, before and after a turn.
struct TurnRecord {
  let phase: Phase
  let view: [GatewayID]
  let wanted: [Bool]
  let wantedCount: Int
  let remembered: Int
  let peers: Int

}

extension TurnRecord {
  init(_ core: GatewayCore) {
    self.init(
      phase: core.currentPhase, view: core.view, wanted: core.wishes, wantedCount: core.wishCount,
      remembered: core.rememberedCount, peers: core.peerCount)
  }
}

// What is asked of every single turn of every core, and what becomes known by it.
extension Judge {
  func noteTurn(
    of host: Host, _ before: TurnRecord, _ after: TurnRecord, isReload: Bool, wasAtWork: Bool = false
  ) {
    if before.view != after.view {
      host.truth.viewChangedAt = now
      host.truth.wasAtWorkAtChange = wasAtWork
    }
    if before.phase.name != after.phase.name { notePhase(of: host, before.phase, after.phase) }
    if before.wanted != after.wanted { demandChangeOfView(of: host, before, after, isReload: isReload) }
    switch after.phase {
    case .listening, .claiming, .awaitingPeer, .standingBy, .stopped:
      if after.wantedCount > 0 {
        report(
          .heldTooEarly, .holdsNothingBefore,
          "g\(host.index) wants \(after.wantedCount) VNIs while \(after.phase.name)",
          [host.index])
      }
    case .active, .suspended, .leaving: break
    }
    let waiting = host.process?.waitingCount ?? 0
    noteRemembered(after.remembered)
    let allowed = scenario.peerLimit + 16 * scenario.vniCount * GatewayProcess.effectorCount + 64
    if after.peers > scenario.peerLimit || after.remembered > allowed
      || waiting > 2 * DiscoveryNews.speakerLimit
    {
      report(
        .memory, .memory,
        "g\(host.index) remembers \(after.peers) peers and \(after.remembered) things in all, \(waiting) wait; allowed are \(allowed)",
        [host.index])
    }
  }

  private func demandChangeOfView(
    of host: Host, _ before: TurnRecord, _ after: TurnRecord, isReload: Bool
  ) {
    if before.view != after.view || before.phase.name != after.phase.name { return }
    // What was handed over is let go when the overlap is over. One that has resumed acts upon what it has heard when the
    // claim delay is over, and hands over then.
    if host.truth.viewChangedAt != nil,
      now <= actedOnView(host) + bounds.overlap + bounds.skew + bounds.takeover
    {
      return
    }
    let changed = zip(before.wanted, after.wanted).enumerated().filter { $0.element.0 != $0.element.1 }
    if let woke = host.truth.wokeAt, now <= woke + bounds.takeover { return }
    report(
      .idleChange, .noIdleChange,
      "g\(host.index) changes its mind on \(changed.count) VNIs\(isReload ? " at a reload" : ""); nobody has come or gone",
      [host.index])
  }

  private func notePhase(of host: Host, _ before: Phase, _ after: Phase) {
    world.chronicle.note(now, host.index, .phase(after.name))
    switch after {
    case .active:
      if case .suspended = before { host.truth.resumedAt = now } else { host.truth.servingSince = now }
      host.truth.staleSince = nil
      host.truth.claimingSince = nil
    case .suspended:
      host.truth.staleSince = now
      host.truth.staleHeardAt = nil
      host.truth.hasStaleHeard = false
    case .claiming: host.truth.claimingSince = now
    case .listening, .awaitingPeer:
      demandHolding(of: host, before, after)
      switch before {
      case .active, .suspended, .awaitingPeer:
        host.truth.rejoinedAt = now
        beginHearing(of: host)
      default: break
      }
      if case .awaitingPeer = after { break }
      host.truth.wasStale = host.truth.staleSince != nil
    case .leaving:
      host.truth.leavingSince = now
      host.truth.wasServingAtStop = true
    case .standingBy, .stopped: break
    }
  }

  /// From active or suspended to listening: only after somebody was heard who had not been waiting in the socket.
  private func demandHolding(of host: Host, _ before: Phase, _ after: Phase) {
    guard case .listening = after else { return }
    switch before {
    case .suspended:
      if !host.truth.hasStaleHeard {
        report(.gaveUpUnheard, .holdsUntilHeard, "g\(host.index) gave everything up unheard", [host.index])
      }
    case .active:
      if host.truth.lastHeardAnyone != now {
        report(
          .gaveUpUnheard, .holdsUntilHeard, "g\(host.index) gave everything up for what had waited",
          [host.index])
      }
    default: break
    }
  }

  /// A guard is there for a gateway that does not run, or has not for so long that it has just come back.
  func guardActs(on host: Host) {
    guard host.isRunning, !host.isHalted, host.interfaces.contains(where: \.isUp) else { return }
    if let woke = host.truth.wokeAt, now <= woke + bounds.takeover { return }
    report(
      .guardActed, .guardKeepsOff,
      "g\(host.index) is \(host.process?.phase.name ?? "no gateway"), and its guard makes everything standby",
      [host.index])
  }

  func exited(_ host: Host, code: Int32) {
    guard code == 0 else { return }
    var up: [Int] = []
    for vni in host.interfaces.indices where host.interfaces[vni].isUp {
      if isTroubled(host, vni, at: now) {
        host.truth.leftUp[vni] = .effector
      } else if let drifted = host.truth.driftedAt[vni], now <= drifted + bounds.takeover {
        host.truth.leftUp[vni] = .drift
      } else {
        up.append(vni)
      }
    }
    if !up.isEmpty {
      report(.activeAtExit, .standbyAtExit, "g\(host.index) left \(up.count) interfaces up", [host.index])
    }
  }
}
