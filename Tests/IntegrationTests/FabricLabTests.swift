import Foundation
import GatewayLab
import Glibc
import LinuxNetworking
import Testing
import WMGFramework

extension Requirement {
  static let fabric: ConditionTrait = .enabled(
    if: FabricNetwork.obstacle == nil,
    "needs root, iproute2 and FRR; run it with: sudo apt install frr && sudo make test")
}

extension Integration {
  /// The EVPN fabric itself, without daemons: what it builds, what its instruments see, and that nothing remains.
  @Suite(Requirement.fabric) struct FabricLabTests {
    @Test(
      "The access point follows the active macvlan, and the client reaches it",
      arguments: FabricTopology.allCases)
    func instruments(_ topology: FabricTopology) throws {
      let vnis = try VNISet(parsing: "1-10,5000")
      let network = try FabricNetwork(
        FabricConfiguration(vnis: vnis, topology: topology, hasFRRHook: false, prefix: "wmgevpntest"))
      defer { network.remove() }
      let forwarding = try ForwardingObserver(network)
      defer { forwarding.stop() }
      let pinger = try Pinger(network, spacing: .milliseconds(5))
      defer { pinger.stop() }

      // Standbys are announced by nobody, or soon no longer.
      let nobody: [Int?] = Array(repeating: nil, count: 11)
      #expect(pollUntil(.seconds(2)) { forwarding.gateways == nobody }, "\(forwarding.gateways)")
      for gateway in [0, 1] {
        try network.setProtodown(true, of: vnis, at: 1 - gateway)
        try network.forgetVirtualMAC(of: vnis, at: 1 - gateway)
        try network.setProtodown(false, of: vnis, at: gateway)
        let owners: [Int?] = Array(repeating: gateway, count: 11)
        let took = forwarding.waitUntilLeading(to: { owners }, patience: .seconds(20))
        #expect(took != nil, "\(gateway): \(forwarding.gateways)")
        #expect(pollUntil(.seconds(5)) { pinger.record().answering == 11 }, "\(gateway): \(pinger.record())")
      }
      let address = network.gateways[1].underlayAddress
      #expect(try network.forwarding() == Dictionary(uniqueKeysWithValues: vnis.map { ($0, address) }))
    }

    @Test("FRR's daemons end and start one by one, and vtysh reaches each instance alone")
    func routing() throws {
      let vnis = try VNISet(parsing: "1-2")
      let network = try FabricNetwork(
        FabricConfiguration(vnis: vnis, topology: .direct, hasFRRHook: false, prefix: "wmgevpntest"))
      defer { network.remove() }
      let owners: [Int?] = [0, 0]
      let forwarding = try ForwardingObserver(network)
      defer { forwarding.stop() }
      try network.setProtodown(false, of: vnis, at: 0)
      #expect(forwarding.waitUntilLeading(to: { owners }, patience: .seconds(5)) != nil)
      #expect(try network.routeReflector.vtysh("show bgp l2vpn evpn route json").contains("10.0.1.11"))
      #expect(try network.gatewayFRR[1].vtysh("show running-config").contains("hostname g2"))
      #expect(throws: LabError.self) { try network.gatewayFRR[0].vtysh("show nonsense") }

      network.gatewayFRR[0].kill(.bgpd)
      #expect(!network.gatewayFRR[0].isRunning(.bgpd) && network.gatewayFRR[0].isRunning(.zebra))
      #expect(pollUntil(.seconds(5)) { forwarding.gateways == [nil, nil] })
      try network.gatewayFRR[0].start(.bgpd)
      #expect(forwarding.waitUntilLeading(to: { owners }, patience: .seconds(20)) != nil)

      // The cable: BFD notices, and what is plugged in again is found again.
      forwarding.beginRecord()
      let cut = BootTimeClock.now
      try network.cutUnderlay(of: 0)
      #expect(pollUntil(.seconds(5)) { forwarding.gateways == [nil, nil] })
      let noticed = try #require(forwarding.lastChange)
      #expect(noticed - cut < .seconds(2))
      try network.restoreUnderlay(of: 0)
      #expect(forwarding.waitUntilLeading(to: { owners }, patience: .seconds(20)) != nil)
    }

    @Test("The lab shows what happens, in both topologies", arguments: FabricTopology.allCases)
    func scenario(_ topology: FabricTopology) throws {
      let run = try FabricLabRun(["--topology", topology.rawValue, "--vnis", "1-4", "--interval", "200ms"])
      defer { run.remove() }
      #expect(run.process.wait(for: .seconds(120)) == .exited(0), "\(run.output)")
      #expect(run.output.contains("→ 10.0.1.11") && run.output.contains("→ 10.0.1.12"))
      #expect(run.output.contains("All as expected"))
      #expect(run.remains.isEmpty)
    }

    @Test("Nothing remains after ^C, nor, once another fabric is built, after SIGKILL")
    func remains() throws {
      let interrupted = try FabricLabRun([])
      defer { interrupted.remove() }
      #expect(pollUntil(.seconds(30)) { interrupted.output.contains("1. All gateways start") })
      interrupted.process.send(SIGINT)
      #expect(interrupted.process.wait(for: .seconds(30)) == .exited(130))
      #expect(interrupted.remains.isEmpty)

      let killed = try FabricLabRun([])
      defer { killed.remove() }
      #expect(pollUntil(.seconds(30)) { killed.output.contains("1. All gateways start") })
      killed.process.kill()
      _ = killed.process.wait(for: .seconds(5))
      #expect(!killed.remains.isEmpty)
      try StaleLabs.remove(prefix: "wmgevpn")
      #expect(killed.remains.isEmpty)
    }
  }
}

/// One `wmgwd2 lab --evpn`, and what there is of it.
private final class FabricLabRun {
  let process: ChildProcess
  private let file: String

  init(_ arguments: [String]) throws {
    file = FileManager.default.temporaryDirectory.appendingPathComponent("fabric-lab-\(UUID()).txt").path
    process = try ChildProcess(
      try Daemon.path(), ["lab", "--evpn", "--plain"] + arguments, output: .file(file), errors: .file(file))
  }

  var output: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

  /// Its namespaces, folders, and processes with a name of either on their command line.
  var remains: [String] {
    let stem = "wmgevpn-\(process.pid)-"
    let names = ["/run/netns", "/tmp"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix(stem) }
    }
    let processes = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { pid in
      guard Int32(pid) != nil else { return false }
      return (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8))?.contains(stem) ?? false
    }
    return names + processes
  }

  func remove() {
    process.kill()
    _ = process.wait(for: .seconds(5))
    unlink(file)
  }
}
