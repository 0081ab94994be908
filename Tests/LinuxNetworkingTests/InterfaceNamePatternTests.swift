import LinuxNetworking
import Testing
import WMGFramework

@Suite struct InterfaceNamePatternTests {
  @Test func namesAndReadsBack() throws {
    let pattern = try #require(InterfaceNamePattern("gw%dv4"))
    let vni = try #require(VNI(rawValue: 100))
    #expect(pattern.name(of: vni) == "gw100v4")
    #expect(pattern.vni(of: "gw100v4") == vni)
    for other in ["gwv4", "gw0100v4", "gw0v4", "gw16777216v4", "gw100v6", "xgw100v4", "gw-1v4", "gw", ""] {
      #expect(pattern.vni(of: other) == nil)
    }
  }

  @Test(arguments: ["vrrp4", "%d%d", "a%d%", "%s%d", "vrrp 4-%d", "a/%d", ""])
  func refuses(_ text: String) {
    #expect(InterfaceNamePattern(text) == nil)
    #expect(InterfaceNamePattern(optionText: text) == nil)
  }

  @Test func complainsOfLongNames() throws {
    let pattern = try #require(InterfaceNamePattern("gateway-%d"))
    #expect(pattern.complaint(for: try VNISet(parsing: "1-9999999")) == nil)
    #expect(
      pattern.complaint(for: try VNISet(parsing: "1-16777215"))
        == "gives 'gateway-16777215', longer than the 15 bytes of an interface name; shorten the pattern")
  }
}
