import LinuxNetworking
import WMGFramework

/// The scenario's steps, in order.
extension LabStage {
  /// - Returns: the exit code.
  func play() throws -> Int32 {
    introduce()
    try startAll()
    try crash(1)
    try bringBack(1)
    try stopOrderly(0)
    try startAgain(0)
    try killProcess(options.gatewayCount - 1)
    try flapParent(of: options.gatewayCount - 1)
    summarise()
    let isAsExpected = results.allSatisfy(\.isMet)
    paragraph(
      isAsExpected
        ? "All as expected. The lab's namespaces and processes are removed now."
        : "Not all was as expected; the figures in question are marked. The lab is removed now.")
    return isAsExpected ? 0 : 1
  }

  /// What a takeover may take on top of the timers on a small, busy machine.
  private var takeover: Duration { .milliseconds(200) }
  /// How long an owner holds a VNI that another has taken over: `--handover-overlap`, as the macvlan effector advises.
  private var overlap: Duration { options.topology == .direct ? .milliseconds(200) : .zero }
  /// When an owner lets go of what another has taken over, in words.
  private var whenHeard: String {
    overlap == .zero
      ? "on hearing it" : "\(short(overlap)) after hearing it, so that two answer for so long, but never none"
  }
  /// Peers take over 50 ms after the detection time at the earliest, and the guard is done 200 ms after it.
  private var guarding: Duration { .milliseconds(150) }
  /// How long a VNI may be without an owner because the guard came before its peer: not at all, unless the peer needs
  /// more than the 80 ms that it judges earlier. Its work goes through a handful of threads, each of which this machine may
  /// wake late.
  private var overtaking: Duration {
    let work = Duration.microseconds(100 * options.vnis.count) + interruption.takeLateness() * 4
    return max(.zero, work - .milliseconds(80))
  }
  /// How long a client may need to find a gateway that has moved: one ARP retry and a ping.
  private var relearning: Duration { .milliseconds(250) }
  /// While two gateways serve, a frame of the old one may teach the overlay the old way once more, until the new owner
  /// announces itself again.
  private var reannouncing: Duration { .milliseconds(1100) }
  private var patience: Duration { detectionTime * 2 + .seconds(10) }

  private func introduce() {
    let count = options.gatewayCount
    let program = GatewayProgram.current.name
    show([
      StyledText("\(program) lab: \(count) gateways, \(options.vnis.count) overlays, one client", .bold), "",
    ])
    paragraph(
      """
      Each gateway is a \(program) in a network namespace of its own. Together they serve the VNIs \
      \(options.vnis): every VNI has one gateway address, and exactly one gateway must answer for it, which \
      the strategy '\(options.plugins.strategy)' decides. They advertise themselves every \
      \(short(options.interval)); who is silent for \(short(detectionTime)) is dead.
      """)
  }

  private func startAll() throws {
    title("All gateways start")
    paragraph(
      """
      Each sets its interfaces standby and listens for \(short(detectionTime)) before it says a word. Then all \
      compute the same owner for every VNI, without asking one another, and take over what is theirs.
      """)
    let before = owners
    beginRecord()
    for gateway in network.gateways { try startDaemon(gateway.index) }
    try waitForOneOwnerEach(patience: patience)
    conclude(
      "all start", ownersBefore: before, withoutOwner: detectionTime + .seconds(1),
      twoOwners: takeover + overlap, clientSilent: nil)
    try linger()
  }

  private func crash(_ gateway: Int) throws {
    let name = network.gateways[gateway].name
    title("\(name) dies")
    paragraph(
      """
      Its process is killed and its cables are pulled, as when a machine loses power. Nobody tells the others: \
      they miss its advertisements, and \(short(detectionTime)) after the last one they take its VNIs over.
      """)
    let before = owners
    beginRecord()
    willEnd(gateway, .crashed)
    network.gateways[gateway].daemon?.kill()
    observer.setCounted(gateway, false)
    try network.cutAll(of: gateway)
    try waitForOneOwnerEach(patience: patience)
    try waitForClient()
    let limit = detectionTime + .milliseconds(50) + takeover
    conclude(
      "\(name) dies", ownersBefore: before, withoutOwner: limit, twoOwners: takeover + overlap,
      clientSilent: limit + relearning)
    try linger()
  }

