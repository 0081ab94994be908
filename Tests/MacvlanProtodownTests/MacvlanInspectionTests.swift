import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct MacvlanInspectionTests {
  @Test("check warns of a lower device in another namespace, whose carrier cannot be seen")
  func lowerElsewhere() throws {
    let fixture = try MacvlanFixture(VNISet(vni(5)...vni(5)))
    let inner = try TemporaryNamespace()
    try inner.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
    try fixture.gateway.ip("link set vrrp4-5 netns \(inner.name)")
    try inner.ip("address add 10.0.5.1/24 dev vrrp4-5\nlink set vrrp4-5 up")
    let found = try inner.namespace.run {
      try MacvlanProtodownPlugin().inspect(PluginOptionValues(), for: fixture.vnis)
    }
    let messages = found.filter { $0.vni == vni(5) }.map { "\($0.severity): \($0.message)" }
    #expect(
      messages == [
        "warning: its lower device is in another namespace, so its carrier cannot be seen from here"
      ])
  }
}
