import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration.FabricTests {
  /// EVPN's duplicate-address detection (RFC 7432 section 15.1), and gateways whose virtual MACs move often.
  @Suite struct FabricDuplicateTests {
    @Test(
      "VNIs that move more often than the budget are warned of, and FRR freezes none of them",
      arguments: FabricTopology.allCases)
    func beyondTheBudget(_ topology: FabricTopology) throws {
      let fleet = try FabricFleet(topology, vnis: "1-4", duplicateAddressDetection: .freezing)
      // Without guards: they would make the interfaces of a gateway that stands still standby.
      for gateway in [0, 1] {
        try fleet.start(gateway, ["--set", "frr.read-back=1s", "--guard", "off"])
      }
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0, 1])
      let moving = fleet.observer.owned[1]

      // What the second gateway holds goes to the first while it stands still, and back when it goes on: two moves.
      for cycle in 1...4 {
        let daemon = try #require(fleet.network.gateways[1].daemon)
        daemon.pause()
        fleet.observer.setCounted(1, false)
        // The route of g2 is still there, for its interfaces are; but the access point believes the later one.
        try #require(
          fleet.forwarding.waitUntilLeading(to: { fleet.observer.soleOwners }, patience: FabricFleet.patience)
            != nil, "pause \(cycle): \(fleet.picture)")
        fleet.observer.setCounted(1, true)
        daemon.resume()
        try #require(pollUntil(FabricFleet.patience) { fleet.observer.owned[1].isEmpty }, "\(fleet.picture)")
        try #require(
          pollUntil(FabricFleet.patience) { fleet.observer.owned[1] == moving }, "\(fleet.picture)")
        try fleet.expectRoutesToOwners(after: "the end of pause \(cycle)", carriedBy: [0, 1])
      }
      // The first takeover of g2 was its start, so that each pause's end is one more.
      let counters = try fleet.counters(of: 1, "frr")
      #expect(counters["moves-beyond-budget"] == moving.count, "\(counters)")
      #expect(fleet.network.gateways[1].log().contains("moved here too often"))
      // On a handover over a veth the bridge forgets the MAC before the release; that is no drift.
      for gateway in fleet.network.gateways {
        #expect(!gateway.log().contains("msg=drift"), "\(fleet.picture)")
      }
      for frr in fleet.network.gatewayFRR {
        for vni in moving { #expect(try !frr.hasFrozen(vni), "\(frr.name)") }
      }
    }

    @Test("A MAC that FRR has frozen is counted and warned of, and what the warning says frees it")
    func frozen() throws {
      // No interface is up here, and the daemon only watches: bgpd does not believe of a MAC that one of its own
      // interfaces has that it is anywhere else. Something behind the gateways' bridges speaks with the virtual MAC.
      let fleet = try FabricFleet(.veth, vnis: "1", duplicateAddressDetection: .freezing)
      let vni = fleet.network.plan.vnis[0]
      let zebra = fleet.network.gatewayFRR[0]
      for gateway in [0, 1] { try fleet.disownMAC(of: vni, at: gateway) }
      // A gateway counts the moves from the first one on that brings the MAC to it.
      for gateway in [1, 0] { try fleet.move(vni, to: gateway) }
      var command = fleet.network.daemonCommand(
        for: 0, binary: try Daemon.path(), interval: fleet.interval, further: ["--set", "frr.read-back=1s"])
      command.effectors = "frr"
      try fleet.network.gateways[0].start(command)

      for gateway in [1, 0, 1] { try fleet.move(vni, to: gateway) }
      #expect(try !zebra.hasFrozen(vni), "already after the fourth move")
      try fleet.speak(for: vni, at: 0)
      #expect(pollUntil(FabricFleet.patience) { (try? zebra.hasFrozen(vni)) == true })
      #expect(
        pollUntil(FabricFleet.patience) { (try? fleet.counters(of: 0, "frr")["macs-frozen"]) == 1 },
        "\(fleet.picture)")
      #expect(fleet.forwarding.gateways == [1], "the move is told to the fabric although the MAC is frozen")

      let log = fleet.network.gateways[0].log()
      #expect(log.contains("FRR takes virtual MACs for duplicates: VNIs 1 moved too often"))
      let advice = try #require(log.firstMatch(of: /clear evpn dup-addr vni 1 mac [0-9a-f:]+/)).0
      try zebra.vtysh(String(advice))
      #expect(
        pollUntil(FabricFleet.patience) { fleet.forwarding.gateways == [0] }, "still frozen: \(fleet.picture)"
      )
      #expect(try !zebra.hasFrozen(vni))
      #expect(
        pollUntil(FabricFleet.patience) { (try? fleet.counters(of: 0, "frr")["macs-frozen"]) == 0 },
        "\(fleet.picture)")
    }
  }
}

extension FabricFleet {
  /// Has a gateway's bgpd forget that one of its own interfaces has a VNI's virtual MAC: it does so when that goes down.
  fileprivate func disownMAC(of vni: VNI, at gateway: Int) throws {
    try network.flapStandbys(of: [vni], at: gateway)
    let mac = AddressPlan.virtualMAC(vni)
    let isForgotten = pollUntil(Self.patience) {
      (try? network.gatewayFRR[gateway].vtysh("show bgp mac hash").contains(mac)) == false
    }
    try #require(isForgotten, "\(network.gateways[gateway].name) still has \(mac) as its own")
  }

  /// Has something speak with a VNI's virtual MAC at a gateway, and waits until the fabric and the other have heard.
  fileprivate func move(_ vni: VNI, to gateway: Int) throws {
    try speak(for: vni, at: gateway)
    let led = forwarding.waitUntilLeading(to: { [gateway] }, patience: Self.patience)
    try #require(led != nil, "the access point does not lead to g\(gateway + 1): \(picture)")
    let isRemote = pollUntil(Self.patience) {
      (try? network.gatewayFRR[1 - gateway].knowledge(of: vni))?.contains("\"type\":\"local\"") == false
    }
    try #require(isRemote, "g\(2 - gateway) still has the MAC as its own")
  }

  /// Sends a broadcast with a VNI's virtual MAC from behind a gateway's bridge, in the veth topology.
  fileprivate func speak(for vni: VNI, at gateway: Int) throws {
    let program = """
      import socket, sys
      mac = bytes.fromhex(sys.argv[2].replace(':', ''))
      packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
      packet.bind((sys.argv[1], 0))
      packet.send(b'\\xff' * 6 + mac + b'\\x88\\xb5' + bytes(46))
      """
    let overlay = network.overlay(vni)
    let child = try ChildProcess(
      "/usr/bin/env", ["python3", "-c", program, overlay.lower, "\(overlay.virtualMAC)"],
      namespace: network.gateways[gateway].namespace)
    #expect(child.wait(for: Self.patience) == .exited(0))
  }
}

extension FRRInstance {
  /// What zebra says of a VNI's virtual MAC, without spaces.
  fileprivate func knowledge(of vni: VNI) throws -> String {
    try vtysh("show evpn mac vni \(vni) mac \(AddressPlan.virtualMAC(vni)) json").filter { !$0.isWhitespace }
  }

  /// Whether zebra takes a VNI's virtual MAC for a duplicate.
  fileprivate func hasFrozen(_ vni: VNI) throws -> Bool {
    try knowledge(of: vni).contains("\"isDuplicate\":true")
  }
}
