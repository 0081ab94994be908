import WMGFramework
import WMGFrameworkTesting

extension Scenario {
  /// Draws a scenario: the same for the same seed, on every machine.
  ///
  /// - Parameter kinds: The kinds of faults that may be drawn.
  public init(seed: UInt64, kinds: [FaultKind] = FaultKind.allCases) {
    var dice = Dice(seed: seed)
    let density = dice.pick([Density.sparse, .sparse, .medium, .dense])
    let isLarge = dice.chance(0.02)
    let whole = isLarge ? dice.whole(9...50) : dice.pick([2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8])
    let startsByHalves = isLarge && dice.chance(0.5)
    let count = startsByHalves ? whole / 2 : whole
    let spare = startsByHalves ? whole - count : isLarge ? 4 : 3
    let usesGo = !isLarge && dice.chance(0.25)
    timing = FleetTiming(&dice, withGo: usesGo)
    self.seed = seed
    vniCount = dice.pick([8, 16, 24, 32, 64])
    strategy = usesGo ? .rendezvous : dice.pick([.mixed, .mixed, .rendezvous, .tied, .modulo])
    hasGuards = dice.chance(0.5)
    peerLimit = isLarge ? 256 : 64
    discoveryBoundsPeers = dice.chance(0.7)
    baseLoss = dice.chance(0.3) ? dice.real(0.001...0.05) : 0
    let policy = dice.pick([GatewayConfiguration.IsolationPolicy.keep, .keep, .release])
    let togetherWithin = dice.pick([Duration.zero, timing.interval, timing.detectionTime * 2])
    machines = []
    for number in 0..<(count + spare) {
      let isGo = usesGo && number > 0 && dice.chance(0.4)
      let taken = Set(machines.map(\.uid))
      var uid = dice.uid()
      while taken.contains(uid) { uid = dice.uid() }
      machines.append(
        Machine(
          uid: uid, clockError: dice.whole(-timing.clockError...timing.clockError),
          startsAt: number < count ? dice.duration(.zero...togetherWithin) : nil, isGo: isGo,
          whenIsolated: policy))
    }
    faults = []
    quietFrom = .zero
    end = .zero
    let begin = togetherWithin + timing.detectionTime * 2 + timing.interval * 2
    drawFaults(
      &dice, density, running: count, from: begin, startsByHalves ? [.joinOfMany] : [], kinds)
  }

  private enum Density {
    case sparse, medium, dense
  }

  private mutating func drawFaults(
    _ dice: inout Dice, _ density: Density, running: Int, from begin: Duration, _ certain: [FaultKind],
    _ kinds: [FaultKind]
  ) {
    let detection = timing.detectionTime
    let number: Int
    let gap: ClosedRange<Duration>
    switch density {
    case .sparse: (number, gap) = (dice.whole(1...3), (detection * 3)...(detection * 4))
    case .medium: (number, gap) = (dice.whole(3...6), .zero...(detection * 2))
    case .dense: (number, gap) = (dice.whole(5...15), .zero...(detection / 2))
    }
    var start = begin
    var free = Array(running..<machines.count)
    for position in 0..<number {
      start = start + dice.duration(gap)
      let kind = position < certain.count ? certain[position] : dice.pick(kinds)
      if var fault = drawFault(&dice, kind, at: start, running: running, &free) {
        // Sparse faults are over before the next, and what they caused is too.
        if density == .sparse { start = fault.end }
        fault.severity = dice.real(0...1)
        faults.append(fault)
      }
    }
    faults.sort { $0.start < $1.start }
    // An effector that fails for F is tried again F + 1 s after the fault's end at the latest: the waits so far were
    // 1 + 2 + … + 2ⁿ⁻¹ = 2ⁿ − 1 seconds, no more than F, and the next is 2ⁿ. Faults may follow upon each other.
    let failing = faults.filter { $0.kind == .failingEffector }
    let retry = failing.isEmpty ? .zero : troubleLength + .seconds(1)
    let last =
      faults.map { fault in
        switch fault.kind {
        case .failingEffector: fault.end + retry
        // Until then the last packet that was late has arrived.
        case .delay: fault.end + longestLateness(of: fault)
        // Until then what was begun slowly is done.
        case .slowEffector: fault.end + (timing.switching + timing.announcing) * (3 * slowness(of: fault))
        default: fault.end
        }
      }.max() ?? begin
    quietFrom = last
    end = quietFrom + detection * 4 + .seconds(1)
  }

