import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct FindingGroupTests {
  private func missing(_ number: UInt32) throws -> Finding {
    let vni = try #require(VNI(rawValue: number))
    return Finding(
      .error, vni: vni, subject: "vrrp4-\(vni)", message: "vrrp4-\(vni) is missing",
      fix: "ip link add vrrp4-\(vni) link br\(vni) address 00:00:5e:00:01:01 type macvlan")
  }

  @Test func whatDiffersByTheNumberAloneIsToldOnce() throws {
    let groups = FindingGroup.grouping(try (11...100).map(missing))
    #expect(groups.count == 1)
    #expect("\(groups[0].vnis)" == "11-100")
    #expect(groups[0].finding.message == "vrrp4-N is missing")
    #expect(
      groups[0].finding.fix == "ip link add vrrp4-N link brN address 00:00:5e:00:01:01 type macvlan")
  }

  @Test func oneAloneKeepsItsNumber() throws {
    let group = try #require(FindingGroup.grouping([missing(7)]).first)
    #expect(group.finding == (try missing(7)))
  }

  @Test func anotherReasonIsAnotherGroupAndTheHostComesFirst() throws {
    var other = try missing(12)
    other.message = "vrrp4-12 has no IPv4 address"
    let host = Finding(.warning, subject: "guard", message: "is off")
    let groups = FindingGroup.grouping([try missing(11), other, try missing(13), host])
    #expect(
      groups.map(\.finding.message) == ["is off", "vrrp4-N is missing", "vrrp4-12 has no IPv4 address"])
    #expect(groups.map { "\($0.vnis)" } == ["", "11,13", "12"])
  }
}
