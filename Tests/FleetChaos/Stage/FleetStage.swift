package import GatewayLab
import Glibc
import LinuxNetworking
import WMGFramework
import WMGFrameworkTesting

/// The fleet that chaos is done to: a network, daemons, and the instruments that watch from outside.
package final class FleetStage {
  /// What a fleet is to be like.
  package struct Options: Sendable {
    /// The run's; what burdens do is drawn from it.
    package var seed: UInt64
    package var gateways: Int
    package var vnis: Int
    package var topology: LabTopology
    package var timing: FleetTiming
    /// The path of `wmgwd2`.
    package var binary: String
    /// Further arguments of the daemons.
    package var further: [String]

    package init(
      seed: UInt64, gateways: Int, vnis: Int, topology: LabTopology, timing: FleetTiming, binary: String,
      further: [String] = []
    ) {
      self.seed = seed
      self.gateways = gateways
      self.vnis = vnis
      self.topology = topology
      self.timing = timing
      self.binary = binary
      self.further = further
    }
  }

  package let options: Options
  package let network: LabNetwork
  package let observer: OwnershipObserver
  package let weather: MachineWeather
  /// The gateways whose daemons should run.
  package private(set) var running: Set<Int> = []
  private let capture: AnnouncementCapture
  let command: DaemonCommand
  /// This program, for the burdens that it is itself.
  let ownProgram: String

  /// One after the other for the burdens that have one, in the script's order.
  var burdenSeeds: SeededGenerator

  /// What goes on, by the number of the fault in its step.
  var helpers: [Int: [ChildProcess]] = [:]
  /// The reading ends of the pipes that nobody reads.
  private var unreadPipes: [Int: CInt] = [:]
  private var fullDisks: [Int: FullDisk] = [:]
  /// How many logs have been on a full disk, and how many of them until the last byte was used.
  private var diskFigures = (logs: 0, filled: 0)
  /// The floods' rates.
  let floods: FloodMeter

  // What the current history is made of.
  private var start: MonotonicInstant
  private var initial: [[Bool]]
  private(set) var machinesOff: [FleetHistory.Absence] = []
  private(set) var silences: [FleetHistory.Absence] = []
  /// Daemons that ended otherwise than they should.
  private var deaths: [Violation] = []

  package static let prefix = "wmgchaos"

  /// Builds the network; no daemon runs yet.
  ///
  /// - Throws: `LabError` or `SystemCallError`. Nothing remains then.
  package init(_ options: Options) throws {
    self.options = options
    burdenSeeds = SeededGenerator(seed: options.seed)
    guard let last = VNI(rawValue: UInt32(options.vnis)), let own = realpath("/proc/self/exe", nil) else {
      throw LabError("there are no \(options.vnis) VNIs", exitCode: 64)
    }
    ownProgram = String(cString: own)
    free(own)
    let vnis = VNISet(VNI.min...last)
    command = DaemonCommand(
      binary: options.binary, vnis: vnis, interval: options.timing.interval, further: options.further)
    let network = try LabNetwork(
      LabConfiguration(
        gatewayCount: options.gateways, vnis: vnis, topology: options.topology, hasClient: false,
        prefix: Self.prefix))
    self.network = network
    do {
      observer = try ObserverPriority.run { try OwnershipObserver(network, keepsTransitions: true) }
      capture = try ObserverPriority.run { try AnnouncementCapture(network) }
      weather = try MachineWeather()
      floods = try FloodMeter(network)
    } catch {
      network.remove()
      throw error
    }
    start = BootTimeClock.now
    initial = Array(repeating: Array(repeating: false, count: options.vnis), count: options.gateways)
  }

  /// Ends everything and leaves nothing behind.
  package func close() {
    for children in helpers.values { for child in children { endGroup(child) } }
    for gateway in network.gateways.indices { closeLog(of: gateway) }
    weather.stop()
    observer.stop()
    capture.stop()
    network.remove()
  }

  // MARK: Daemons

  package func startDaemon(_ gateway: Int, trouble: Fault.LogTrouble? = nil) throws {
    closeLog(of: gateway)
    switch trouble {
    case nil: try network.gateways[gateway].start(command)
    case .fullDisk:
      let disk = try FullDisk()
      fullDisks[gateway] = disk
      try network.gateways[gateway].start(command, errors: .descriptor(disk.log))
    case .unreadPipe:
      let pipe = try FullPipe()
      unreadPipes[gateway] = pipe.reading
      defer { Glibc.close(pipe.writing) }
      try network.gateways[gateway].start(command, errors: .descriptor(pipe.writing))
    }
    running.insert(gateway)
  }

  /// Forgets the log of a daemon that has ended, if it was one that gives trouble.
  private func closeLog(of gateway: Int) {
    if let pipe = unreadPipes.removeValue(forKey: gateway) { Glibc.close(pipe) }
    guard let disk = fullDisks.removeValue(forKey: gateway) else { return }
    diskFigures.logs += 1
    if disk.isFull { diskFigures.filled += 1 }
    disk.close()
  }

  /// What there is to say of the logs on a full disk.
  var fullDiskLine: String? {
    let logs = diskFigures.logs + fullDisks.count
    let filled = diskFigures.filled + fullDisks.values.count { $0.isFull }
    return logs > 0 ? "\(logs) logs on a full disk, \(filled) of them until the last byte was used" : nil
  }

  /// SIGKILL.
  func killDaemon(_ gateway: Int) {
    running.remove(gateway)
    network.gateways[gateway].daemon?.kill()
    _ = network.gateways[gateway].daemon?.wait(for: .seconds(5))
  }

  /// SIGTERM; `awaitStop` has to follow.
  func terminateDaemon(_ gateway: Int) {
    running.remove(gateway)
    network.gateways[gateway].daemon?.terminate()
  }

  func awaitStop(_ gateway: Int) {
    guard let daemon = network.gateways[gateway].daemon else { return }
    let patience = options.timing.detection + options.timing.effectiveStopMargin + .seconds(5)
    let ending = daemon.wait(for: patience)
    guard ending != .exited(0) else { return }
    if ending == nil { daemon.kill() }
    let what = ending.map { "\($0)" } ?? "it did not end within \(seconds(patience))"
    deaths.append(
      Violation(.survival, gateways: [gateway], at: BootTimeClock.now, note: "after SIGTERM: \(what)"))
  }

  /// Starts again what has ended of itself, and remembers that.
  private func lookForDeaths() throws {
    for gateway in running.sorted() {
      guard let ending = network.gateways[gateway].daemon?.wait(for: .zero) else { continue }
      deaths.append(
        Violation(.survival, gateways: [gateway], at: BootTimeClock.now, note: "ended by itself: \(ending)"))
      try startDaemon(gateway)
    }
  }

  // MARK: What was seen

  func noteSilence(of gateway: Int, from: MonotonicInstant, to: MonotonicInstant) {
    silences.append(FleetHistory.Absence(gateway: gateway, from: from, to: to))
  }

  func noteMachineOff(_ gateway: Int, from: MonotonicInstant, to: MonotonicInstant) {
    machinesOff.append(FleetHistory.Absence(gateway: gateway, from: from, to: to))
  }

  /// Everything seen since the last time, what the machine was late by meanwhile, and daemons that ended.
  package func takeHistory() throws -> (
    history: FleetHistory, weather: MachineWeather.Reading, deaths: [Violation]
  ) {
    try lookForDeaths()
    let end = BootTimeClock.now
    let reading = weather.take()
    // Each gateway's socket is read by itself: their order is that of the times.
    let transitions = observer.takeTransitions().enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }.map(\.element)
    var history = FleetHistory(start: start, end: end, initial: initial, transitions: transitions)
    history.announcements = capture.take().compactMap { captured in
      network.plan.index(of: captured.vni).map {
        FleetHistory.Announcement(gateway: captured.gateway, vni: $0, at: captured.receivedAt)
      }
    }
    history.machinesOff = machinesOff
    history.silences = silences
    history.resolution = reading.observer + observer.takeLongestReading()
    start = end
    initial = history.final
    machinesOff = []
    silences = []
    defer { deaths = [] }
    return (history, reading, deaths)
  }

  /// Who must own each VNI, by place, when all that run hear each other.
  package var expectedOwners: [Int]? {
    let gateways = network.gateways
    let uids = running.map { gateways[$0].uid }
    return network.plan.vnis.map { vni in
      let owner = ExpectedOwners.owner(of: vni.rawValue, among: uids)
      return gateways.firstIndex { $0.uid == owner } ?? -1
    }
  }

  /// A daemon's last log lines.
  package func lastLines(of gateway: Int, count: Int = 12) -> [String] {
    network.gateways[gateway].log().split(separator: "\n").suffix(count).map(String.init)
  }
}

/// Ends a child with whatever it has started itself; each has a process group of its own.
func endGroup(_ child: ChildProcess) {
  if child.isRunning { _ = kill(-child.pid, SIGKILL) }
  child.kill()
  _ = child.wait(for: .seconds(5))
}