  private func bringBack(_ gateway: Int) throws {
    let name = network.gateways[gateway].name
    title("\(name) comes back")
    paragraph(
      """
      Its machine boots with all interfaces standby. It listens while the others serve on; with its first \
      advertisement it takes its VNIs over, and whoever had them lets go \(whenHeard).
      """)
    try network.reboot(gateway)
    observer.setCounted(gateway, true)
    let before = owners
    beginRecord()
    try startDaemon(gateway)
    try waitForJoin(gateway)
    conclude(
      "\(name) comes back", ownersBefore: before, withoutOwner: takeover, twoOwners: takeover + overlap,
      clientSilent: takeover + relearning)
    try linger()
  }

  private func stopOrderly(_ gateway: Int) throws {
    let name = network.gateways[gateway].name
    title("\(name) is stopped for maintenance")
    paragraph(
      """
      On SIGTERM it falls silent but goes on serving for \(short(detectionTime)), until the others have taken \
      over. Only then does it let go: for a moment two gateways answer, but never none.
      """)
    let before = owners
    beginRecord()
    willEnd(gateway, .stopping)
    let daemon = network.gateways[gateway].daemon
    daemon?.terminate()
    try wait(patience: patience) { daemon?.isRunning != true }
    table.conditions[gateway] = .stopped
    try waitForOneOwnerEach(patience: patience)
    try waitForClient()
    conclude(
      "\(name) is stopped", ownersBefore: before, withoutOwner: .zero,
      twoOwners: .milliseconds(300) + takeover, clientSilent: reannouncing + relearning)
    try linger()
  }

  private func startAgain(_ gateway: Int) throws {
    let name = network.gateways[gateway].name
    title("\(name) starts again")
    paragraph(
      """
      It gets back exactly what it had: who owns what depends on who is alive, not on history. Whoever had it \
      lets go \(whenHeard).
      """)
    let before = owners
    beginRecord()
    try startDaemon(gateway)
    try waitForJoin(gateway)
    conclude(
      "\(name) starts again", ownersBefore: before, withoutOwner: takeover, twoOwners: takeover + overlap,
      clientSilent: takeover + relearning)
    try linger()
  }

  /// The process alone dies; its machine and its cables live on.
  private func killProcess(_ gateway: Int) throws {
    let name = network.gateways[gateway].name
    title("\(name)'s process is killed")
    paragraph(
      """
      Its machine lives on, and the kernel keeps its interfaces up: good, until the others take its VNIs over; then \
      two would answer. A guard, a process of its own, has missed the advertisements as well. It waits until the \
      others serve, and makes everything standby. Then the daemon is started again.
      """)
    let before = owners
    beginRecord()
    willEnd(gateway, .crashed)
    _ = interruption.takeLateness()
    network.gateways[gateway].daemon?.kill()
    try wait(patience: patience) { observer.owned[gateway].isEmpty }
    try waitForOneOwnerEach(patience: patience)
    try waitForClient()
    conclude(
      "\(name) is killed", ownersBefore: before, withoutOwner: overtaking, twoOwners: guarding,
      clientSilent: reannouncing + relearning)
    try linger()
    // Started again, it retires the guard, if that is still there.
    try startDaemon(gateway)
    try waitForJoin(gateway)
  }

  private func flapParent(of gateway: Int) throws {
    let name = network.gateways[gateway].name
    let before = owners
    guard let index = before.firstIndex(where: { $0 != nil && $0 != gateway }) else { return }
    let vni = network.plan.vnis[index]
    let parent = NetworkScript.parent(of: vni, options.topology)
    title("A link flaps at \(name)")
    paragraph(
      """
      \(parent), below \(name)'s vrrp4-\(vni), loses its carrier and gets it back. \(name) is standby there, yet \
      Linux brings the interface up with its parent, protodown or not: two gateways would answer for VNI \(vni). \
      \(GatewayProgram.current.name) watches the carrier, not the flag, and puts it back at once.
      """)
    beginRecord()
    try network.flapParent(of: vni, at: gateway)
    try wait(patience: .seconds(2))
    try waitForOneOwnerEach(patience: patience)
    conclude(
      "link flaps at \(name)", ownersBefore: before, withoutOwner: .zero, twoOwners: takeover + overlap,
      clientSilent: takeover + relearning)
  }

  private func waitForJoin(_ gateway: Int) throws {
    // With few VNIs a gateway may rightly own none.
    let begin = BootTimeClock.now
    let latest = detectionTime + .seconds(2)
    try waitForOneOwnerEach(patience: patience) {
      !observer.owned[gateway].isEmpty || BootTimeClock.now - begin > latest
    }
    try waitForClient()
  }

  private func waitForClient() throws {
    try wait(patience: .seconds(5)) { pinger.record().answering == pinger.asked.count }
  }
}
