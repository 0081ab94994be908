import LinuxNetworking
import WMGFramework

/// The fabric with its instruments and its screen: what the EVPN scenario's steps are made of.
final class FabricStage: ScenarioStage {
  let options: FabricOptions
  let network: FabricNetwork
  let screen: TerminalScreen
  let interruption: Interruption
  let observer: OwnershipObserver
  let forwarding: ForwardingObserver
  let pinger: Pinger
  var table: FabricTable
  var expectedToRun: Set<Int> = []
  var stepNumber = 0
  private let binary: String
  private let start = BootTimeClock.now
  private(set) var results: [FabricStepResult] = []

  init(_ options: FabricOptions, _ screen: TerminalScreen, _ interruption: Interruption) throws {
    self.options = options
    self.screen = screen
    self.interruption = interruption
    binary = DaemonCommand.resolved(options.binary)
    if let obstacle = FabricNetwork.obstacle { throw obstacle }
    screen.print([
      StyledText(
        "\(GatewayProgram.current.name) lab --evpn: \(options.gatewayCount) gateways, \(options.vnis.count) overlays, "
          + "topology \(options.topology.rawValue), strategy \(options.plugins.strategy)", .bold), "",
      "  Building the fabric and waiting for BGP …", "",
    ])
    network = try FabricNetwork(
      FabricConfiguration(
        gatewayCount: options.gatewayCount, vnis: options.vnis, topology: options.topology))
    do {
      observer = try OwnershipObserver(network)
      forwarding = try ForwardingObserver(network)
      pinger = try Pinger(network, spacing: .milliseconds(2), limit: 20)
    } catch {
      network.remove()
      throw error
    }
    table = FabricTable(
      plan: network.plan, gateways: network.gateways, conditions: network.gateways.map { _ in .off },
      hasUnicode: screen.hasUnicode)
  }

  var detectionTime: Duration { options.interval * 3 }
  var gateways: [LabGateway] { network.gateways }

  func close() {
    screen.keepBlock()
    screen.restore()
    pinger.stop()
    forwarding.stop()
    observer.stop()
    network.remove()
  }

  func startDaemon(_ gateway: Int) throws {
    table.conditions[gateway] = .listening
    try network.gateways[gateway].start(
      network.daemonCommand(
        for: gateway, binary: binary, interval: options.interval, further: options.plugins.arguments))
    expectedToRun.insert(gateway)
  }

  /// From now on, its end is no surprise.
  func willEnd(_ gateway: Int, _ condition: GatewayTable.Condition) {
    expectedToRun.remove(gateway)
    table.conditions[gateway] = condition
  }

  /// Waits until the access point has led every VNI to its one owner for a while, `condition` holds and the client is
  /// answered.
  ///
  /// - Returns: when that began; `nil` if it did not within `patience`.
  func waitUntilLed(patience: Duration, and condition: () -> Bool = { true }) throws -> MonotonicInstant? {
    var calmSince: MonotonicInstant?
    let isLed = try wait(patience: patience) {
      let now = BootTimeClock.now
      let owners = observer.soleOwners
      guard condition(), !owners.contains(nil), forwarding.misled(owners) == 0 else {
        calmSince = nil
        return false
      }
      calmSince = calmSince ?? now
      // An escaped frame may teach a bridge the old way once more: look for longer than that takes.
      return calmSince.map { now - $0 > .milliseconds(500) } ?? false
    }
    try wait(patience: .seconds(5)) { pinger.record().answering == pinger.asked.count }
    return isLed ? calmSince : nil
  }

  /// Plays one step and keeps its figures.
  ///
  /// - Parameters:
  ///   - title: what happens, in a few words.
  ///   - led: what the access point may need to lead every VNI to its owner, from the beginning of `event`.
  ///   - clientSilent: how long the client may be without an answer; `nil`: that is not looked at.
  ///   - condition: what must hold as well at the end.
  func step(
    _ title: String, led: Duration, clientSilent: Duration?, and condition: () -> Bool = { true },
    event: () throws -> Void
  ) throws {
    let before = forwarding.gateways
    observer.beginRecord()
    forwarding.beginRecord()
    pinger.beginRecord()
    let begin = BootTimeClock.now
    try event()
    let isLedAt = try waitUntilLed(patience: led + .seconds(10), and: condition)
    let result = FabricStepResult(
      title: title, moved: zip(before, forwarding.gateways).count { $0 != $1 },
      ledAfter: isLedAt.map { $0 - begin }, ledLimit: led,
      clientSilent: clientSilent.map { .init(measured: pinger.record().longest, limit: $0) })
    results.append(result)
    if screen.isLive { screen.keepBlock() }
    show((screen.isLive ? [] : table.lines(width: 100)) + [""])
    paragraph(sentence(result))
    try linger()
  }

  func summarise() {
    show(
      [StyledText("Summary", .bold), ""]
        + FabricSummary(results: results, hasUnicode: screen.hasUnicode).lines + [""])
  }

  func refresh() {
    table.forwarding = forwarding.gateways
    table.owners = observer.soleOwners
    table.client = (answering: pinger.record().answering, asked: pinger.asked.count)
    let owned = observer.owned
    for (index, condition) in table.conditions.enumerated() {
      if condition == .listening, !owned[index].isEmpty { table.conditions[index] = .serving }
      if condition == .stopping, gateways[index].daemon?.isRunning != true {
        table.conditions[index] = .stopped
      }
    }
    let tenths = (BootTimeClock.now - start).nanoseconds / 100_000_000
    screen.redraw(
      [""] + table.lines(width: screen.width) + [StyledText("  \(tenths / 10).\(tenths % 10) s", .dim)])
  }

  private func sentence(_ result: FabricStepResult) -> String {
    var text = mark(result.isMet)
    if let ledAfter = result.ledAfter {
      text += " After \(short(ledAfter)) the access point led every VNI to its owner"
    } else {
      text += " The access point does not lead every VNI to its owner"
    }
    text += " (\(result.moved) \(result.moved == 1 ? "VNI" : "VNIs") moved)"
    if let client = result.clientSilent {
      text += "; the client waited \(short(client.measured)) for an answer at most"
    }
    return text + "."
  }
}
