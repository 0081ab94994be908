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

  /// Sets the standbys among these VNIs off and on again. In the direct topology a zebra that has just started
  /// announces standbys too, and sees only by a change that they are down.
  public func flapStandbys(of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError) {
    let vnis = Array(vnis)
    try setProtodown(false, of: vnis, at: gateway)
    try setProtodown(true, of: vnis, at: gateway)
  }

  /// Brings a dead gateway's machine back as a reboot would: FRR anew, all interfaces standby, and its cable last.
  /// Its daemon is not started.
  public func reboot(_ gateway: Int) throws(LabError) {
    _ = gateways[gateway].daemon?.end(patience: .zero)
    gatewayFRR[gateway].killAll()
    let interfaces = plan.vnis.map { "link del \(overlay($0).interface)" }
    try IPCommand.run(interfaces, in: gateways[gateway].namespace, force: true)
    try forgetVirtualMAC(of: plan.vnis, at: gateway)
    try gatewayFRR[gateway].start()
    try IPCommand.run(plan.vnis.indices.flatMap(script.macvlan), in: gateways[gateway].namespace)
    try restoreUnderlay(of: gateway)
    try waitUntilMeshed()
  }

  func makeInterfaces() throws(LabError) {
    var batches: [RunningBatch] = []
    let lines = plan.vnis.indices.flatMap(script.macvlan)
    for gateway in gateways { batches.append(try IPCommand.start(lines, in: gateway.namespace)) }
    for batch in batches { try batch.finish() }
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
