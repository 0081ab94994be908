import ModuloAssignment
import RendezvousHashing
import WMGFramework

/// A fleet in virtual time: machines, the network between them, and one who sees everything and judges.
///
/// One thread, one queue of events, one source of chance: the same seed makes the same run, event by event.
final class World {
  let scenario: Scenario
  let deliberateFaults: DeliberateFaults
  let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)
  private(set) var now: MonotonicInstant
  var dice: Dice
  var network: Network
  private(set) var hosts: [Host] = []
  private(set) var judge: Judge
  var chronicle: Chronicle
  let strategy: any AssignmentStrategy
  private var queue = EventQueue()
  private(set) var eventCount = 0
  /// How many packets no gateway took for an advertisement.
  private(set) var refusals = 0
  /// Of everything that was sent and switched, and when.
  private(set) var digest = Digest()

  init(_ scenario: Scenario, deliberateFaults: DeliberateFaults = [], tell: ((String) -> Void)? = nil) {
    self.scenario = scenario
    self.deliberateFaults = deliberateFaults
    now = start
    dice = Dice(seed: scenario.seed ^ 0x5EED_0F_C4A0_5)
    network = Network(delivery: scenario.timing.delivery, baseLoss: scenario.baseLoss)
    chronicle = Chronicle(hosts: scenario.machines.count, start: start, tell: tell)
    strategy = scenario.strategy.made
    judge = Judge(scenario)
    for (index, machine) in scenario.machines.enumerated() {
      let clock = HostClock(
        partsPerMillion: machine.clockError, offset: Int64(dice.whole(0...1_000_000)) * 1_000_000)
      hosts.append(
        Host(index: index, clock: clock, configuration: scenario.configuration(of: machine)))
      if let startsAt = machine.startsAt { plan(.machine(index, .start), at: start + startsAt) }
    }
    for (number, fault) in scenario.faults.enumerated() {
      plan(.faultBegins(number), at: start + fault.start)
      if fault.length > .zero { plan(.faultEnds(number), at: start + fault.end) }
    }
    judge.attach(to: self)
  }

  func noteRefusal() { refusals += 1 }

  func plan(_ event: WorldEvent, at moment: MonotonicInstant) { queue.plan(event, at: max(moment, now)) }

  /// Runs to the end, or to the first guarantee that does not hold.
  func run() {
    let quiet = start + scenario.quietFrom
    let settled = quiet + judge.bounds.recovery
    let end = max(start + scenario.end, settled)
    run(until: quiet)
    guard judge.violation == nil else { return }
    heal()
    run(until: settled)
    judge.demandOneOwner()
    run(until: end)
    judge.demandOneOwner()
    judge.demandLastWord()
  }

  private func run(until end: MonotonicInstant) {
    while judge.violation == nil, let next = queue.nextTime, next <= end {
      if next > now {
        // What is as it is now was so until then.
        judge.examine(at: next)
        guard judge.violation == nil else { return }
        now = next
      }
      guard let event = queue.takeFirst() else { return }
      eventCount += 1
      dispatch(event)
    }
    if judge.violation == nil {
      judge.examine(at: end)
      now = max(now, end)
    }
  }

  private func dispatch(_ event: WorldEvent) {
    switch event {
    case .packet(let to, let packet): deliver(packet, to: hosts[to])
    case .process(let index, let incarnation, let event):
      guard let process = hosts[index].process, process.incarnation == incarnation else { return }
      process.handle(event)
    case .goDaemon(let index, let incarnation, let event):
      guard let daemon = hosts[index].goDaemon, daemon.incarnation == incarnation else { return }
      daemon.handle(event)
    case .guardDue(let index, let generation): guardDue(hosts[index], generation)
    case .faultBegins(let number): begin(number)
    case .faultEnds(let number): end(number)
    case .machine(let index, let event): happen(event, to: hosts[index])
    case .check: break
    }
  }

  // MARK: Processes

  func startGateway(on host: Host) {
    guard !host.isRunning else { return }
    host.incarnations += 1
    host.truth.begin(at: now)
    host.truth.isIsolationKnown = !host.hasCarrier
    judge.forgetHearing(of: host)
    if scenario.machines[host.index].isGo {
      let daemon = GoDaemon(self, host)
      host.goDaemon = daemon
      chronicle.note(now, host.index, .said("a Go daemon starts, uid \(host.uid)"))
      daemon.start()
    } else {
      host.warden =
        scenario.hasGuards
        ? SimulatedGuard(lastTick: now, generation: (host.warden?.generation ?? 0) + 1) : nil
      planGuard(of: host)
      let process = GatewayProcess(self, host, strategy: strategy)
      host.process = process
      chronicle.note(now, host.index, .said("a gateway starts, uid \(host.uid)"))
      process.start()
    }
  }

  /// The process is gone; the kernel keeps what it had.
  func kill(_ host: Host) {
    guard host.isRunning else { return }
    host.truth.crashedAt = now
    host.process = nil
    host.goDaemon = nil
    for vni in host.interfaces.indices { judge.fellSilent(on: vni, host) }
    chronicle.note(now, host.index, .said("killed"))
  }

  func processExited(_ host: Host, code: Int32) {
    chronicle.note(now, host.index, .said("exits with \(code)"))
    host.process = nil
    host.truth.hasLeft = code == 0 && host.truth.stopAskedAt != nil
    host.truth.wasRefused = code == 78
    for vni in host.interfaces.indices { judge.fellSilent(on: vni, host) }
    // It retires its guard.
    host.warden?.generation += 1
    host.warden?.peersLive = false
    judge.exited(host, code: code)
  }

  // MARK: The guard

  func tellGuard(of host: Host, _ signs: SignsOfLife) {
    guard let warden = host.warden else { return }
    host.warden?.peersLive = signs.hasCompany
    // A guard that has acted, or left everything as it is, does so once for each sign of life.
    guard let tick = signs.lastTick.map(host.clock.world), tick > warden.lastTick else { return }
    host.warden?.lastTick = tick
    host.warden?.generation += 1
    planGuard(of: host)
  }

  private func planGuard(of host: Host) {
    guard let warden = host.warden else { return }
    let due = warden.lastTick + host.configuration.detectionTime + SimulatedGuard.margin
    plan(
      .guardDue(host: host.index, generation: warden.generation),
      at: due + dice.duration(.milliseconds(1)...SimulatedGuard.work))
  }

  private func guardDue(_ host: Host, _ generation: Int) {
    guard let warden = host.warden, warden.generation == generation, warden.peersLive else { return }
    host.truth.guardFiredAt = now
    chronicle.note(now, host.index, .said("its guard makes everything standby"))
    judge.guardActs(on: host)
    for vni in host.interfaces.indices where host.interfaces[vni].isUp {
      changeFromOutside(host, vni, isUp: false, by: "guard")
    }
  }

  // MARK: The kernel

  /// An effector or a Go daemon switches an interface.
  func setInterface(of host: Host, _ vni: Int, isUp: Bool, by cause: String = "gateway") {
    guard host.interfaces[vni].exists, host.interfaces[vni].isUp != isUp else { return }
    host.interfaces[vni].isUp = isUp
    host.truth.takenAt[vni] = now
    if isUp { host.truth.upAt[vni] = now }
    digest.add(UInt64(bitPattern: now.nanoseconds))
    digest.add(UInt64(host.index << 32 | vni << 1 | (isUp ? 1 : 0)))
    chronicle.note(now, host.index, .switched(vni: vni, isUp: isUp, by: cause))
    judge.ownershipChanged(vni, isUp: isUp, on: host)
  }

  /// Somebody else does; the process hears of it from the kernel.
  func changeFromOutside(_ host: Host, _ vni: Int, isUp: Bool, by cause: String) {
    setInterface(of: host, vni, isUp: isUp, by: cause)
    host.process?.plan(.interfaceChanged(vni), within: scenario.timing.threadSwitch)
  }

  /// Who owns each VNI in a view.
  func owners(in view: [GatewayID]) -> [GatewayID] {
    let vnis = Array(hosts[0].configuration.vnis)
    var owners = [UInt16](repeating: 0, count: vnis.count)
    var span = owners.mutableSpan
    strategy.assign(vnis.span, to: view.span, owners: &span)
    return owners.map { view[Int($0)] }
  }

  // MARK: The network

  func broadcast(from sender: Host, isFromDiscoveryPort: Bool) {
    sender.truth.lastSentAt = now
    chronicle.note(now, sender.index, .sent)
    digest.add(UInt64(bitPattern: now.nanoseconds))
    digest.add(UInt64(sender.index))
    let packet = Packet(
      uid: sender.uid.rawValue, from: sender.index, source: sender.address,
      isFromDiscoveryPort: isFromDiscoveryPort)
    for receiver in hosts where receiver !== sender && receiver.isRunning {
      let fates = network.fates(from: sender.index, to: receiver.index, &dice)
      if fates.isEmpty { judge.lost(from: sender, to: receiver) }
      for fate in fates {
        var copy = packet
        copy.isLate = fate.isLate
        if fate.isLate { judge.late(from: sender, to: receiver, until: now + fate.delay) }
        plan(.packet(to: receiver.index, copy), at: now + fate.delay)
      }
    }
  }

  private func deliver(_ packet: Packet, to host: Host) {
    guard host.isRunning else { return }
    let sender = packet.from.map { hosts[$0] }
    guard host.hasCarrier, host.process?.receive(packet) ?? true else {
      if let sender { judge.lost(from: sender, to: host) }
      return
    }
    chronicle.note(now, host.index, .heard(uid: packet.uid))
    host.goDaemon?.receive(packet)
    judge.heard(packet, from: sender, by: host)
  }
}

