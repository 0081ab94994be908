import GatewayLab
import Glibc
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// The lab itself, without daemons: what it builds, what its instruments see, and that nothing remains.
  @Suite struct LabNetworkTests {
    @Test("The instruments see an owner, and the client reaches it", arguments: LabTopology.allCases)
    func instruments(_ topology: LabTopology) throws {
      let vnis = try VNISet(parsing: "1-10,5000")
      let network = try LabNetwork(LabConfiguration(vnis: vnis, topology: topology))
      defer { network.remove() }
      let observer = try OwnershipObserver(network)
      defer { observer.stop() }
      let capture = try AnnouncementCapture(network)
      defer { capture.stop() }
      let pinger = try Pinger(network)
      defer { pinger.stop() }

      #expect(observer.exceptions == 11)
      try network.setProtodown(false, of: vnis, at: 1)
      #expect(observer.waitForOneOwnerEach(patience: .seconds(5)) != nil)
      #expect(observer.owned == [VNISet(), vnis, VNISet()])
      #expect(pollUntil(.seconds(5)) { pinger.record().answering == 11 })

      observer.beginRecord()
      let vni = try #require(VNI(rawValue: 5000))
      try network.setProtodown(false, of: [vni], at: 2)
      #expect(pollUntil(.seconds(5)) { observer.owners(of: vni) == [1, 2] })
      try network.setProtodown(true, of: [vni], at: 1)
      #expect(pollUntil(.seconds(5)) { observer.soleOwners.last == 2 })
      let record = observer.record()
      #expect(record.shared.map(\.vni) == [vni])
      #expect(record.unowned.isEmpty)

      #expect(capture.take().isEmpty)
      let before = BootTimeClock.now
      try announce(vni, by: network.gateways[2])
      #expect(pollUntil(.seconds(5)) { !capture.all.isEmpty })
      let announcement = try #require(capture.take().first)
      #expect(announcement.vni == vni && announcement.gateway == 2 && announcement.operation == 1)
      #expect(before < announcement.receivedAt && announcement.receivedAt < BootTimeClock.now)
    }

    @Test(
      "A standby comes up with its parent although protodown is set: the kernel fact the daemon lives with")
    func parentFlap() throws {
      let vnis = try VNISet(parsing: "1-2")
      let network = try LabNetwork(LabConfiguration(vnis: vnis, topology: .veth, hasClient: false))
      defer { network.remove() }
      let observer = try OwnershipObserver(network)
      defer { observer.stop() }
      let vni = try #require(VNI(rawValue: 2))
      try network.flapParent(of: vni, at: 0)
      #expect(pollUntil(.seconds(5)) { observer.owned[0] == VNISet([vni]) })
    }
  }
}

/// Sends one gratuitous ARP request from a gateway's macvlan.
private func announce(_ vni: VNI, by gateway: LabGateway) throws {
  let program = """
    import fcntl, socket, struct, sys
    name = sys.argv[1]
    packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    packet.bind((name, 0))
    mac = packet.getsockname()[4]
    query = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    address = fcntl.ioctl(query, 0x8915, struct.pack('256s', name.encode()))[20:24]
    arp = struct.pack('!HHBBH', 1, 0x800, 6, 4, 1) + mac + address + bytes(6) + address
    packet.send(b'\\xff' * 6 + mac + b'\\x08\\x06' + arp)
    """
  let child = try ChildProcess(
    "/usr/bin/env", ["python3", "-c", program, "vrrp4-\(vni)"], namespace: gateway.namespace)
  #expect(child.wait(for: .seconds(10)) == .exited(0))
}
