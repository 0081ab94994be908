import LinuxNetworking
import Testing

@Suite("netlink requests, byte by byte (little-endian, as on the machines we run on)")
struct RouteRequestsTests {
  @Test func setProtoDownOn() {
    var requests = RouteRequests(firstSequence: 0x0102_0304)
    #expect(requests.setProtoDown(true, index: 5) == 0x0102_0304)
    #expect(
      requests.bytes == [
        40, 0, 0, 0,  // nlmsg_len
        19, 0,  // nlmsg_type: RTM_SETLINK
        1, 0,  // nlmsg_flags: NLM_F_REQUEST; a failure is answered all the same
        4, 3, 2, 1,  // nlmsg_seq
        0, 0, 0, 0,  // nlmsg_pid
        0, 0, 0, 0,  // ifi_family, padding, ifi_type
        5, 0, 0, 0,  // ifi_index
        0, 0, 0, 0,  // ifi_flags
        0, 0, 0, 0,  // ifi_change: no flag is touched
        5, 0, 39, 0,  // nla_len, nla_type: IFLA_PROTO_DOWN
        1, 0, 0, 0,  // on, padding
      ])
  }

  @Test func setProtoDownOffAcknowledged() {
    var requests = RouteRequests(firstSequence: 7)
    requests.setProtoDown(false, index: 0x0001_0203, acknowledged: true)
    #expect(
      requests.bytes == [
        40, 0, 0, 0, 19, 0,
        5, 0,  // NLM_F_REQUEST | NLM_F_ACK
        7, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        5, 0, 39, 0,
        0, 0, 0, 0,  // off, padding
      ])
  }

  @Test func getLinkByIndex() {
    var requests = RouteRequests(firstSequence: 2)
    requests.getLink(index: 5)
    #expect(
      requests.bytes == [
        40, 0, 0, 0,
        18, 0,  // RTM_GETLINK
        1, 0,  // NLM_F_REQUEST alone: not a dump, which would not settle the operational state
        2, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        8, 0, 29, 0,  // IFLA_EXT_MASK
        8, 0, 0, 0,  // RTEXT_FILTER_SKIP_STATS
      ])
  }

  @Test func getLinkByName() {
    var requests = RouteRequests()
    requests.getLink(named: "vrrp4-5")
    #expect(
      requests.bytes == [
        52, 0, 0, 0, 18, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        8, 0, 29, 0, 8, 0, 0, 0,
        12, 0, 3, 0,  // IFLA_IFNAME
        0x76, 0x72, 0x72, 0x70, 0x34, 0x2D, 0x35, 0,  // vrrp4-5 and its NUL
      ])
  }

  @Test func dumpLinks() {
    var requests = RouteRequests()
    requests.dumpLinks()
    #expect(
      requests.bytes == [
        40, 0, 0, 0, 18, 0,
        1, 3,  // NLM_F_REQUEST | NLM_F_DUMP
        1, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        8, 0, 29, 0, 8, 0, 0, 0,
      ])
  }

  @Test func dumpAddresses() {
    var requests = RouteRequests()
    requests.dumpAddresses()
    #expect(
      requests.bytes == [
        24, 0, 0, 0,
        22, 0,  // RTM_GETADDR
        1, 3, 1, 0, 0, 0, 0, 0, 0, 0,
        2, 0, 0, 0,  // ifa_family: AF_INET; prefix length, flags, scope: 0, or strict checking refuses
        0, 0, 0, 0,  // ifa_index: all
      ])
  }

  @Test func deleteForwardingEntry() throws {
    var requests = RouteRequests()
    let mac = try #require(MACAddress(octets: [0, 0, 0x5E, 0, 1, 5]))
    requests.deleteForwardingEntry(mac, port: 9)
    #expect(
      requests.bytes == [
        40, 0, 0, 0,
        29, 0,  // RTM_DELNEIGH
        5, 0,  // NLM_F_REQUEST | NLM_F_ACK
        1, 0, 0, 0, 0, 0, 0, 0,
        7, 0, 0, 0,  // ndm_family: AF_BRIDGE, padding
        9, 0, 0, 0,  // ndm_ifindex: the bridge's port
        0, 0,  // ndm_state
        4,  // ndm_flags: NTF_MASTER
        0,  // ndm_type
        10, 0, 2, 0,  // NDA_LLADDR
        0, 0, 0x5E, 0, 1, 5, 0, 0,  // the MAC, padding
      ])
  }

  @Test func setLearning() {
    var requests = RouteRequests()
    requests.setLearning(false, port: 9)
    #expect(
      requests.bytes == [
        44, 0, 0, 0,
        19, 0,  // RTM_SETLINK
        5, 0,  // NLM_F_REQUEST | NLM_F_ACK
        1, 0, 0, 0, 0, 0, 0, 0,
        7, 0, 0, 0,  // ifi_family: AF_BRIDGE, padding, type
        9, 0, 0, 0,  // ifi_index: the bridge's port
        0, 0, 0, 0, 0, 0, 0, 0,  // flags, change
        12, 0, 12, 0x80,  // IFLA_PROTINFO, nested
        5, 0, 8, 0, 0, 0, 0, 0,  // IFLA_BRPORT_LEARNING: 0, padding
      ])
  }

  @Test("a batch is its messages one after the other, with ascending sequence numbers")
  func batch() {
    var requests = RouteRequests(firstSequence: 10)
    let off = requests.setProtoDown(false, index: 3)
    let get = requests.getLink(index: 3)
    #expect([off, get] == [10, 11])
    #expect(requests.bytes.count == 80)
    #expect(requests.bytes[48] == 11)
    #expect(requests.nextSequence == 12)
  }
}
