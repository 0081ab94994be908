import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration.FabricTests {
  /// FRR, for a daemon that has no way past permissions any more.
  @Suite struct FabricPrivilegeTests {
    @Test("A member of frrvty tells FRR, and so does root without its capabilities; FRR's restart is noticed")
    func groups() throws {
      let fleet = try FabricFleet(.direct, vnis: "1-8")
      // As Debian has /run/frr. The other gateway's is for frr alone, and root has to be of that group.
      chmod(fleet.network.gatewayFRR[0].folder, 0o755)
      try fleet.start(0, ["--user", "nobody:frrvty"])
      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0, 1])
      // vtysh wants a user that the host knows.
      let nobody = try #require(getpwnam("nobody")).pointee.pw_uid
      for (gateway, user) in [(0, nobody), (1, 0)] {
        let pid = try #require(fleet.network.gateways[gateway].daemon).pid
        let text = try #require(SystemFile.read("/proc/\(pid)/status"))
        let privileges = try #require(ProcessPrivileges(status: text))
        #expect(privileges.user == user)
        #expect(privileges.permitted == [.networkAdministration, .rawNetwork])
      }
      try fleet.stop(1)
      try fleet.expectRoutesToOwners(after: "SIGTERM of g2", carriedBy: [0])
      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the join of g2", carriedBy: [0, 1])
      for gateway in [0, 1] {
        try fleet.network.gatewayFRR[gateway].restart()
        if gateway == 0 { chmod(fleet.network.gatewayFRR[0].folder, 0o755) }
        try fleet.expectRoutesToOwners(after: "a restart of FRR on g\(gateway + 1)", carriedBy: [0, 1])
        let log = fleet.network.gateways[gateway].log()
        #expect(log.contains("FRR has started anew") && !log.contains("no permission"), "\(log)")
      }
    }

    @Test(
      "A daemon that loses the permission for FRR's sockets serves on and says so; with it, all is well again"
    )
    func lostPermission() throws {
      let fleet = try FabricFleet(.direct, vnis: "1-8")
      let folder = fleet.network.gatewayFRR[0].folder
      // Root, but without CAP_DAC_OVERRIDE: it is of the sockets' group.
      try fleet.start(0)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0])
      func degraded() -> Int { (try? fleet.counters(of: 0, "core")["degraded"]) ?? -1 }
      #expect(pollUntil(FabricFleet.patience) { degraded() == 0 })

      for daemon in ["zebra", "bgpd"] { chmod("\(folder)/\(daemon).vty", 0o700) }
      #expect(pollUntil(FabricFleet.patience) { degraded() == 8 }, "\(fleet.picture)")
      let log = fleet.network.gateways[0].log()
      #expect(
        log.contains("no permission for \(folder)/bgpd.vty; run the gateway as root or in the group frrvty"))
      try fleet.expectRoutesToOwners(after: "the permission was lost", carriedBy: [0])

      for daemon in ["zebra", "bgpd"] { chmod("\(folder)/\(daemon).vty", 0o770) }
      #expect(pollUntil(FabricFleet.patience) { degraded() == 0 }, "\(fleet.picture)")
      try fleet.expectRoutesToOwners(after: "the permission was given back", carriedBy: [0])
    }
  }
}
