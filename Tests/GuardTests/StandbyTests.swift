import CGuard
import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework
import WMGRuntime

/// The requests to the kernel, and what comes of them; one at a time, as there is one guard to a process.
@Suite(.serialized) struct StandbyTests {
  @Test func theRequestsForOneInterface() {
    var buffer = [UInt8](repeating: 0xEE, count: 96)
    let length = wmg_standby_build_switch(&buffer, 7, 0x0102)
    #expect(
      Array(buffer[..<length]) == [
        // nlmsg_len 40, RTM_SETLINK, NLM_F_REQUEST, sequence, port
        40, 0, 0, 0, 19, 0, 1, 0, 2, 1, 0, 0, 0, 0, 0, 0,
        // AF_UNSPEC, index 7, flags and change 0
        0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        // IFLA_PROTO_DOWN 1
        5, 0, 39, 0, 1, 0, 0, 0,
        // nlmsg_len 40, RTM_GETLINK, the next sequence
        40, 0, 0, 0, 18, 0, 1, 0, 3, 1, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        // IFLA_EXT_MASK: RTEXT_FILTER_SKIP_STATS
        8, 0, 29, 0, 8, 0, 0, 0,
      ])
  }

  @Test func theRequestToForgetAMAC() {
    var buffer = [UInt8](repeating: 0xEE, count: 96)
    let length = wmg_standby_build_forget(&buffer, [0, 0, 0x5E, 0, 1, 9], 11, 1)
    #expect(
      Array(buffer[..<length]) == [
        // RTM_DELNEIGH, NLM_F_REQUEST | NLM_F_ACK
        40, 0, 0, 0, 29, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        // AF_BRIDGE, index 11, NTF_MASTER
        7, 0, 0, 0, 11, 0, 0, 0, 0, 0, 4, 0,
        // NDA_LLADDR
        10, 0, 2, 0, 0, 0, 0x5E, 0, 1, 9, 0, 0,
      ])
  }

  private static func plan(_ vnis: VNISet) -> GuardPlan {
    GuardPlan(
      InterfaceNamePattern.standard.guardedInterfaces(of: vnis, kind: "macvlan"), detectionTime: .seconds(3),
      margin: .milliseconds(110))
  }

  @Suite("In a namespace", .enabled(if: TemporaryNamespace.isPossible, "needs root for network namespaces"))
  struct InANamespace {
    @Test(
      "What is named and active becomes standby; what is not named or no macvlan stays; twice does nothing")
    func some() throws {
      let fixture = try MacvlanFixture(VNISet(vni(1)...vni(20)))
      try fixture.gateway.ip(
        "link add vrrp4-21 type veth peer name vrrp4-22\nlink set vrrp4-21 up\nlink set vrrp4-22 up")
      #expect(try eventually { try fixture.isServing(vni(10)) && fixture.isServing(vni(20)) })
      try fixture.gateway.ip("link set vrrp4-3 protodown on")
      let plan = StandbyTests.plan(VNISet(vni(1)...vni(10)))
      let first = try fixture.gateway.namespace.run { try InterfaceStandby.make(plan) }
      #expect(first.named == 10 && first.switched == 9 && first.failed == 0, "\(first)")
      // At once, without waiting for the kernel's own time.
      for number in 1...10 { #expect(try fixture.isSilent(vni(UInt32(number)))) }
      #expect(try fixture.isServing(vni(11)))
      let second = try fixture.gateway.namespace.run { try InterfaceStandby.make(plan) }
      #expect(second.named == 10 && second.switched == 0 && second.failed == 0)
      let all = try fixture.gateway.namespace.run {
        try InterfaceStandby.make(StandbyTests.plan(VNISet(vni(1)...vni(30))))
      }
      #expect(all.named == 20 && all.switched == 10)
      #expect(try fixture.gateway.link("vrrp4-21")?.isProtoDown == false)
    }

    @Test("A standby that its lower device has brought up in spite of protodown is made standby again")
    func revived() throws {
      let fixture = try MacvlanFixture(VNISet(vni(1)...vni(1)))
      #expect(try eventually { try fixture.isServing(vni(1)) })
      try fixture.gateway.ip("link set vrrp4-1 protodown on\nlink set lower down\nlink set lower up")
      #expect(try eventually { try fixture.link(vni(1))?.operationalState == .up })
      let result = try fixture.gateway.namespace.run {
        try InterfaceStandby.make(StandbyTests.plan(VNISet(vni(1)...vni(1))))
      }
      #expect(result.switched == 1 && result.failed == 0)
      #expect(try fixture.isSilent(vni(1)))
    }

    @Test("Over a veth the bridge forgets the MAC, at the port where it was, and no other")
    func forgetting() throws {
      let namespace = try TemporaryNamespace()
      let mac = MacvlanFixture.mac(of: vni(7))
      try namespace.ip(
        """
        link add br7 type bridge
        link add gw7 type veth peer name port7
        link add away7 type veth peer name other7
        link set port7 master br7
        link set other7 master br7
        link set br7 up
        link set port7 up
        link set gw7 up
        link set other7 up
        link set away7 up
        link add vrrp4-7 link gw7 address \(mac) type macvlan mode bridge
        link set vrrp4-7 up
        """)
      let other = "00:00:5e:00:99:99"
      try namespace.run("bridge fdb replace \(mac) dev port7 master dynamic")
      try namespace.run("bridge fdb replace \(other) dev other7 master dynamic")
      let plan = StandbyTests.plan(VNISet(vni(7)...vni(7)))
      let result = try namespace.namespace.run { try InterfaceStandby.make(plan) }
      #expect(result.switched == 1 && result.forgotten == 1 && result.failed == 0, "\(result)")
      let entries = try namespace.run("bridge fdb show br br7")
      #expect(!entries.contains("\(mac)"))
      #expect(entries.contains(other))
      // A frame that was under way may have taught it again, the interface being standby already.
      try namespace.run("bridge fdb replace \(mac) dev port7 master dynamic")
      let start = BootTimeClock.now
      let again = try namespace.namespace.run { try InterfaceStandby.make(plan) }
      #expect(BootTimeClock.now - start >= .milliseconds(wmg_standby_second_look_ms))
      #expect(again.switched == 0 && again.forgotten == 1)
    }

    @Test("It stops where its gateway has come back, before the next batch")
    func interrupted() throws {
      let vnis = VNISet(vni(1)...vni(3))
      let fixture = try MacvlanFixture(vnis)
      #expect(try eventually { try fixture.isServing(vni(3)) })
      var ends: [Int32] = [-1, -1]
      #expect(pipe(&ends) == 0)
      defer { for end in ends { close(end) } }
      let bytes = StandbyTests.plan(vnis).bytes
      let links = UnsafeMutablePointer<wmg_standby_link>.allocate(capacity: 64)
      defer { links.deallocate() }
      func make() throws -> wmg_standby_result {
        try fixture.gateway.namespace.run {
          let socket = wmg_standby_open()
          defer { close(socket) }
          var result = wmg_standby_result()
          var table = wmg_standby_table(links: links, capacity: 64, count: 0, interruption: ends[0], error: 0)
          bytes.withUnsafeBytes { bytes in
            var plan = wmg_guard_plan()
            #expect(wmg_guard_read_plan(bytes.baseAddress, bytes.count, &plan))
            wmg_standby_make(socket, &plan, &table, false, 3, &result)
          }
          return result
        }
      }
      write(ends[1], "x", 1)
      let stopped = try make()
      #expect(stopped.is_interrupted && stopped.switched == 0)
      #expect(try fixture.isServing(vni(1)))
      var byte: UInt8 = 0
      read(ends[0], &byte, 1)
      let whole = try make()
      #expect(!whole.is_interrupted && whole.switched == 3)
      #expect(try fixture.isSilent(vni(1)))
    }

    @Test(
      "Where there are more interfaces than are kept, those that are known become standby, and it is told")
    func more() throws {
      let fixture = try MacvlanFixture(VNISet(vni(1)...vni(20)))
      #expect(try eventually { try fixture.isServing(vni(1)) && fixture.isServing(vni(20)) })
      let result = try fixture.gateway.namespace.run {
        let socket = try SocketDescriptor(wmg_standby_open(), "open a netlink socket")
        var result = wmg_standby_result()
        withUnsafeTemporaryAllocation(of: wmg_standby_link.self, capacity: 12) { links in
          var table = wmg_standby_table(
            links: links.baseAddress, capacity: 12, count: 0, interruption: -1, error: 0)
          StandbyTests.plan(VNISet(vni(1)...vni(20))).bytes.withUnsafeBytes { bytes in
            var plan = wmg_guard_plan()
            #expect(wmg_guard_read_plan(bytes.baseAddress, bytes.count, &plan))
            wmg_standby_make(socket.rawValue, &plan, &table, false, 1, &result)
          }
        }
        return result
      }
      #expect(result.switched >= 10 && result.failed == 1 && result.error == ENOSPC, "\(result)")
      let silent = try (1...20).filter { try fixture.isSilent(vni(UInt32($0))) }
      #expect(silent.count == Int(result.switched))
    }

    @Test("1,000 VNIs are standby within 200 ms")
    func thousand() throws {
      let vnis = VNISet(vni(1)...vni(1000))
      let fixture = try MacvlanFixture(vnis)
      #expect(
        try eventually(within: .seconds(20)) { try fixture.isServing(vni(1)) && fixture.isServing(vni(1000)) }
      )
      // The best of five: what is measured is the work, not who else is at work on this machine.
      var best = Duration.seconds(60)
      for _ in 0..<5 {
        let (took, result) = try fixture.gateway.namespace.run {
          let start = BootTimeClock.now
          let result = try InterfaceStandby.make(StandbyTests.plan(vnis))
          return (BootTimeClock.now - start, result)
        }
        #expect(result.switched == 1000 && result.failed == 0)
        #expect(try vnis.allSatisfy { try fixture.isSilent($0) })
        best = min(best, took)
        try fixture.gateway.ip(vnis.map { "link set vrrp4-\($0) protodown off" }.joined(separator: "\n"))
        #expect(try eventually(within: .seconds(20)) { try vnis.allSatisfy { try fixture.isServing($0) } })
      }
      #expect(best <= .milliseconds(200), "\(best)")
      print("1,000 VNIs standby in \(best)")
    }
  }
}
