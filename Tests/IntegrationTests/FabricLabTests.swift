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
        FabricConfiguration(vnis: vnis, topology: topology, prefix: "wmgevpntest"))
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
  }
}
