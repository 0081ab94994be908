import Glibc
import LinuxNetworking
import WMGFramework

/// The lab with its instruments and its screen: what the scenario's steps are made of.
final class LabStage: ScenarioStage {
  let options: LabOptions
  let network: LabNetwork
  let observer: OwnershipObserver
  let pinger: Pinger
  var table: GatewayTable
  let screen: TerminalScreen
  let interruption: Interruption
  var expectedToRun: Set<Int> = []
  var stepNumber = 0
  private let daemon: DaemonCommand
  private let start = BootTimeClock.now
  private(set) var results: [StepResult] = []

  init(_ options: LabOptions, _ screen: TerminalScreen, _ interruption: Interruption) throws {
    self.options = options
    self.screen = screen
    self.interruption = interruption
    daemon = DaemonCommand(
      binary: DaemonCommand.resolved(options.binary), vnis: options.vnis, interval: options.interval,
      further: options.plugins.arguments)
    network = try LabNetwork(
      LabConfiguration(
        gatewayCount: options.gatewayCount, vnis: options.vnis, topology: options.topology))
    do {
      observer = try OwnershipObserver(network)
      pinger = try Pinger(network)
    } catch {
      network.remove()
      throw error
    }
    table = GatewayTable(
      plan: network.plan, names: network.gateways.map(\.name),
      conditions: network.gateways.map { _ in .off }, hasUnicode: screen.hasUnicode)
  }

  var detectionTime: Duration { options.interval * 3 }

  var gateways: [LabGateway] { network.gateways }

  /// The current owners, to be compared later.
  var owners: [Int?] { observer.soleOwners }

  func close() {
    screen.keepBlock()
    screen.restore()
    pinger.stop()
    observer.stop()
    network.remove()
  }

  // MARK: Telling

  func summarise() {
    screen.print(
      [StyledText("Summary", .bold), ""]
        + ScenarioSummary(results: results, hasUnicode: screen.hasUnicode).lines + [""])
  }

  // MARK: Doing

  func startDaemon(_ gateway: Int) throws {
    table.conditions[gateway] = .listening
    try network.gateways[gateway].start(daemon)
    expectedToRun.insert(gateway)
  }

  /// From now on, its end is no surprise.
  func willEnd(_ gateway: Int, _ condition: GatewayTable.Condition) {
    expectedToRun.remove(gateway)
    table.conditions[gateway] = condition
  }

  func beginRecord() {
    observer.beginRecord()
    pinger.beginRecord()
  }

  /// Ends a step: keeps its figures and says them.
  func conclude(
    _ title: String, ownersBefore: [Int?], withoutOwner: Duration, twoOwners: Duration,
    clientSilent: Duration?
  ) {
    let record = observer.record()
    let moved = zip(ownersBefore, owners).count { $0 != $1 }
    let result = StepResult(
      title: title, moved: moved, withoutOwner: .init(measured: record.longestUnowned, limit: withoutOwner),
      twoOwners: .init(measured: record.longestShared, limit: twoOwners),
      clientSilent: clientSilent.map { .init(measured: pinger.record().longest, limit: $0) })
    results.append(result)
    if screen.isLive { screen.keepBlock() } else { paragraph("Now: \(table.distribution).") }
    if screen.isLive { screen.print([""]) }
    paragraph(sentence(result))
  }

  /// Waits until every VNI has exactly one owner, has had so for a while, and `condition` holds.
  func waitForOneOwnerEach(patience: Duration, and condition: () -> Bool = { true }) throws {
    let begin = BootTimeClock.now
    var calmSince: MonotonicInstant?
    try wait(patience: patience) {
      let now = BootTimeClock.now
      guard observer.exceptions == 0, condition() else {
        calmSince = nil
        return false
      }
      calmSince = calmSince ?? now
      return calmSince.map { now - $0 > .milliseconds(300) } ?? false && now - begin > .milliseconds(300)
    }
  }

  func refresh() {
    table.owned = observer.owned
    table.soleOwners = observer.soleOwners
    table.client = (answering: pinger.record().answering, asked: pinger.asked.count)
    for index in table.conditions.indices {
      if table.conditions[index] == .listening, !table.owned[index].isEmpty {
        table.conditions[index] = .serving
      }
      // A dead machine's interfaces are still up, with nobody at the other end.
      if table.conditions[index] == .crashed { table.owned[index] = VNISet() }
    }
    screen.redraw([""] + table.lines(width: screen.width) + [StyledText("  \(clock)", .dim)])
  }

  private var clock: String {
    let tenths = (BootTimeClock.now - start).nanoseconds / 100_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }

  private func sentence(_ result: StepResult) -> String {
    var text = mark(result.isMet)
    if result.clientSilent == nil {
      text += " Every VNI had its one owner after \(short(result.withoutOwner.measured))."
      return text
    }
    text += " \(result.moved) \(result.moved == 1 ? "VNI" : "VNIs") moved. "
    text +=
      result.withoutOwner.measured == .zero
      ? "None was without an owner at any time"
      : "Each was without an owner for \(short(result.withoutOwner.measured)) at most"
    if result.twoOwners.measured > .zero {
      text += "; each had two for \(short(result.twoOwners.measured)) at most"
    }
    if let client = result.clientSilent {
      text += "; the client waited \(short(client.measured)) for an answer at most"
    }
    return text + "."
  }
}
