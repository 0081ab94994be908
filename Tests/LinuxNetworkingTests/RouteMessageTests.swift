import Testing
import WMGFramework

@testable import LinuxNetworking

@Suite("what the kernel says, from canned replies")
struct RouteMessageTests {
  func parse(_ bytes: [UInt8]) -> [(UInt32, RouteMessage)] {
    var messages: [(UInt32, RouteMessage)] = []
    bytes.withUnsafeBytes { RouteMessage.parse($0) { messages.append(($0, $1)) } }
    return messages
  }

  /// An attribute with its header and padding.
  func attribute(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
    let length = UInt16(payload.count + 4)
    let padding = [UInt8](repeating: 0, count: (4 - payload.count % 4) % 4)
    return [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(type & 0xFF), UInt8(type >> 8)] + payload
      + padding
  }

  /// A message with its header.
  func message(_ type: UInt16, flags: UInt16 = 0, sequence: UInt8 = 0, _ payload: [UInt8]) -> [UInt8] {
    let length = payload.count + 16
    return [
      UInt8(length & 0xFF), UInt8(length >> 8), 0, 0, UInt8(type & 0xFF), UInt8(type >> 8),
      UInt8(flags & 0xFF), UInt8(flags >> 8), sequence, 0, 0, 0, 0, 0, 0, 0,
    ] + payload
  }

  func standby(family: UInt8 = 0, type: UInt16 = 16) -> [UInt8] {
    var payload: [UInt8] = [
      family, 0, 1, 0,  // ifi_family, padding, ifi_type: ARPHRD_ETHER
      5, 0, 0, 0,  // ifi_index
      0x03, 0x10, 0, 0,  // ifi_flags: UP, BROADCAST, MULTICAST; no carrier
      0, 0, 0, 0,  // ifi_change
    ]
    payload += attribute(3, Array("vrrp4-5".utf8) + [0])  // IFLA_IFNAME
    payload += attribute(16, [2])  // IFLA_OPERSTATE: DOWN
    payload += attribute(33, [0])  // IFLA_CARRIER
    payload += attribute(39, [1])  // IFLA_PROTO_DOWN
    // IFLA_PROTO_DOWN_REASON, nested: VALUE, bit 7
    payload += attribute(0x8000 | 55, attribute(2, [0x80, 0, 0, 0]))
    payload += attribute(1, [0, 0, 0x5E, 0, 1, 5])  // IFLA_ADDRESS
    payload += attribute(5, [4, 0, 0, 0])  // IFLA_LINK
    payload += attribute(37, [0, 0, 0, 0])  // IFLA_LINK_NETNSID
    payload += attribute(10, [9, 0, 0, 0])  // IFLA_MASTER
    payload += attribute(  // IFLA_LINKINFO: KIND, DATA: IFLA_MACVLAN_MODE
      18, attribute(1, Array("macvlan".utf8) + [0]) + attribute(2, attribute(1, [4, 0, 0, 0])))
    return message(type, sequence: 7, payload)
  }

  @Test func link() throws {
    let (sequence, answer) = try #require(parse(standby()).first)
    #expect(sequence == 7)
    var expected = Link(index: 5, name: "vrrp4-5")
    expected.kind = "macvlan"
    expected.macvlanMode = .bridge
    expected.address = MACAddress(octets: [0, 0, 0x5E, 0, 1, 5])
    expected.flags = LinkFlags(rawValue: 0x1003)
    expected.operationalState = .down
    expected.hasCarrier = false
    expected.isProtoDown = true
    expected.protoDownReasons = 1 << 7
    expected.lowerIndex = 4
    expected.isLowerElsewhere = true
    expected.masterIndex = 9
    #expect(answer == .link(expected))
  }

  @Test func linkRemoved() {
    #expect(parse(standby(type: 17)).map(\.1) == [.linkRemoved(index: 5)])
  }

  @Test("a bridge that tells of its ports, or lets one go, tells nothing of the interface")
  func bridgeFamilyIsIgnored() {
    #expect(parse(standby(family: 7)).map(\.1) == [.other])
    #expect(parse(standby(family: 7, type: 17)).map(\.1) == [.other])
  }

