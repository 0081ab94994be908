import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct ForwardingEntryTests {
  /// A namespace with VNI 5's macvlan over a veth whose other end, `port5`, is a port of the bridge `br5`.
  private func bridged(_ five: VNI) throws -> TemporaryNamespace {
    let gateway = try TemporaryNamespace()
    try gateway.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
    try gateway.ip(
      """
      link add br5 type bridge
      link add port5 type veth peer name lower5
      link set port5 master br5
      link set br5 up
      link set port5 up
      link set lower5 up
      \(MacvlanFixture.creation(of: five, over: "lower5"))
      """)
    return gateway
  }

  @Test("a VNI that is handed over serves on, and its bridge does not learn its MAC again until it is down")
  func handOver() throws {
    let five = vni(5)
    let vnis = VNISet(five...five)
    let gateway = try bridged(five)
    let mac = MacvlanFixture.mac(of: five)
    func isKnown() throws -> Bool {
      try gateway.run("bridge fdb show dev port5").contains("\(mac) master br5")
    }
    func learns() throws -> Bool { try gateway.run("bridge -d link show dev port5").contains(" learning on") }
    func isUp() throws -> Bool { try gateway.run("ip link show dev vrrp4-5").contains("state UP") }
    var host = 76
    // An address that nobody has, another one each time: the request goes out with the virtual MAC.
    func speak() throws {
      host += 1
      try gateway.run("bash -c 'echo >/dev/udp/10.0.5.\(host)/9'")
      usleep(200_000)  // What is sent has been seen by then.
    }

    try gateway.run("bridge link set dev port5 learning off")
    let harness = try EffectorHarness(MacvlanProtodownPlugin(), in: gateway.namespace, vnis: vnis)
    harness.prepare(vnis)
    #expect(harness.reaches(.standby, vnis))
    #expect(try eventually { try learns() }, "left by a daemon that was killed in a handover")

    harness.takeOver(vnis)
    #expect(harness.reaches(.active, vnis))
    try speak()
    #expect(try isKnown())
    harness.handOver(vnis)
    #expect(try eventually { try !isKnown() && !learns() })
    #expect(try isUp(), "it serves on")
    try speak()
    #expect(try !isKnown(), "what it sends teaches nobody")
    harness.takeOver(vnis)
    #expect(try eventually { try learns() }, "it stays after all")
    try speak()
    #expect(try isKnown())

    harness.handOver(vnis)
    harness.release(vnis)
    #expect(harness.reaches(.standby, vnis))
    #expect(try eventually { try learns() && !isKnown() && !isUp() })
    harness.stop()
  }

  @Test(
    "a released VNI's MAC is deleted from the bridge at the veth's other end, also if it is learned once more"
  )
  func bridgeForgets() throws {
    let five = vni(5)
    let vnis = VNISet(five...five)
    let gateway = try bridged(five)
    let mac = MacvlanFixture.mac(of: five)
    func isKnown() throws -> Bool {
      try gateway.run("bridge fdb show dev port5").contains("\(mac) master br5")
    }
    func learn() throws { try gateway.run("bridge fdb replace \(mac) dev port5 master dynamic") }

    let harness = try EffectorHarness(MacvlanProtodownPlugin(), in: gateway.namespace, vnis: vnis)
    try learn()
    #expect(try isKnown())
    harness.prepare(vnis)
    #expect(harness.reaches(.standby, vnis))
    #expect(try eventually { try !isKnown() }, "an interface found UP at start was active")

    harness.takeOver(vnis)
    #expect(harness.reaches(.active, vnis))
    usleep(300_000)
    try learn()
    usleep(200_000)
    #expect(try isKnown(), "the second look after the first release must leave an owner's entry alone")

    harness.release(vnis)
    #expect(harness.reaches(.standby, vnis))
    #expect(try eventually { try !isKnown() })
    try learn()
    #expect(try eventually { try !isKnown() }, "a frame that was under way is forgotten by the second look")

    harness.takeOver(vnis)
    #expect(harness.reaches(.active, vnis))
    try learn()
    harness.forgetDrifts()
    try gateway.ip("link set vrrp4-5 protodown on")
    #expect(eventually { !harness.snapshot.drifts.isEmpty })
    harness.release(vnis)
    #expect(harness.reaches(.standby, vnis))
    #expect(
      try eventually { try !isKnown() }, "an owner silenced by others just before was active all the same")

    harness.takeOver(vnis)
    #expect(harness.reaches(.active, vnis))
    try learn()
    harness.release(vnis)
    #expect(harness.reaches(.standby, vnis))
    try learn()
    harness.stop()
    #expect(try !isKnown(), "stopping waits for the second look")
  }
}
