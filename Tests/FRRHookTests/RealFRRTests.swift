import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite(
  .serialized,
  .enabled(if: RealFRR.isPossible, "needs root, and FRR's daemons and vtysh (apt install frr)"))
struct RealFRRTests {
  let vnis = VNISet(vni(1)...vni(3))
  let all = [vni(1), vni(2), vni(3)]

  func with(
    _ topology: RealFRR.Topology, _ options: [String: String], before: (RealFRR) throws -> Void = { _ in },
    _ body: (RealFRR, DirectEffector) throws -> Void
  ) throws {
    let frr = try RealFRR(vnis, topology)
    try before(frr)
    try frr.namespace.run {
      let direct = try DirectEffector(options.merging(["vty-socket": frr.folder]) { $1 }, vnis)
      defer { direct.effector.stop() }
      try body(frr, direct)
    }
  }

  func mac(_ number: UInt32) -> String { "\(MacvlanFixture.mac(of: vni(number)))" }

  @Test("advertise-default-gw: what is held is advertised and confirmed, what is released is withdrawn")
  func advertisesDefaultGateway() throws {
    try with(.direct, options("advertise-default-gw")) { frr, direct in
      for vni in all { try frr.setProtoDown(false, vni) }
      direct.effector.takeOver([vni(1), vni(2)])
      #expect(direct.turns { [vni(1), vni(2)].allSatisfy { direct.outcomes[$0] == .active } })
      #expect(try eventually { try frr.advertised() == [mac(1), mac(2)] })
      direct.effector.release([vni(2)])
      #expect(direct.outcomes[vni(2)] == .standby)
      #expect(try frr.advertised() == [mac(1)])
    }
  }

  @Test("ospf-cost: the cost follows ownership")
  func costs() throws {
    try with(.direct, options("ospf-cost", confirm: false)) { frr, direct in
      func cost(_ vni: VNI) throws -> String? {
        let lines = try frr.show("show running-config ospfd").split(separator: "\n").map(String.init)
        let place = lines.firstIndex(of: "interface vrrp4-\(vni)")
        return place.map { lines[$0 + 1] }
      }
      direct.effector.takeOver([vni(1)])
      #expect(direct.outcomes[vni(1)] == .active)
      let costs = try all.map { try cost($0) }
      #expect(costs == [" ip ospf cost 100", " ip ospf cost 65535", " ip ospf cost 65535"])
    }
  }

  @Test("route-map: an entry per held VNI, none after an orderly stop")
  func routeMap() throws {
    try with(.direct, options("route-map", confirm: false)) { frr, direct in
      func entries() throws -> Int {
        try frr.show("show running-config bgpd").split(separator: "\n").count {
          $0.hasPrefix(" match evpn vni")
        }
      }
      direct.effector.takeOver(all)
      #expect(direct.outcomes.values.allSatisfy { $0 == .active })
      let count3 = try entries()
      #expect(count3 == 3)
      direct.effector.release([vni(1)])
      let count2 = try entries()
      #expect(count2 == 2)
      direct.effector.prepareToStop()
      direct.effector.release(all)
      let count0 = try entries()
      #expect(count0 == 0)
      #expect(direct.outcomes.values.allSatisfy { $0 == .standby })
    }
  }

