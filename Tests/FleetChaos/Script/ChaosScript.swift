import WMGFramework
import WMGFrameworkTesting

/// What is done to a fleet and when, drawn from a seed: the same seed and options make the same script.
///
/// The guarantees speak of one failure at a time and of a machine that may be busy meanwhile. So a step has one fault
/// that concerns ownership (or two gateways that are paused together), and sometimes a burden beside it. At least two
/// gateways are left that run and hear each other.
package struct ChaosScript: Sendable {
  /// What a script is drawn for.
  package struct Options: Hashable, Sendable {
    package var seed: UInt64
    /// How many gateways there are.
    package var gateways: Int
    /// How many run from the start on; the others may join.
    package var running: Int
    package var vnis: Int
    /// How long it is to last, calms included.
    package var length: Duration
    package var timing: FleetTiming
    /// Less of everything: what a fleet sees in an hour rather than in a minute.
    package var isLight: Bool

    package init(
      seed: UInt64, gateways: Int, running: Int, vnis: Int, length: Duration, timing: FleetTiming,
      isLight: Bool = false
    ) {
      self.seed = seed
      self.gateways = gateways
      self.running = running
      self.vnis = vnis
      self.length = length
      self.timing = timing
      self.isLight = isLight
    }
  }

  package let steps: [ChaosStep]

  package init(steps: [ChaosStep]) {
    self.steps = steps
  }

  package init(_ options: Options) {
    var draw = Draw(options)
    var steps: [ChaosStep] = []
    var elapsed = Duration.zero
    while elapsed < options.length {
      let step = draw.step(number: steps.count + 1)
      steps.append(step)
      elapsed += step.length + options.timing.convergence + .milliseconds(500)
      if step.faults.contains(where: \.fault.endsInAnOrderlyStop) { elapsed += options.timing.expiry }
    }
    self.steps = steps
  }
}

extension Fault {
  /// Whether it waits for a daemon to stop by itself.
  var endsInAnOrderlyStop: Bool {
    switch self {
    case .stop, .leave, .badLog: true
    default: false
    }
  }
}

/// Draws one step after the other and knows who would run by then.
private struct Draw {
  enum Kind: CaseIterable {
    case crash, powerLoss, pause, pauseOfTwo, stop, membership, badLog, underlayCut, overlayCut, loss,
      parentFlap, recreation, protodown, hogs, linkStorm, flood, reload
  }

  let options: ChaosScript.Options
  var generator: SeededGenerator
  var running: Set<Int>
  /// The kinds that are still to come before any of them comes again: a minute sees many kinds, not one often.
  var bag: [Kind] = []

  init(_ options: ChaosScript.Options) {
    self.options = options
    generator = SeededGenerator(seed: options.seed)
    running = Set(0..<options.running)
  }

  mutating func step(number: Int) -> ChaosStep {
    if bag.isEmpty { bag = Kind.allCases.shuffled(using: &generator) }
    var faults = faults(of: bag.removeLast())
    if !faults.contains(where: \.fault.isBurden), Int.random(in: 0..<4, using: &generator) == 0 {
      let burden = self.burden()
      let length = max(burden.length, (faults.map { $0.offset + $0.length }.max() ?? .zero))
      faults.append(PlannedFault(burden.fault, length: length))
    }
    return ChaosStep(number: number, faults: faults)
  }

  private mutating func faults(of kind: Kind) -> [PlannedFault] {
    switch kind {
    case .crash: [PlannedFault(.crash(anyRunning()), length: around(options.timing.detection))]
    case .powerLoss: [PlannedFault(.powerLoss(anyRunning()), length: around(options.timing.detection))]
    case .pause: [PlannedFault(.pause(anyRunning()), length: pauseLength())]
    case .pauseOfTwo: pauseOfTwo()
    case .stop: [PlannedFault(.stop(anyRunning()), length: milliseconds(50...1000))]
    case .membership: [membership()]
    case .badLog:
      [
        PlannedFault(
          .badLog(anyRunning(), Fault.LogTrouble.allCases.randomElement(using: &generator) ?? .fullDisk),
          length: milliseconds(50...500))
      ]
    case .underlayCut: [PlannedFault(.underlayCut(anyRunning()), length: around(options.timing.detection))]
    case .overlayCut: [PlannedFault(.overlayCut(anyRunning()), length: milliseconds(200...3000))]
    case .loss: [loss()]
    case .parentFlap:
      [PlannedFault(.parentFlap(anyRunning(), vnis: someVNIs()), length: milliseconds(0...1500))]
    case .recreation: [recreation()]
    case .protodown: [PlannedFault(.protodown(anyRunning(), vnis: someVNIs(), on: coin()))]
    case .linkStorm: overrun()
    case .hogs, .flood: [burden(kind)]
    case .reload: [PlannedFault(.reload(anyRunning()))]
    }
  }

