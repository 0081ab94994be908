import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct HostSettingsTests {
  @Test(
    "a higher value of arp_ignore is not stricter: with 3 to 7 a standby answers, with 8 nobody",
    arguments: 0...8)
  func arpIgnore(value: Int) throws {
    let place = try TemporaryNamespace()
    try place.run("sysctl -qw net.ipv4.conf.all.arp_ignore=\(value)")
    let finding = try place.namespace.run {
      try MacvlanProtodownPlugin().inspect(PluginOptionValues(), for: VNISet())
        .first { $0.subject == "net.ipv4.conf.all.arp_ignore" }
    }
    #expect(finding?.severity == ((1...2).contains(value) ? .ok : .warning))
    #expect(finding?.fix == ((1...2).contains(value) ? nil : "sysctl -w net.ipv4.conf.all.arp_ignore=1"))
  }
}