  @Test("A command that FRR rejects is named with its VNI, and the others go through")
  func rejected() throws {
    let file = try write(
      """
      [takeover]
      interface {interface}
       ip ospf cost 6553{vni}
       ip ospf dead-interval {vni}
      """)
    defer { unlink(file) }
    try with(.direct, ["templates": file, "confirm": "off"]) { _, direct in
      direct.effector.takeOver(all + [vni(9)])
      #expect(direct.outcomes[vni(1)] == .active)
      #expect(direct.outcomes[vni(3)] == .active)
      #expect(
        direct.reason(vni(9))
          == "FRR did not take 'ip ospf cost 65539' of [takeover] for VNI 9: unknown command")
    }
  }

  @Test("An 'exec' command that FRR rejects is named, and those after it are run")
  func rejectedExecution() throws {
    let file = try write(
      "[takeover]\ndo clear bgp{vni} nonsense\n[takeover-batch]\ndo clear bgp l2vpn evpn * soft out")
    defer { unlink(file) }
    try with(.direct, ["templates": file, "confirm": "off"]) { _, direct in
      direct.effector.takeOver([vni(1)])
      #expect(
        direct.reason(vni(1))
          == "FRR did not take 'clear bgp1 nonsense' of [takeover] for VNI 1: unknown command")
      #expect(direct.counters["commands-rejected"] == 1)
    }
  }

  @Test("A bgpd that is killed is named; when it is back, all is told again")
  func bgpdRestarts() throws {
    try with(.direct, options("advertise-default-gw")) { frr, direct in
      try frr.setProtoDown(false, vni(1))
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
      frr.end("bgpd", SIGKILL)
      #expect(direct.turns { direct.drifts[vni(1)] == "FRR's bgpd ended" })
      direct.effector.takeOver([vni(1)])
      #expect(direct.reason(vni(1))?.hasPrefix("FRR's bgpd does not run") == true)
      direct.forgetDrifts()
      try frr.start("bgpd")
      #expect(eventually { frr.sockets.presence(of: "bgpd").isListening })
      try frr.configure()
      #expect(direct.turns { direct.drifts[vni(1)] == "FRR has started anew" })
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
      #expect(try eventually { try frr.advertised() == [mac(1)] })
    }
  }

  @Test("A bgpd that hangs costs the timeout, and is told again after")
  func bgpdHangs() throws {
    try with(.direct, options("advertise-default-gw", ["timeout": "500ms"])) { frr, direct in
      try frr.setProtoDown(false, vni(1))
      frr.signal("bgpd", SIGSTOP)
      direct.effector.takeOver([vni(1)])
      frr.signal("bgpd", SIGCONT)
      #expect(direct.reason(vni(1))?.contains("and was killed: a daemon of FRR hangs") == true)
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
    }
  }

  @Test("No permission for the socket is told from a daemon that is down")
  func permission() throws {
    let frr = try RealFRR(vnis, .direct)
    // In a process of its own, which gives root up.
    let program = ExternalProgram(
      "/usr/bin/setpriv",
      [
        "--reuid", "65534", "--regid", "65534", "--clear-groups", "/usr/bin/vtysh", "--vty_socket",
        frr.folder, "-c", "show version",
      ])
    let run = try program.run(within: .seconds(10))
    #expect(run.errors.contains("failed to connect to any daemons"))
    let presences = try Self.asNobody { frr.sockets.presence(of: "zebra") }
    #expect(presences == .forbidden)
    #expect(try Self.asNobody { frr.sockets.obstacle(["zebra"])?.reason.contains("group frrvty") } == true)
    #expect(frr.sockets.obstacle(["zebra"]) == nil)
  }

  @Test(
    "While permission for the sockets is gone, what is held is kept and shown; with it, all is well again")
  func permissionIsTakenAway() throws {
    try with(.direct, options("advertise-default-gw", ["read-back": "1s"])) { frr, direct in
      try frr.setProtoDown(false, vni(1))
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
      try Self.asNobody {
        #expect(direct.turns { direct.drifts[vni(1)] == "FRR's bgpd and zebra cannot be reached" })
        direct.effector.takeOver([vni(1)])
        #expect(
          direct.reason(vni(1))?.contains("no permission for \(frr.folder)/bgpd.vty; run the gateway") == true
        )
      }
      #expect(try frr.advertised() == [mac(1)])
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
      #expect(!direct.turns(within: .milliseconds(1500)) { direct.counters["frr-restarts"] == 1 })
    }
  }

  @Test("A zebra that hangs while VNIs are held shows, and they are asked for until it answers")
  func zebraHangsLater() throws {
    try with(.direct, options("advertise-default-gw", ["read-back": "1s", "timeout": "300ms"])) {
      frr, direct in
      try frr.setProtoDown(false, vni(1))
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
      frr.signal("zebra", SIGSTOP)
      #expect(direct.turns(within: .seconds(15)) { direct.drifts[vni(1)] == "FRR cannot be looked at" })
      let calls = direct.counters["vtysh-calls"]
      direct.effector.takeOver([vni(1)])
      #expect(direct.reason(vni(1))?.contains("a daemon of FRR hangs or is overloaded") == true)
      // It was told before; to look is one call.
      #expect(direct.counters["vtysh-calls"] == calls + 1)
      frr.signal("zebra", SIGCONT)
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
    }
  }

  @Test("What FRR took long to be told is not late before it could be there")
  func graceBeginsAfterTelling() throws {
    try with(.veth, ["profile": "clear", "read-back": "0"]) { frr, direct in
      frr.signal("bgpd", SIGSTOP)
      _ = try shell("(sleep 2.5; kill -CONT \(try #require(frr.pid(of: "bgpd")))) >/dev/null 2>&1 &")
      let begin = BootTimeClock.now
      direct.effector.takeOver([vni(1)])
      #expect(BootTimeClock.now - begin > .seconds(2))
      #expect(direct.reason(vni(1)) == nil && direct.refreshed.isEmpty)
      try frr.setProtoDown(false, vni(1))
      try frr.inside("bridge fdb add \(mac(1)) dev port1 master dynamic")
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
    }
  }

  /// Looks at files as another user does, on this thread alone.
  private static func asNobody<Result>(_ body: () throws -> Result) throws -> Result {
    let set = unsafeBitCast(
      try #require(dlsym(nil, "setfsuid")), to: (@convention(c) (uid_t) -> CInt).self)
    _ = set(65534)
    defer { _ = set(0) }
    return try body()
  }

  @Test("A takeover that FRR does not see is announced again after a second, then fails; later it is found")
  func unconfirmed() throws {
    try with(.veth, ["profile": "none", "read-back": "0"]) { frr, direct in
      try frr.setProtoDown(false, vni(1))
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.refreshed == [vni(1)] })
      #expect(direct.outcomes[vni(1)] == .standby)
      #expect(direct.turns { direct.reason(vni(1)) != nil })
      #expect(direct.reason(vni(1))?.contains("FRR does not have \(mac(1)) as local in VNI 1") == true)
      #expect(direct.refreshed == [vni(1)])
      // What gratuitous ARP does: the bridge learns the MAC.
      try frr.inside("bridge fdb add \(mac(1)) dev port1 master dynamic")
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
    }
  }

  @Test("State that FRR has lost without a restart is found by reading back")
  func losesState() throws {
    try with(.direct, options("advertise-default-gw", ["read-back": "1s"])) { frr, direct in
      try frr.setProtoDown(false, vni(1))
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
      try frr.tell("router bgp\n address-family l2vpn evpn\n  vni 1\n   no advertise-default-gw")
      #expect(direct.turns { direct.drifts[vni(1)] == "FRR no longer has the virtual MAC as local" })
      direct.effector.takeOver([vni(1)])
      #expect(direct.turns { direct.outcomes[vni(1)] == .active })
    }
  }

  @Test("Standbys that FRR advertises are flapped once, and end as standbys")
  func flapsStandbys() throws {
    try with(.direct, ["profile": "none"], before: { try $0.tell(Self.advertiseAll) }) { frr, direct in
      #expect(try eventually { try frr.advertised().count == 3 })
      #expect(direct.turns { direct.counters["standbys-flapped"] == 3 })
      #expect(try eventually { try frr.advertised().isEmpty })
      for vni in all {
        let link = try #require(try RouteConnection().link(named: "vrrp4-\(vni)"))
        #expect(link.isProtoDown && !link.hasCarrier)
      }
      direct.effector.flapAdvertisedStandbys()
      #expect(direct.counters["standbys-flapped"] == 3)
    }
  }

  private static let advertiseAll = "router bgp\n address-family l2vpn evpn\n  advertise-default-gw"

  private func options(
    _ profile: String, confirm: Bool = true, _ more: [String: String] = [:]
  ) -> [String: String] {
    ["profile": profile, "confirm": confirm ? "on" : "off"].merging(more) { $1 }
  }

  private func options(_ profile: String, _ more: [String: String]) -> [String: String] {
    options(profile, confirm: true, more)
  }

  private func write(_ template: String) throws -> String {
    let path = "/tmp/wmgfrr\(getpid()).template"
    guard let file = fopen(path, "w") else { throw SystemCallError("write \(path)") }
    fputs(template, file)
    fclose(file)
    return path
  }
}