extension HostTruth {
  /// A new process: what was true of the one before is not of this one.
  mutating func begin(at now: MonotonicInstant) {
    let before = self
    self = HostTruth()
    startedAt = now
    crashedAt = before.crashedAt
    (troubles, troubleAftermath, isTroubleRetried) =
      (before.troubles, before.troubleAftermath, before.isTroubleRetried)
    (troubleSince, troubleUntil, troubled) = (before.troubleSince, before.troubleUntil, before.troubled)
    upAt = before.upAt
    (driftedAt, takenAt) = (before.driftedAt, before.takenAt)
    (announcesUntil, lastAnnouncedAt) = (before.announcesUntil, before.lastAnnouncedAt)
    guardFiredAt = before.guardFiredAt
    // Whoever floods a machine does not care who runs there.
    floodedAt = before.floodedAt
  }
}

extension Scenario.Strategy {
  /// Whether it ranks gateways per VNI by something that does not depend on who is alive.
  public var hasCommonRanking: Bool { self != .modulo }

  var made: any AssignmentStrategy {
    switch self {
    case .mixed: RendezvousMixedStrategy()
    case .rendezvous: RendezvousStrategy()
    case .tied: TiedStrategy()
    case .modulo: ModuloStrategy()
    }
  }
}

/// A ranking with so few scores that most VNIs are tied, and the lowest uid owns.
private struct TiedStrategy: ScoringStrategy {
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    RendezvousMixedStrategy().score(vnis, gateways, into: &scores)
    for index in scores.indices { scores[index] %= 3 }
  }
}

/// FNV-1a over words: two runs that differ anywhere have different digests.
struct Digest {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01B3 }
}