  /// What a packet may be late by in a fault: more than I at worst, up to I + 2·D.
  func longestLateness(of fault: Fault) -> Duration {
    guard fault.kind == .delay else { return .zero }
    return timing.interval + timing.detectionTime / 50 * Int(fault.severity * 100)
  }

  /// How many times as long as usual effectors take in a fault.
  func slowness(of fault: Fault) -> Int { 5 + Int(fault.severity * 45) }

  /// From the first trouble with effectors to the last.
  private var troubleLength: Duration {
    let troubles = faults.filter {
      [.failingEffector, .silentEffector, .slowEffector, .vanishedInterface].contains($0.kind)
    }
    guard let first = troubles.map(\.start).min(), let last = troubles.map(\.end).max() else { return .zero }
    return min(.seconds(60), last - first)
  }

  private func drawFault(
    _ dice: inout Dice, _ kind: FaultKind, at start: Duration, running: Int, _ free: inout [Int]
  ) -> Fault? {
    let ours = (0..<running).filter { !machines[$0].isGo }
    let detection = timing.detectionTime
    var length = dice.duration((timing.interval / 4)...(detection * 2))
    var befallen = [dice.pick(ours)]
    switch kind {
    case .loss, .reordering, .delay, .duplication, .asymmetricLoss:
      befallen = dice.some(of: Array(0..<running))
    case .oneWayLink:
      befallen = Array(dice.shuffled(Array(0..<running)).prefix(2))
      guard befallen.count == 2 else { return nil }
    case .partitionOfOne: befallen = [dice.whole(0...(running - 1))]
    case .oneWayPartition:
      befallen = Array(dice.shuffled(Array(0..<running)).prefix(dice.whole(1...max(1, running / 2))))
    case .partitionOfHalves: befallen = Array(dice.shuffled(Array(0..<running)).prefix(max(1, running / 2)))
    case .pauseOfSeveral, .stopOfMany: befallen = dice.some(of: ours)
    case .pauseOfAll: befallen = ours
    case .isolationOfAll: befallen = Array(0..<running)
    case .join, .duplicateUID, .goJoin:
      guard let place = free.firstIndex(where: { machines[$0].isGo == (kind == .goJoin) }) else { return nil }
      befallen = [free.remove(at: place)]
      // Within that each is started.
      length = timing.interval
      if kind == .duplicateUID { befallen.append(dice.pick(ours)) }
    case .joinOfMany:
      befallen = free.filter { !machines[$0].isGo }
      guard !befallen.isEmpty else { return nil }
      free.removeAll { befallen.contains($0) }
      length = timing.interval
    case .goStop:
      befallen = (0..<running).filter { machines[$0].isGo }
      guard !befallen.isEmpty else { return nil }
    case .flood, .garbage: befallen = dice.some(of: ours)
    case .driftUp, .driftDown, .reload, .crashForGood: length = .zero
    default: break
    }
    if kind == .stop || kind == .stopOfMany || kind == .isolatedStop {
      length = detection * 2 + timing.stopMargin
    }
    if kind == .failingEffector || kind == .silentEffector { length = min(length, .seconds(4)) }
    return Fault(kind: kind, start: start, length: length, machines: befallen, severity: 0)
  }
}

extension FleetTiming {
  /// D.
  public var detectionTime: Duration { interval * multiplier }

  init(_ dice: inout Dice, withGo: Bool) {
    interval =
      withGo
      ? .seconds(1)
      : dice.pick([.milliseconds(100), .milliseconds(250), .seconds(1), .seconds(1), .seconds(2)])
    multiplier = withGo ? 3 : dice.pick([2, 3, 3, 3, 4, 5])
    overlap = dice.chance(0.3) ? dice.duration(.milliseconds(10)...(.milliseconds(400))) : .zero
    let isBusy = dice.chance(0.2)
    stopMargin = dice.chance(0.15) ? dice.duration(.milliseconds(300)...(.seconds(5))) : .milliseconds(300)
    threadSwitch = isBusy ? .milliseconds(3) : .microseconds(300)
    delivery = isBusy ? .milliseconds(5) : .milliseconds(1)
    switching = dice.pick([.milliseconds(1), .milliseconds(5), .milliseconds(15)])
    announcing = .milliseconds(1)
    clockError = dice.pick([0, 50, 200, 500])
  }
}
