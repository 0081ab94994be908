import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite struct FRREffectorTests {
  let vnis = VNISet(vni(1)...vni(3))
  let all = [vni(1), vni(2), vni(3)]

  func make(_ frr: FakeFRR, _ options: [String: String] = [:]) throws -> DirectEffector {
    let defaults = [
      "vtysh": frr.path, "vty-socket": frr.folder, "profile": "ospf-cost", "confirm": "off", "timeout": "1s",
    ]
    return try DirectEffector(defaults.merging(options) { $1 }, vnis)
  }

  @Test("A batch is one call, and what is told already is not told again")
  func oneCallPerBatch() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    #expect(frr.input.filter { $0.contains("65535") }.count == 3)
    #expect(direct.outcomes.values.allSatisfy { $0 == .standby })
    frr.forget()
    direct.effector.takeOver(all)
    #expect(frr.calls == ["--vty_socket \(frr.folder) -d ospfd -f /dev/stdin"])
    #expect(frr.input.filter { $0.contains("cost 100") }.count == 3)
    #expect(direct.outcomes.values.allSatisfy { $0 == .active })
    direct.effector.takeOver(all)
    #expect(frr.calls.count == 1)
  }

  @Test("A release of what FRR was never told needs no call")
  func releasesNothing() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    frr.forget()
    direct.effector.release(all)
    #expect(frr.calls.isEmpty)
    #expect(direct.outcomes.values.allSatisfy { $0 == .standby })
  }

  @Test("A rejected command fails its own VNI, by name; it is told again")
  func rejected() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    try frr.become("echo 'line 4: % Unknown command[17]:  ip ospf cost 100' >&2; exit 2")
    direct.effector.takeOver(all)
    #expect(direct.outcomes[vni(1)] == .active)
    #expect(direct.outcomes[vni(3)] == .active)
    #expect(
      direct.reason(vni(2)) == "FRR did not take 'ip ospf cost 100' of [takeover] for VNI 2: unknown command")
    try frr.become("exit 0")
    frr.forget()
    direct.effector.takeOver([vni(2)])
    #expect(direct.outcomes[vni(2)] == .active)
    #expect(frr.input == ["interface vrrp4-2", " ip ospf cost 100"])
  }

  @Test("A vtysh that hangs is killed; everything is told again after")
  func hangs() throws {
    let frr = try FakeFRR()
    let direct = try make(frr, ["timeout": "100ms"])
    try frr.become("sleep 60")
    let begin = BootTimeClock.now
    direct.effector.takeOver(all)
    #expect(BootTimeClock.now - begin < .seconds(5))
    #expect(direct.reason(vni(1))?.contains("did not answer within 130ms and was killed") == true)
    try frr.become("exit 0")
    direct.effector.takeOver(all)
    #expect(direct.outcomes.values.allSatisfy { $0 == .active })
  }

  @Test("A vtysh that is gone, and one that cannot be started, are told apart")
  func missing() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    chmod(frr.path, 0o644)
    direct.effector.takeOver([vni(1)])
    #expect(direct.reason(vni(1))?.contains("cannot be started: Permission denied") == true)
    unlink(frr.path)
    direct.effector.takeOver([vni(1)])
    #expect(direct.reason(vni(1))?.contains("vtysh is missing at \(frr.path); install FRR") == true)
  }

  @Test("A daemon that is down fails takeovers without a call; releases need nothing of a dead FRR")
  func daemonDown() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    frr.end("ospfd")
    frr.forget()
    direct.effector.takeOver(all)
    #expect(direct.reason(vni(1))?.hasPrefix("FRR's ospfd does not run") == true)
    #expect(frr.calls.isEmpty)
    direct.effector.release(all)
    #expect(direct.outcomes.values.allSatisfy { $0 == .standby })
  }

  @Test("A daemon that ends while it holds VNIs shows, and one that starts is told everything")
  func restarts() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    direct.effector.takeOver([vni(1)])
    frr.end("ospfd")
    #expect(direct.turns { direct.drifts[vni(1)] != nil })
    direct.effector.takeOver([vni(1)])
    #expect(direct.reason(vni(1))?.hasPrefix("FRR's ospfd does not run") == true)
    direct.forgetDrifts()
    frr.forget()
    frr.listen("ospfd")
    #expect(direct.turns { direct.drifts[vni(1)] != nil })
    #expect(frr.input.filter { $0.contains("65535") }.count == 2)
    direct.effector.takeOver([vni(1)])
    #expect(direct.outcomes[vni(1)] == .active)
    #expect(direct.counters["frr-restarts"] == 1)
  }

  @Test("A socket whose mode changes is no restart")
  func changesMode() throws {
    let frr = try FakeFRR()
    let before = DaemonSockets(folder: frr.folder).presence(of: "ospfd")
    chmod("\(frr.folder)/ospfd.vty", 0o700)
    #expect(before.isListening)
    #expect(DaemonSockets(folder: frr.folder).presence(of: "ospfd") == before)
  }

  @Test("An FRR that starts is told what goes first, though there are no standbys to tell of")
  func restartsWithoutStandbys() throws {
    let frr = try FakeFRR()
    let direct = try make(frr, ["profile": "none", "stop-route-map": "OUT"])
    direct.effector.takeOver(all)
    frr.end("bgpd")
    #expect(direct.turns { direct.drifts.count == 3 })
    frr.forget()
    frr.listen("bgpd")
    #expect(direct.turns { frr.input.contains("no route-map OUT deny 1") })
  }

  @Test("A new FRR that does not take what is said of standbys is told again; what is held drifts once")
  func restartsWithBadRelease() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    direct.effector.takeOver([vni(1)])
    frr.end("ospfd")
    #expect(direct.turns { direct.drifts[vni(1)] != nil })
    direct.forgetDrifts()
    try frr.become("echo 'line 2: % Unknown command[17]:  ip ospf cost 65535' >&2; exit 2")
    frr.listen("ospfd")
    #expect(direct.turns { direct.drifts[vni(1)] != nil })
    direct.forgetDrifts()
    frr.forget()
    #expect(direct.turns(within: .seconds(7)) { frr.calls.count == 1 })
    #expect(frr.input == ["interface vrrp4-2", " ip ospf cost 65535"])
    #expect(direct.drifts.isEmpty)
  }

  @Test("An orderly stop is one change, whatever is held")
  func stops() throws {
    let frr = try FakeFRR()
    let direct = try make(frr, ["profile": "route-map"])
    direct.effector.takeOver(all)
    frr.forget()
    direct.effector.prepareToStop()
    direct.effector.release([vni(1)])
    direct.effector.release([vni(2), vni(3)])
    #expect(frr.input.filter { $0 == "no route-map wmgwd2-vnis" }.count == 1)
    #expect(frr.calls.count == 2)
    #expect(direct.outcomes.values.allSatisfy { $0 == .standby })
  }

  @Test(
    "A stop waits for no FRR that fails: what is released then is standby",
    arguments: [
      "sleep 60", "exit 7", "echo 'line 2: % Unknown command[17]:  ip ospf cost 65535' >&2; exit 2",
    ])
  func stopsWithoutFRR(_ script: String) throws {
    let frr = try FakeFRR()
    let direct = try make(frr, ["timeout": "60s"])
    direct.effector.takeOver(all)
    try frr.become(script)
    direct.effector.prepareToStop()
    let begin = BootTimeClock.now
    direct.effector.release(all)
    #expect(BootTimeClock.now - begin < .seconds(6))
    #expect(direct.outcomes.values.allSatisfy { $0 == .standby })
  }

  @Test("What is run at the start goes before the first batch, and a bad line of it fails the batch")
  func start() throws {
    let frr = try FakeFRR(vtysh: "echo 'line 1: % Unknown command[17]: x' >&2; exit 2")
    let direct = try make(frr, ["profile": "route-map"])
    direct.effector.takeOver([vni(1)])
    #expect(direct.reason(vni(1))?.contains("of [start]: unknown command") == true)
    try frr.become("exit 0")
    frr.forget()
    direct.effector.takeOver([vni(1)])
    #expect(frr.input.first == "route-map wmgwd2-vnis permit 65001")
    direct.effector.takeOver([vni(2)])
    #expect(frr.input.filter { $0 == "route-map wmgwd2-vnis permit 65001" }.count == 1)
  }

  @Test("A release waits for the withdrawal no longer than it was told, though FRR hangs")
  func boundedWait() throws {
    let frr = try FakeFRR()
    let options = [
      "profile": "advertise-default-gw", "confirm": "on", "withdrawal-wait": "300ms", "timeout": "60s",
    ]
    let direct = try make(frr, options)
    try frr.become("sleep 60")
    let values = VNIValues(
      vni: vni(1), interface: "vrrp4-1", mac: MACAddress(rawValue: 0x0000_5E00_0001), owner: nil)
    let begin = BootTimeClock.now
    direct.effector.awaitWithdrawal([values])
    #expect(BootTimeClock.now - begin < .seconds(2))
    #expect(direct.counters["withdrawals-late"] == 1)
  }

  @Test("A vtysh that fails has not said that FRR lacks anything; a zebra without EVPN has")
  func failingIsNoAnswer() throws {
    let frr = try FakeFRR()
    let direct = try make(frr, ["profile": "none"])
    let values = all.map {
      VNIValues(vni: $0, interface: "vrrp4-\($0)", mac: MACAddress(rawValue: 0x0000_5E00_0001), owner: nil)
    }
    #expect(try direct.effector.readBack(values).get().isEmpty)
    try frr.become("echo '{}'; echo 'could not lookup user ID 64123' >&2; exit 1")
    #expect(throws: VtyshFailure.ended(how: "exit code 1", text: "could not lookup user ID 64123")) {
      try direct.effector.readBack(values).get()
    }
    try frr.become("echo '{}'; echo '% VNI 2 does not exist'; echo '{}'; exit 1")
    #expect(try direct.effector.readBack(values).get().count == 3)
  }

  @Test("MACs that are frozen count until they are seen free, or released")
  func frozen() throws {
    let direct = try make(try FakeFRR())
    direct.effector.takeOver(all)
    var duplicate = EVPNMac(.object([:]))
    let free = duplicate
    duplicate.isDuplicate = true
    direct.effector.noteFrozen([vni(1): duplicate, vni(2): duplicate, vni(3): free])
    direct.effector.noteFrozen([vni(3): free])
    #expect(direct.counters["macs-frozen"] == 2)
    direct.effector.noteFrozen([vni(1): free])
    #expect(direct.counters["macs-frozen"] == 1)
    direct.effector.release([vni(2)])
    direct.effector.noteFrozen([vni(1): free])
    #expect(direct.counters["macs-frozen"] == 0)
  }

  @Test("Too many takeovers are counted, and happen all the same")
  func movesBeyondBudget() throws {
    let frr = try FakeFRR()
    let direct = try make(frr, ["moves": "2", "profile": "none"])
    for _ in 0..<3 {
      direct.effector.takeOver([vni(1)])
      #expect(direct.outcomes[vni(1)] == .active)
      direct.effector.release([vni(1)])
    }
    #expect(direct.counters["moves-beyond-budget"] == 1)
  }

  @Test(
    "Bad options name themselves and the fix",
    arguments: [
      (["profile": "rout-map"], "--set frr.profile must be one of none"),
      (
        ["templates": "/nonexistent"],
        "--set frr.templates=/nonexistent: the file cannot be read: No such file"
      ),
      (
        ["vty-socket": "/" + String(repeating: "x", count: 90)],
        "--set frr.vty-socket must be at most 90 bytes"
      ),
      (["templates": "/x", "profile": "clear"], "--set frr.profile and frr.templates exclude each other"),
    ])
  func refuses(_ options: [String: String], _ message: String) {
    let error = #expect(throws: PluginError.self) { _ = try DirectEffector(options, vnis) }
    #expect(error?.description.hasPrefix(message) == true)
  }
}