  /// One of those that joins, or one of those that leaves, so that there will be another to join.
  private mutating func membership() -> PlannedFault {
    let absent = (0..<options.gateways).filter { !running.contains($0) }
    if let joiner = absent.randomElement(using: &generator), running.count < 3 || coin() {
      running.insert(joiner)
      return PlannedFault(.join(joiner))
    }
    guard running.count > 2 else {
      return PlannedFault(.stop(anyRunning()), length: milliseconds(50...1000))
    }
    let leaver = anyRunning()
    running.remove(leaver)
    return PlannedFault(.leave(leaver))
  }

  /// Two at once, where a third is left.
  private mutating func pauseOfTwo() -> [PlannedFault] {
    guard running.count > 2 else { return [PlannedFault(.pause(anyRunning()), length: pauseLength())] }
    let two = running.sorted().shuffled(using: &generator).prefix(2).sorted()
    let length = pauseLength()
    return two.map { PlannedFault(.pause($0), length: length) }
  }

  /// A storm, and mostly its witness stopped in the middle of it, until more news wait for it than a socket holds: about
  /// 7,700, of which the kernel makes 10,000 to 50,000 a second. Either that has to come before anyone notices that it is
  /// stopped, or it has the time that it takes.
  private mutating func overrun() -> [PlannedFault] {
    var storm = burden(.linkStorm)
    guard let gateway = storm.fault.gateway, Int.random(in: 0..<3, using: &generator) > 0 else {
      return [storm]
    }
    let timing = options.timing
    let unnoticed = timing.detection - timing.interval - FleetTiming.expiryGrace - .milliseconds(100)
    let pause = PlannedFault(
      .overrun(gateway, vnis: someVNIs(), on: coin()), offset: milliseconds(100...300),
      length: coin() ? unnoticed : .seconds(15))
    // It goes on while the gateway catches up, in half of the cases.
    if coin() { storm.length = pause.offset }
    return [storm, pause]
  }

  private mutating func loss() -> PlannedFault {
    let two = running.sorted().shuffled(using: &generator).prefix(2)
    let loss: Fault.Loss =
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: .deaf(two[0])
      case 1: .mute(two[0])
      case 2: .oneWay(from: two[0], to: two[1])
      default: .random(percent: Int.random(in: 5...60, using: &generator))
      }
    return PlannedFault(.loss(loss), length: around(options.timing.detection))
  }

  private mutating func recreation() -> PlannedFault {
    PlannedFault(
      .recreation(anyRunning(), vnis: someVNIs(), standby: coin()), length: milliseconds(10...1500))
  }

  private mutating func burden(_ kind: Kind? = nil) -> PlannedFault {
    let length = milliseconds(1000...(options.isLight ? 2000 : 5000))
    switch kind ?? [.hogs, .linkStorm, .flood].randomElement(using: &generator) ?? .hogs {
    case .linkStorm:
      return PlannedFault(
        .linkStorm(
          anyRunning(), pairs: options.isLight ? 100 : Int.random(in: 500...1000, using: &generator)),
        length: length)
    case .flood: return PlannedFault(.flood(perSecond: options.isLight ? 1000 : 50_000), length: length)
    default:
      return PlannedFault(
        .hogs(count: options.isLight ? 1 : Int.random(in: 2...6, using: &generator), arePinned: coin()),
        length: length)
    }
  }

  /// Pauses of 1 to 20 s, half of them shorter than 5 s.
  private mutating func pauseLength() -> Duration {
    coin() ? milliseconds(1000...5000) : milliseconds(1000...20_000)
  }

  /// A time that may be shorter or longer than `duration`, by as much as matters.
  private mutating func around(_ duration: Duration) -> Duration {
    milliseconds(50...Int(duration.nanoseconds * 2 / 1_000_000))
  }

  private mutating func someVNIs() -> [Int] {
    // One, a few, or many.
    let most = [1, 10, options.vnis / 2].randomElement(using: &generator) ?? 1
    let count = max(1, min(options.vnis, Int.random(in: 1...max(1, most), using: &generator)))
    return Array((0..<options.vnis).shuffled(using: &generator).prefix(count)).sorted()
  }

  private mutating func anyRunning() -> Int { running.sorted().randomElement(using: &generator) ?? 0 }
  private mutating func coin() -> Bool { Bool.random(using: &generator) }
  private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(Int.random(in: range, using: &generator))
  }
}

extension Fault {
  /// Whether it concerns the machine and not ownership.
  package var isBurden: Bool {
    switch self {
    case .hogs, .linkStorm, .flood: true
    default: false
    }
  }
}
