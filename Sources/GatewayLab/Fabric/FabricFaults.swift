import Glibc
import LinuxNetworking
public import WMGFramework

/// What can be done to a fabric's links and interfaces. Gateways are given by their index.
extension FabricNetwork {
  /// Pulls a gateway's cable, its only one: the link loses its carrier, as when the machine dies.
  public func cutUnderlay(of gateway: Int) throws(LabError) {
    try IPCommand.run(["link set u-g\(gateway + 1) down"], in: switchNamespace)
  }

  /// Plugs the cable back in.
  public func restoreUnderlay(of gateway: Int) throws(LabError) {
    try IPCommand.run(["link set u-g\(gateway + 1) up"], in: switchNamespace)
  }

  /// Sets protodown by hand, as an operator might.
  public func setProtodown(_ on: Bool, of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError) {
    let lines = vnis.map { "link set \(overlay($0).interface) protodown \(on ? "on" : "off")" }
    try IPCommand.run(lines, in: gateways[gateway].namespace)
  }

  /// Lets the bridge forget the virtual MAC of these VNIs, in the veth topology; where it is not known, nothing
  /// happens.
  public func forgetVirtualMAC(of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError) {
    var lines: [String] = []
    for vni in vnis {
      let overlay = overlay(vni)
      if let port = overlay.port { lines.append("fdb del \(overlay.virtualMAC) dev \(port) master") }
    }
    try IPCommand.runBridge(lines, in: gateways[gateway].namespace)
  }

  /// Sets these VNIs, which are to be standby, off and on again.
  public func flapStandbys(of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError) {
    let interfaces = vnis.map { overlay($0).interface }
    for state in ["off", "on"] {
      // To look at a link settles its carrier: without, both changes may come to nothing.
      let lines = interfaces.flatMap { ["link set \($0) protodown \(state)", "link show dev \($0)"] }
      try IPCommand.run(lines, in: gateways[gateway].namespace)
    }
  }

  /// Brings a dead gateway's machine back as a reboot would: FRR anew, all interfaces standby, and its cable last.
  /// Its daemon is not started.
  public func reboot(_ gateway: Int) throws(LabError) {
    _ = gateways[gateway].daemon?.end(patience: .zero)
    gatewayFRR[gateway].killAll()
    NamespaceProcesses.kill(in: [gateways[gateway].namespace])
    try setProtodown(true, of: plan.vnis, at: gateway)
    try forgetVirtualMAC(of: plan.vnis, at: gateway)
    try gatewayFRR[gateway].start()
    try silenceStandbys(at: gateway)
    try restoreUnderlay(of: gateway)
    try waitUntilMeshed()
  }

  /// Waits until a gateway's zebra knows all VNIs, and sees to it that it announces none of its standbys: all VNIs must
  /// be standby there.
  ///
  /// In the direct topology a zebra that has just started announces standbys too; that they are down it sees by a
  /// change only. So they are set off and on until it says nothing of them.
  public func silenceStandbys(at gateway: Int, patience: Duration = .seconds(30)) throws(LabError) {
    guard configuration.topology == .direct, !configuration.hasFRRHook else { return }
    let begin = BootTimeClock.now
    var flappedAt: MonotonicInstant?
    // Twice, a moment apart: bgpd asks for gateways after it has asked for VNIs.
    var silentLooks = 0
    while silentLooks < 2 {
      guard BootTimeClock.now - begin < patience else {
        throw LabError(
          "\(gatewayFRR[gateway].name): zebra announces standbys, or misses VNIs, after \(patience)")
      }
      usleep(100_000)
      let announced = try announcedInterfaces(at: gateway)
      silentLooks = announced?.isEmpty ?? false ? silentLooks + 1 : 0
      // A zebra that is still busy with the last flap would be so for ever.
      guard let announced, !announced.isEmpty, flappedAt.map({ BootTimeClock.now - $0 > .seconds(3) }) ?? true
      else { continue }
      try flapStandbys(of: announced, at: gateway)
      flappedAt = BootTimeClock.now
    }
  }

  /// The VNIs whose virtual MAC zebra has as its own, in the direct topology; `nil` while it misses VNIs.
  private func announcedInterfaces(at gateway: Int) throws(LabError) -> [VNI]? {
    let answer = try gatewayFRR[gateway].vtysh("show evpn", "show evpn mac vni all")
    guard answer.contains("VNIs: \(plan.count)\n") else { return nil }
    return answer.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("vrrp4-") }
      .compactMap { UInt32($0.dropFirst(6)).flatMap(VNI.init) }
  }

  /// Waits until every gateway and the access point flood every overlay to all others: BGP is established between all
  /// of them then, and has told every VNI (type-3 routes).
  ///
  /// - Throws: `LabError`, when that does not come about within `patience`.
  public func waitUntilMeshed(patience: Duration = .seconds(60)) throws(LabError) {
    let begin = BootTimeClock.now
    for namespace in gateways.map(\.namespace) + [accessPoint.namespace] {
      let reader = try ForwardingReader(self, in: namespace)
      while try !reader.readAll().floods.allSatisfy({ $0.count >= gateways.count }) {
        guard BootTimeClock.now - begin < patience else {
          throw LabError("the fabric is not meshed after \(patience): \(namespace) misses tunnels")
        }
        usleep(20_000)
      }
    }
  }
}
