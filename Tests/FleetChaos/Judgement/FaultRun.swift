package import WMGFramework

/// A fault as it was done: from before it was begun until all of it was undone (or, where there is nothing to undo,
/// until it was done).
package struct FaultRun: Hashable, Sendable {
  package var fault: Fault
  package var began: MonotonicInstant
  /// Before the undoing was begun.
  package var undone: MonotonicInstant
  package var ended: MonotonicInstant
  /// When someone else began to set protodown, where that is a part of it.
  package var drifted: MonotonicInstant?
  /// What became of it, where it was meant to overrun netlink sockets.
  package var overrun: NetlinkOverrun?

  package init(_ fault: Fault, began: MonotonicInstant, undone: MonotonicInstant, ended: MonotonicInstant) {
    self.fault = fault
    self.began = began
    self.undone = undone
    self.ended = ended
  }

  /// How long it lasted, at most.
  package var length: Duration { ended - began }
}

/// What is excused by the faults of a step: the guarantees of docs/GUARANTEES.md, turned into allowances.
package struct Guarantees: Sendable {
  package let timing: FleetTiming
  package let gatewayCount: Int
  /// Whether all VNIs of a gateway have the transport link as their lower device.
  package let isLight: Bool

  package init(timing: FleetTiming, gatewayCount: Int, isLight: Bool) {
    self.timing = timing
    self.gatewayCount = gatewayCount
    self.isLight = isLight
  }

  package func effects(of run: FaultRun, number: Int) -> [Effect] {
    let excuse = Excuse(timing: timing, run: run, number: number)
    switch run.fault {
    case .crash(let gateway): return excuse.crash(gateway)
    case .powerLoss(let gateway): return excuse.powerLoss(gateway)
    case .pause(let gateway): return excuse.pause(gateway)
    case .overrun(let gateway, let vnis, _):
      return excuse.pause(gateway) + [excuse.driftInPause(gateway, vnis: Set(vnis))]
    case .stop(let gateway), .badLog(let gateway, _):
      return [excuse.orderlyStop(gateway), excuse.join(gateway, since: run.undone)]
    case .leave(let gateway): return [excuse.orderlyStop(gateway)]
    case .join(let gateway): return [excuse.join(gateway, since: run.began)]
    case .underlayCut(let gateway): return excuse.underlayCut(gateway)
    case .overlayCut(let gateway):
      // Over VXLAN a macvlan's lower device is its bridge, which keeps its carrier.
      return isLight ? [excuse.carrierLoss(gateway, vnis: nil)] : []
    case .loss(let loss):
      switch loss {
      // Only who hears less does more.
      case .deaf(let gateway), .oneWay(from: _, to: let gateway):
        return [excuse.lostAdvertisements([gateway], movesVNIs: false)]
      case .mute(let gateway): return [excuse.lostAdvertisements([gateway], movesVNIs: true)]
      case .random: return [excuse.lostAdvertisements(Set(0..<gatewayCount), movesVNIs: false)]
      }
    case .parentFlap(let gateway, let vnis):
      return [excuse.carrierLoss(gateway, vnis: isLight ? nil : Set(vnis))]
    case .recreation(let gateway, let vnis, _): return [excuse.recreation(gateway, vnis: Set(vnis))]
    case .protodown(let gateway, let vnis, _): return [excuse.foreignProtodown(gateway, vnis: Set(vnis))]
    case .hogs, .linkStorm, .flood, .reload: return []
    }
  }
}

/// What one fault excuses.
private struct Excuse {
  let timing: FleetTiming
  let run: FaultRun
  let number: Int

  private var settled: MonotonicInstant { run.ended + timing.convergence }

  private func effect(
    _ cause: String, _ gateways: Set<Int>, vnis: Set<Int>? = nil, moves: Bool = true,
    from: MonotonicInstant? = nil, to: MonotonicInstant? = nil, unowned: Effect.Allowance? = nil,
    shared: Effect.Allowance? = nil
  ) -> Effect {
    Effect(
      fault: number, cause: cause, gateways: gateways, vnis: vnis, movesVNIs: moves, from: from ?? run.began,
      to: to ?? settled, unowned: unowned, shared: shared)
  }

  /// A join of ours: nobody is without an owner for longer than T, and two serve for no longer than the overlap and T.
  func join(_ gateway: Int, since: MonotonicInstant) -> Effect {
    effect(
      "\(run.fault.cause), join", [gateway], from: since,
      unowned: .init(longest: timing.takeover, until: settled),
      shared: .init(longest: timing.overlap + timing.takeover, until: settled))
  }

