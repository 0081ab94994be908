import WMGFramework

/// One running gateway: the daemon's own core, and around it what mirrors the shell, `Gateway` of WMGRuntime: three
/// kinds of threads (core, discovery, effectors) that talk through mailboxes and each wake a little after they are
/// written to.
final class GatewayProcess {
  unowned let world: World
  unowned let host: Host
  let incarnation: Int
  private(set) var configuration: GatewayConfiguration
  private var core: GatewayCore
  /// What the core is and wants, since its last turn.
  private(set) var record: TurnRecord
  /// The whole process does not run.
  private(set) var isPaused = false
  /// The core's thread does not run.
  private(set) var isCoreHung = false
  private var postponed: [ProcessEvent] = []

  private var inbox: SimulatedInbox
  private var isCoreWoken = false
  private var timerGeneration = 0
  /// Mirrors `AdvertisingLease`: renewed at every turn, for D.
  private(set) var leaseEnd: MonotonicInstant

  // The discovery's thread.
  var heartbeat: SimulatedHeartbeat
  var peers: SimulatedPeerTable
  /// What the kernel has received and nobody has read.
  var socket: [(packet: Packet, receivedAt: MonotonicInstant)] = []
  var isSocketNoticed = false
  var isDiscoveryWoken = false
  var advertisingOrder: Advertising?
  var drainOrder = false
  var guardBeat = GuardBeat()
  var guardBeatGeneration = 0
  var isGuardBeatPlanned = false
  var signs = SignsOfLife()

  var effectors: [SimulatedEffector]

  static let effectorCount = 2
  /// The kernel's receive buffer has room for that many packets.
  static let socketCapacity = 512

  init(_ world: World, _ host: Host, strategy: any AssignmentStrategy) {
    self.world = world
    self.host = host
    configuration = host.configuration
    incarnation = host.incarnations
    let now = host.clock.local(world.now)
    core = GatewayCore(configuration, strategy: strategy, effectorCount: Self.effectorCount)
    core.deliberateFaults = world.deliberateFaults
    record = TurnRecord(core)
    inbox = SimulatedInbox(effectorCount: Self.effectorCount)
    leaseEnd = now
    heartbeat = SimulatedHeartbeat(configuration, at: now)
    peers = SimulatedPeerTable(
      limit: configuration.peerLimit, memory: configuration.detectionTime + configuration.expiryGrace)
    effectors = Array(
      repeating: SimulatedEffector(vniCount: world.scenario.vniCount), count: Self.effectorCount)
  }

  /// The plugins have started; the core begins.
  func start() {
    let now = localNow
    followGuardBeat()
    carryOut(core.start(at: now))
    publish(host.hasCarrier ? .connected : .isolated(reason: "no carrier"))
  }

  var localNow: MonotonicInstant { host.clock.local(world.now) }
  var phase: Phase { record.phase }
  var view: [GatewayID] { record.view }
  var isActive: Bool { phase == .active }
  /// It serves on for a while, or not any more.
  var isEnding: Bool {
    switch phase {
    case .leaving, .standingBy, .stopped: true
    case .listening, .claiming, .active, .suspended, .awaitingPeer: false
    }
  }
  var isLeaving: Bool { if case .leaving = phase { true } else { false } }
  /// How many things wait to be taken note of.
  var waitingCount: Int { inbox.count + socket.count }

  // MARK: Running, or not

  func handle(_ event: ProcessEvent) {
    guard !isPaused, !(isCoreHung && event.isOfCore) else {
      postponed.append(event)
      return
    }
    switch event {
    case .coreWoken:
      isCoreWoken = false
      turn()
    case .coreTimer(let generation): if generation == timerGeneration { turn() }
    case .discoveryWoken: takeDiscoveryOrders()
    case .socketReadable:
      isSocketNoticed = false
      readSocket()
    case .heartbeat(let generation, let isBurst): beat(generation, isBurst: isBurst)
    case .guardBeat(let generation): beatForGuard(generation)
    case .effectorWoken(let effector):
      effectors[effector].isWoken = false
      if effectors[effector].current == nil { beginJob(of: effector) }
    case .effectorDone(let effector): finishJob(of: effector)
    case .interfaceChanged(let vni): look(at: vni)
    }
  }

  func pause() { isPaused = true }

  func hangCore() { isCoreHung = true }

  /// Runs again: all threads at once, in an order that nobody knows.
  func wake() {
    isPaused = false
    isCoreHung = false
    let events = world.dice.shuffled(postponed)
    postponed = []
    for event in events { plan(event, within: world.scenario.timing.threadSwitch) }
  }

  func plan(_ event: ProcessEvent, within longest: Duration) {
    plan(event, at: world.now + world.dice.duration(.microseconds(10)...longest))
  }

  func plan(_ event: ProcessEvent, at moment: MonotonicInstant) {
    world.plan(.process(host: host.index, incarnation: incarnation, event), at: moment)
  }

  // MARK: The core's thread

  func publish(_ event: DiscoveryEvent) {
    noteForGuard(event)
    inbox.add(event)
    wakeCore()
  }

  func report(_ report: EffectReport, from effector: Int) {
    inbox.add(report, from: effector)
    wakeCore()
  }

  func requestStop() {
    inbox.stopIsRequested = true
    wakeCore()
  }

  func reconfigure(_ configuration: GatewayConfiguration) {
    self.configuration = configuration
    carryOut(core.reconfigure(configuration, at: localNow), isReload: true)
  }

  private func wakeCore() {
    guard !isCoreWoken else { return }
    isCoreWoken = true
    plan(.coreWoken, within: world.scenario.timing.threadSwitch)
  }

  private func turn() {
    guard host.process === self else { return }
    let events = inbox.takeEvents()
    carryOut(core.process(events.isEmpty ? [.deadlineReached] : events, at: localNow))
  }

  private func carryOut(_ directives: [Directive], isReload: Bool = false) {
    let before = record
    let wasAtWork = !effectors.allSatisfy(\.isIdle)
    record = TurnRecord(core)
    let now = localNow
    leaseEnd = now + configuration.detectionTime
    tellGuard { $0.setCompany(core.hasCompany) }
    tellGuard { $0.setMayBeSilent(core.mayBeSilent, at: now) }
    if let time = core.leavesAsOf { tellGuard { $0.leave(asOf: time) } }
    for directive in directives {
      switch directive {
      case .advertise(let advertising):
        advertisingOrder = advertising
        wakeDiscovery()
      case .drain:
        drainOrder = true
        wakeDiscovery()
      case .command(let effector, let command): hand(command, to: effector)
      case .wakeAt(let time):
        timerGeneration += 1
        let lateness = world.dice.duration(.zero...(world.scenario.timing.threadSwitch / 2))
        plan(.coreTimer(generation: timerGeneration), at: host.clock.world(time) + lateness)
      case .log(let entry): world.chronicle.note(world.now, host.index, .logged(entry))
      case .exit(let code): world.processExited(host, code: code)
      }
    }
    world.judge.noteTurn(of: host, before, record, isReload: isReload, wasAtWork: wasAtWork)
  }
}
