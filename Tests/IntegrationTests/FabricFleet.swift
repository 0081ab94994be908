import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

/// Two gateways with FRR in an EVPN fabric, and the instruments at it: what the fabric's tests begin with.
///
/// A fabric takes seconds to build and to remove, so a test plays a whole sequence of events in one. That is why
/// duplicate-address detection is off in it: after 5 moves in 180 s it would freeze a MAC (RFC 7432 section 15.1).
final class FabricFleet {
  /// A step may take this long on a small, shared machine, where the removal of somebody's namespaces keeps every link
  /// change waiting for seconds. How quick it is when calm is the benchmark's business.
  static let patience = Duration.seconds(20)

  let network: FabricNetwork
  let observer: OwnershipObserver
  let forwarding: ForwardingObserver
  let interval = Duration.milliseconds(400)
  private let binary: String

  /// The detection time of our daemons.
  var detectionTime: Duration { interval * 3 }

  /// - Parameters:
  ///   - topology: how macvlans reach their overlays.
  ///   - vnis: the overlays.
  ///   - advertisesAll: in the direct topology, whether bgpd has `advertise-default-gw` for all VNIs by its own
  ///     configuration, and the effector `frr` confirms only.
  ///   - duplicateAddressDetection: what bgpd makes of a MAC that moves too often.
  init(
    _ topology: FabricTopology, vnis: String, advertisesAll: Bool = false,
    duplicateAddressDetection: DuplicateAddressDetection = .off
  ) throws {
    binary = try Daemon.path()
    network = try FabricNetwork(
      FabricConfiguration(
        vnis: try VNISet(parsing: vnis), topology: topology,
        duplicateAddressDetection: duplicateAddressDetection,
        hasFRRHook: !advertisesAll, prefix: "wmgevpntest"))
    observer = try OwnershipObserver(network)
    forwarding = try ForwardingObserver(network)
  }

  deinit {
    forwarding.stop()
    observer.stop()
    network.remove()
  }

  // MARK: - Events

