import LinuxNetworking
import WMGFramework

/// The EVPN scenario's steps, in order.
extension FabricStage {
  func play() throws -> Int32 {
    introduce()
    try startAll()
    try crash(1)
    try bringBack(1)
    try stopOrderly(0)
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
  /// What zebra and BGP may take to tell the access point on a small, busy machine. Mostly it is 0.1 s; but somebody's
  /// removal of network namespaces keeps every link change waiting for seconds.
  private var convergence: Duration { .seconds(1) + .milliseconds(10) * options.vnis.count }
  /// How long a client may need to be answered by a gateway that has not met it yet: ARP, asked again after 100 ms.
  private var acquaintance: Duration { .milliseconds(250) }

  private func introduce() {
    let way =
      switch options.topology {
      case .direct:
        """
        each VNI's macvlan sits on the overlay's bridge; the effector frr has bgpd announce those that are held \
        (advertise-default-gw)
        """
      case .veth:
        """
        each VNI's macvlan reaches the overlay's bridge over a veth pair; a gratuitous ARP teaches the bridge, and \
        zebra announces what the bridge has learned
        """
      }
    paragraph(
      """
      Each gateway is a \(GatewayProgram.current.name) beside an FRR of its own. An access point learns by BGP EVPN, over a route reflector, \
      which VTEP each gateway's virtual MAC is behind (type-2 routes), and sends a client's frames there. Topology \
      \(options.topology.rawValue): \(way). A dead path shows by BFD after 300 ms; a dead gateway after \
      \(short(detectionTime)) without its advertisements.
      """)
  }

  private func startAll() throws {
    title("All gateways start")
    paragraph("FRR runs, all interfaces are standby, and the access point knows no gateway's MAC.")
    try step(
      "all start", led: detectionTime + .seconds(1) + convergence, clientSilent: nil
    ) {
      for gateway in gateways { try startDaemon(gateway.index) }
    }
  }

  private func crash(_ gateway: Int) throws {
    let name = gateways[gateway].name
    title("\(name) dies")
    paragraph(
      """
      Its daemon is killed and its cable is pulled, as when a machine loses power. BFD withdraws its routes at once; \
      the others take its VNIs over \(short(detectionTime)) after its last advertisement, and announce themselves.
      """)
    let limit = detectionTime + .milliseconds(50) + takeover + convergence
    try step("\(name) dies", led: limit, clientSilent: limit + acquaintance) {
      willEnd(gateway, .crashed)
      gateways[gateway].daemon?.kill()
      observer.setCounted(gateway, false)
      try network.cutUnderlay(of: gateway)
    }
  }

  private func bringBack(_ gateway: Int) throws {
    let name = gateways[gateway].name
    title("\(name) comes back")
    paragraph(
      """
      Its machine boots: FRR first, all interfaces standby. Then its daemon listens while the others serve on, and \
      takes over what is its own; whoever had it lets go.
      """)
    try network.reboot(gateway)
    observer.setCounted(gateway, true)
    let latest = detectionTime + .seconds(2)
    let begin = BootTimeClock.now
    try step(
      "\(name) comes back", led: detectionTime + .seconds(1) + convergence,
      clientSilent: takeover + convergence + acquaintance,
      and: {
        // With few VNIs a gateway may rightly own none.
        !self.observer.owned[gateway].isEmpty || BootTimeClock.now - begin > latest
      }
    ) {
      try startDaemon(gateway)
    }
  }

  private func stopOrderly(_ gateway: Int) throws {
    let name = gateways[gateway].name
    title("\(name) is stopped for maintenance")
    paragraph(
      """
      On SIGTERM it falls silent but goes on serving for \(short(detectionTime)), until the others have taken over \
      and announced themselves. Only then does it let go.
      """)
    let daemon = gateways[gateway].daemon
    try step(
      "\(name) is stopped", led: detectionTime + .seconds(1) + convergence,
      clientSilent: takeover + convergence + acquaintance, and: { daemon?.isRunning != true }
    ) {
      willEnd(gateway, .stopping)
      daemon?.terminate()
    }
  }
}
