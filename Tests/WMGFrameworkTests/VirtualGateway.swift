import WMGFramework

@testable import WMGFramework

/// One core with the least of a shell around it, in virtual time. Its discovery behaves as Discovery.swift says: a
/// burst of three, then one advertisement per interval; silent for good once a detection time has gone by; a drain is
/// answered at once.
final class VirtualGateway {
  var core: GatewayCore
  let address: IPv4Address
  private(set) var configuration: GatewayConfiguration
  var effectors: [FakeEffector]
  var isPaused = false
  var isCrashed = false
  var answersDrains = true
  var exitCode: Int32?
  var record: [(at: MonotonicInstant, directive: Directive)] = []
  var turns = 0

  var inbox: [Event] = []
  /// What the kernel has received and nobody has read.
  var socket: [HeardAdvertisement] = []
  var wakeAt: MonotonicInstant
  private var advertising = Advertising.off
  private(set) var sendTimes: [MonotonicInstant] = []
  private var lastSent: MonotonicInstant?
  private var isConnected = true
  private var leaseEnd: MonotonicInstant

  init(
    _ configuration: GatewayConfiguration, strategy: any AssignmentStrategy = MixingStrategy(),
    effectorCount: Int = 2, at now: MonotonicInstant, isConnected: Bool = true
  ) {
    self.configuration = configuration
    self.isConnected = isConnected
    address = IPv4Address(rawValue: 0x0A00_0100 + UInt32(configuration.uid.rawValue % 250))
    core = GatewayCore(configuration, strategy: strategy, effectorCount: effectorCount)
    effectors = Array(repeating: FakeEffector(), count: effectorCount)
    wakeAt = now
    leaseEnd = now + configuration.detectionTime
    carryOut(core.start(at: now), at: now)
    inbox.append(.discovery(isConnected ? .connected : .isolated(reason: "no carrier")))
  }

  var isRunning: Bool { !isPaused && !isCrashed && exitCode == nil }
  var held: Set<VNI> { exitCode == nil || !isCrashed ? effectors.first?.active ?? [] : [] }

  /// When something happens by itself.
  var nextTime: MonotonicInstant? {
    guard isRunning else { return nil }
    return ([wakeAt] + sendTimes + effectors.flatMap { $0.replies.map(\.at) }).min()
  }

  func setConnected(_ connected: Bool) {
    guard connected != isConnected else { return }
    isConnected = connected
    inbox.append(.discovery(connected ? .connected : .isolated(reason: "no carrier")))
  }

  /// Everything due at `now`; returns how many advertisements leave.
  func work(at now: MonotonicInstant) -> Int {
    guard isRunning else { return 0 }
    var sent = 0
    for _ in 0..<20 {
      read()
      sent += send(at: now)
      for index in effectors.indices {
        let reports = effectors[index].takeReplies(at: now)
        if !reports.isEmpty { inbox.append(.effectReported(effector: index, reports: reports)) }
      }
      guard !inbox.isEmpty || wakeAt <= now else { return sent }
      let events = inbox.isEmpty ? [.deadlineReached] : inbox
      inbox = []
      turn(events, at: now)
      guard exitCode == nil else { return sent }
    }
    preconditionFailure("the core spins")
  }

  func turn(_ events: [Event], at now: MonotonicInstant) {
    turns += 1
    leaseEnd = now + configuration.detectionTime
    carryOut(core.process(events, at: now), at: now)
  }

  func reconfigure(
    _ configuration: GatewayConfiguration, strategy: (any AssignmentStrategy)? = nil,
    at now: MonotonicInstant
  ) {
    self.configuration = configuration
    carryOut(core.reconfigure(configuration, strategy: strategy, at: now), at: now)
  }

  private func read() {
    inbox += socket.map { .discovery(.heard($0)) }
    socket = []
  }

  private func send(at now: MonotonicInstant) -> Int {
    let due = sendTimes.filter { $0 <= now }
    guard !due.isEmpty else { return 0 }
    sendTimes.removeAll { $0 <= now }
    if let lastSent, now - lastSent >= configuration.detectionTime {
      sendTimes = []
      inbox.append(.discovery(.lapsed(at: now)))
      return 0
    }
    if advertising == .on, sendTimes.isEmpty { sendTimes = [now + configuration.interval] }
    guard isConnected, now < leaseEnd else { return 0 }
    lastSent = now
    inbox.append(.discovery(.advertised(at: now)))
    return 1
  }

  private func carryOut(_ directives: [Directive], at now: MonotonicInstant) {
    for directive in directives {
      record.append((now, directive))
      switch directive {
      case .advertise(let advertising):
        self.advertising = advertising
        sendTimes = []
        if advertising != .off {
          lastSent = now
          sendTimes = (0..<3).map { now + configuration.burstSpacing * $0 }
        }
      case .drain:
        if answersDrains {
          read()
          inbox.append(.discovery(.drained(through: now)))
        }
      case .command(let effector, let command):
        effectors[effector].carryOut(command, all: configuration.vnis, at: now)
      case .wakeAt(let time):
        wakeAt = time
        precondition(time > now && time <= now + configuration.interval, "wakes at \(time), now \(now)")
      case .log: break
      case .exit(let code): exitCode = code
      }
    }
  }
}