  /// Starts a gateway's daemon, and waits until it carries VNIs.
  func start(_ gateway: Int, _ further: [String] = []) throws {
    var command = network.daemonCommand(for: gateway, binary: binary, interval: interval, further: further)
    if !network.configuration.hasFRRHook {
      command.effectors += ",frr"
      command.further += ["--set", "frr.vty-socket=\(network.gatewayFRR[gateway].folder)"]
    }
    try network.gateways[gateway].start(command)
    try #require(
      pollUntil(Self.patience) { !observer.owned[gateway].isEmpty }, "takes nothing over: \(picture)")
  }

  /// Stops a gateway's daemon orderly, and waits for its end.
  func stop(_ gateway: Int) throws {
    network.gateways[gateway].daemon?.terminate()
    let ending = network.gateways[gateway].daemon?.wait(for: Self.patience)
    try #require(ending == .exited(0), "does not stop: \(picture)")
  }

  /// A machine loses its power: the daemon is killed, and the cable is pulled in the same moment.
  func crash(_ gateway: Int) throws {
    network.gateways[gateway].daemon?.kill()
    observer.setCounted(gateway, false)
    try network.cutUnderlay(of: gateway)
  }

  /// It has power again: it boots, and its daemon starts.
  func bringBack(_ gateway: Int) throws {
    try network.reboot(gateway)
    observer.setCounted(gateway, true)
    try start(gateway)
  }

  /// A gateway's bgpd is killed, and started again once the fabric has noticed: its routes are gone by then.
  func crashBGP(of gateway: Int) throws {
    let bgp = network.gatewayFRR[gateway]
    bgp.kill(.bgpd)
    try #require(
      pollUntil(Self.patience) { !forwarding.gateways.contains(gateway) }, "routes outlive bgpd: \(picture)")
    // Longer than the effector frr takes to see that nobody listens at bgpd's socket.
    pause(.milliseconds(1500))
    try bgp.start(.bgpd)
  }

  // MARK: - Expectations

  /// The longest time that the client is without an answer from a VNI it pings, throughout `event` and a second more,
  /// in which what repeats might still disturb.
  func gap(_ pinger: Pinger, during event: () throws -> Void) throws -> Duration {
    let count = pinger.asked.count
    try #require(count > 0 && pollUntil(Self.patience) { pinger.record().answering == count }, "no answers")
    pinger.beginRecord()
    try event()
    pause(.seconds(1))
    return pinger.record().longest
  }

  /// What a gateway's daemon counts, of one component.
  func counters(of gateway: Int, _ component: String) throws -> [String: Int] {
    let file = "\(network.folder)/status.json"
    defer { unlink(file) }
    let child = try ChildProcess(
      try Daemon.path(), ["status", "--json", "--control-socket", network.gateways[gateway].controlSocket],
      output: .file(file))
    try #require(child.wait(for: Self.patience) == .exited(0))
    let status = try JSONDecoder().decode(
      GatewayStatus.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    return status.counters[component] ?? [:]
  }

  /// Every VNI has one owner, all of `gateways` have some, and the access point leads each VNI to its owner's VTEP; the
  /// route reflector knows from each gateway the type-2 routes of what it carries, and no others.
  func expectRoutesToOwners(
    after step: String, carriedBy gateways: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let led = forwarding.waitUntilLeading(
      to: { observer.soleOwners }, patience: Self.patience, calm: .milliseconds(500))
    try #require(
      led != nil, "after \(step) the access point does not lead to the owners: \(picture)",
      sourceLocation: sourceLocation)
    let carrying = network.gateways.indices.filter { !counted(observer.owned[$0], at: $0).isEmpty }
    #expect(carrying == gateways, "after \(step): \(picture)", sourceLocation: sourceLocation)

    var advertised: [VNISet] = []
    let isExact = try pollUntil(Self.patience, every: .milliseconds(200)) {
      advertised = try advertisedVNIs()
      return network.gateways.indices.allSatisfy {
        advertised[$0] == counted(observer.owned[$0], at: $0)
      }
    }
    try #require(
      isExact, "after \(step) the gateways advertise \(advertised): \(picture)",
      sourceLocation: sourceLocation)
  }

  /// The VNIs whose virtual MAC each gateway advertises, as the route reflector has it.
  func advertisedVNIs() throws -> [VNISet] {
    let text = try network.routeReflector.vtysh("show bgp l2vpn evpn route type macip json")
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
    // {"10.0.1.11:2": {"rd": …, "[2]:[0]:[48]:[02:57:4d:00:00:01]:[32]:[172.16.0.1]": …}, …, "numPrefix": …}
    let distinguishers = try #require(json as? [String: Any]).compactMapValues { $0 as? [String: Any] }
    return network.gateways.map { gateway in
      let routes = distinguishers.filter { $0.key.hasPrefix("\(gateway.underlayAddress):") }
        .flatMap(\.value.keys)
      return VNISet(
        network.plan.vnis.filter { vni in
          routes.contains { $0.contains("[\(AddressPlan.virtualMAC(vni))]") }
        })
    }
  }

  /// What a gateway carries; one that lies dead with its interfaces up carries nothing.
  private func counted(_ owned: VNISet, at gateway: Int) -> VNISet {
    VNISet(owned.filter { observer.owners(of: $0).contains(gateway) })
  }

  /// For a failure's text: who carries what, where the access point leads, and each daemon's last words.
  var picture: String {
    let leads = forwarding.gateways
    return network.gateways.map { gateway in
      let led = zip(network.plan.vnis, leads).filter { $1 == gateway.index }.map(\.0)
      let last = gateway.log().split(separator: "\n").suffix(4).joined(separator: " | ")
      return "\n\(gateway.name): carries \(observer.owned[gateway.index]), is led \(VNISet(led)); \(last)"
    }.joined()
  }
}

/// Polls until `condition` holds; false if it never does within `patience`.
private func pollUntil(
  _ patience: Duration, every spacing: Duration, _ condition: () throws -> Bool
) rethrows -> Bool {
  let start = BootTimeClock.now
  while BootTimeClock.now - start < patience {
    if try condition() { return true }
    pause(spacing)
  }
  return try condition()
}