  @Test func address() throws {
    let payload: [UInt8] =
      [2, 24, 0, 0, 5, 0, 0, 0]  // AF_INET, prefix length, flags, scope, index
      + attribute(1, [10, 0, 5, 9])  // IFA_ADDRESS: the peer's
      + attribute(2, [10, 0, 5, 1])  // IFA_LOCAL
    let expected = InterfaceAddress(
      index: 5, address: try #require(IPv4Address("10.0.5.1")), prefixLength: 24)
    #expect(parse(message(20, payload)).map(\.1) == [.address(expected)])
    #expect(parse(message(21, payload)).map(\.1) == [.addressRemoved(expected)])
  }

  @Test func refusalWithExplanation() {
    let text = "Cannot clear protodown, active reasons"
    let payload: [UInt8] =
      [0xF0, 0xFF, 0xFF, 0xFF]  // -EBUSY
      + message(19, sequence: 3, [])  // the request's header alone: capped
      + attribute(1, Array(text.utf8) + [0])  // NLMSGERR_ATTR_MSG
    let answers = parse(message(2, flags: 0x300, sequence: 3, payload))
    #expect(answers.map(\.0) == [3])
    #expect(answers.map(\.1) == [.failed(NetlinkError(code: 16, explanation: text))])
    #expect(NetlinkError(code: 16, explanation: text).description == "Device or resource busy (\(text))")
  }

  @Test func acknowledgementAndEndOfDump() {
    let acknowledgement = message(2, flags: 0x100, sequence: 1, [0, 0, 0, 0] + message(19, sequence: 1, []))
    let done = message(3, flags: 2, sequence: 2, [0, 0, 0, 0])
    let interrupted = message(3, flags: 0x12, sequence: 2, [0, 0, 0, 0])
    #expect(parse(acknowledgement + done).map(\.1) == [.acknowledged, .dumpDone])
    #expect(parse(interrupted).map(\.1) == [.dumpInterrupted, .dumpDone])
  }

  @Test("an interruption of a dump is told on a message that carries an interface of its own")
  func interruptedDump() {
    var link = standby()
    link[6] |= 0x10  // NLM_F_DUMP_INTR
    let messages = parse(link).map(\.1)
    #expect(messages.first == .dumpInterrupted)
    #expect(messages.dropFirst() == parse(standby()).map(\.1)[...])
  }

  @Test("messages and attributes cut short, or of impossible lengths, are no trap")
  func damagedMessages() {
    let whole = standby()
    for length in 0..<whole.count {
      _ = parse(Array(whole[..<length]))
      // The header promises only what is there.
      if length >= 16 {
        _ = parse([UInt8(length & 0xFF), UInt8(length >> 8)] + whole[2..<length])
      }
    }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var damaged = whole
      for _ in 0..<4 {
        damaged[Int.random(in: 16..<damaged.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      _ = parse(damaged)
    }
  }

  @Test("a length of 2 GiB and more fits nowhere")
  func lengthBeyondTwoGiB() {
    var bytes = message(16, [UInt8](repeating: 0, count: 16))
    bytes[3] = 0x90
    #expect(parse(bytes).isEmpty)
  }

  @Test("no attribute takes what is behind its message, not even padding")
  func attributeInThePaddingBehind() {
    var bytes = standby()
    // One byte less: the last attribute no longer fits, though rounded up it would.
    bytes[0] -= 1
    guard case .link(let link)? = parse(bytes).first?.1 else { return #expect(Bool(false)) }
    #expect(link.name == "vrrp4-5" && link.kind.isEmpty)
  }

  @Test func aRefusalOfWhateverCode() {
    let codes: [([UInt8], CInt)] = [([0xF0, 0xFF, 0xFF, 0xFF], 16), ([0, 0, 0, 0x80], .max)]
    for (bytes, code) in codes {
      let answer = parse(message(2, bytes + [UInt8](repeating: 0, count: 16))).map(\.1)
      #expect(answer == [.failed(NetlinkError(code: code))])
    }
  }
}
