import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import MacvlanProtodown

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct ForwardingEntryBatchTests {
  @Test("6,000 MACs are forgotten, more than one message to the kernel can hold")
  func forgetsMany() throws {
    let place = try TemporaryNamespace()
    try place.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
    try place.ip(
      """
      link add br5 type bridge
      link add port5 type veth peer name lower5
      link set port5 master br5
      link set br5 up
      link set port5 up
      link set lower5 up
      """)
    let port = try #require(try place.link("port5")).index
    let lower = try #require(try place.link("lower5")).index
    let vnis = VNISet(vni(1)...vni(6000))
    let path = "/tmp/\(place.name)-fdb.batch"
    let file = try #require(fopen(path, "w"))
    for vni in vnis { fputs("fdb add \(MacvlanFixture.mac(of: vni)) dev port5 master dynamic\n", file) }
    fclose(file)
    defer { unlink(path) }
    try shell("bridge -n \(place.name) -batch \(path)")

    let direct = try DirectEffector(vnis, batch: 64)
    try place.namespace.run {
      try direct.effector.prepare(VNISet())
      let links = try #require(direct.effector.monitor).links
      #expect(links[port] != nil)
      let entries = vnis.compactMap { vni in
        var macvlan = Link(index: 1_000_000, name: "vrrp4-\(vni)")
        macvlan.address = MacvlanFixture.mac(of: vni)
        macvlan.lowerIndex = lower
        return ForwardingEntry(vni, of: macvlan, in: links)
      }
      direct.effector.forget(entries)
      direct.effector.stop()
    }
    #expect(direct.counters["fdb-entries-deleted"] == 6000)
  }
}