  /// An orderly stop: never without an owner, if peers that give it up 50 ms after D take over within its stop margin. On
  /// a machine that is later than that, for as much as it is later.
  func orderlyStop(_ gateway: Int) -> Effect {
    let late = FleetTiming.expiryGrace + timing.takeover - timing.effectiveStopMargin
    return effect(
      run.fault.cause, [gateway],
      unowned: late > .zero ? .init(longest: late, until: settled) : nil,
      shared: .init(longest: timing.effectiveStopMargin + timing.takeover, until: settled))
  }

  /// The kernel keeps what a dead daemon held, until a guard or the next daemon makes it standby.
  func crash(_ gateway: Int) -> [Effect] {
    let outage = Effect.Allowance(
      longest: timing.crashOutage, until: run.ended + timing.expiry + timing.takeover)
    return [
      effect(
        run.fault.cause, [gateway], unowned: outage,
        shared: .init(until: guarded(run.ended + timing.startup))),
      join(gateway, since: run.undone),
    ]
  }

  /// With the machine, its interfaces are gone.
  func powerLoss(_ gateway: Int) -> [Effect] {
    [
      effect(run.fault.cause, [gateway], unowned: .init(longest: timing.crashOutage, until: settled)),
      join(gateway, since: run.undone),
    ]
  }

  /// Whether a pause may be noticed, by its peers or by itself. The last advertisement may have left an interval before.
  private var isNoticed: Bool {
    run.length > timing.detection - timing.interval - FleetTiming.expiryGrace
  }

  func pause(_ gateway: Int) -> [Effect] {
    guard isNoticed else { return [] }
    return [
      effect(
        run.fault.cause, [gateway],
        unowned: .init(longest: leftBehind, until: settled),
        shared: .init(until: guarded(run.ended + timing.interval + timing.takeover))),
      join(gateway, since: run.undone),
    ]
  }

  func underlayCut(_ gateway: Int) -> [Effect] {
    guard run.length > timing.detection - timing.interval * 2 - FleetTiming.expiryGrace else { return [] }
    return [
      effect(
        run.fault.cause, [gateway], unowned: .init(longest: leftBehind, until: settled),
        shared: .init(until: run.ended + timing.interval + timing.overlap + timing.takeover)),
      join(gateway, since: run.undone),
    ]
  }

  /// Whoever misses another takes its VNIs over, and gives them back at the first advertisement it hears. Nobody gives
  /// anything up before.
  func lostAdvertisements(_ gateways: Set<Int>, movesVNIs: Bool) -> Effect {
    effect(
      run.fault.cause, gateways, moves: movesVNIs,
      shared: .init(until: run.ended + timing.interval + timing.overlap + timing.takeover))
  }

  /// An owner cannot serve without its lower device; a standby is brought up by the kernel with it, until that is seen.
  func carrierLoss(_ gateway: Int, vnis: Set<Int>?) -> Effect {
    let back = run.ended + timing.takeover
    return effect(
      run.fault.cause, [gateway], vnis: vnis, moves: false, to: back, unowned: .init(until: back),
      shared: .init(longest: timing.takeover, until: back))
  }

  func recreation(_ gateway: Int, vnis: Set<Int>) -> Effect {
    let back = run.ended + timing.takeover
    return effect(
      run.fault.cause, [gateway], vnis: vnis, moves: false, to: back, unowned: .init(until: back),
      shared: .init(longest: timing.takeover, until: back))
  }

  func foreignProtodown(_ gateway: Int, vnis: Set<Int>) -> Effect {
    let back = run.ended + timing.takeover
    let allowance = Effect.Allowance(longest: timing.takeover, until: back)
    return effect(
      run.fault.cause, [gateway], vnis: vnis, moves: false, to: back, unowned: allowance, shared: allowance)
  }

  /// What someone else has set while the gateway was paused is repaired within T of its end. If the pause is noticed, a
  /// gateway repairs nothing before it hears somebody, an interval later at most; what it does not serve any more, its
  /// peers take over when they give it up, if that comes later.
  func driftInPause(_ gateway: Int, vnis: Set<Int>) -> Effect {
    let heard = isNoticed ? run.ended + timing.interval : run.ended
    let missed = isNoticed ? max(run.ended, run.began + timing.expiry) : run.ended
    return effect(
      run.fault.cause, [gateway], vnis: vnis, moves: false, from: run.drifted ?? run.ended,
      to: max(heard, missed) + timing.takeover, unowned: .init(until: missed + timing.takeover),
      shared: .init(until: heard + timing.takeover))
  }

  /// A gateway that wakes up just before its peers give it up lets go before they take over.
  private var leftBehind: Duration {
    max(timing.takeover, timing.expiry + timing.takeover - (run.undone - run.began))
  }

  /// The end that a guard puts to what it was not told to serve on.
  private func guarded(_ end: MonotonicInstant) -> MonotonicInstant {
    timing.guardDelay.map { min(end, run.began + timing.detection + $0) } ?? end
  }
}
