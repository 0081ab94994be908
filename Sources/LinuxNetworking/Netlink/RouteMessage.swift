import CLibmnl
import CLinux
import Glibc
import WMGFramework

/// What the kernel says over rtnetlink, whether asked or as an event.
public enum RouteMessage: Hashable, Sendable {
  /// An interface is there, like this (RTM_NEWLINK).
  case link(Link)
  /// An interface is gone (RTM_DELLINK).
  case linkRemoved(index: Int32)
  /// An IPv4 address is there (RTM_NEWADDR).
  case address(InterfaceAddress)
  /// An IPv4 address is gone (RTM_DELADDR).
  case addressRemoved(InterfaceAddress)
  /// A request was done, as it asked to be told (NLMSG_ERROR with code 0).
  case acknowledged
  /// A request failed (NLMSG_ERROR).
  case failed(NetlinkError)
  /// A dump is complete (NLMSG_DONE).
  case dumpDone
  /// Something changed during a dump (NLM_F_DUMP_INTR): the dump is to be repeated. Told before the message that
  /// carries the flag.
  case dumpInterrupted
  /// Something else.
  case other
}

/// Why the kernel refused a request.
public struct NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// errno.
  public var code: CInt
  /// What the kernel adds (NLMSGERR_ATTR_MSG); may be empty.
  public var explanation: String

  /// A refusal.
  public init(code: CInt, explanation: String = "") {
    self.code = code
    self.explanation = explanation
  }

  /// `Device or resource busy (Cannot clear protodown, active reasons)`
  public var description: String {
    SystemCallError.text(of: code) + (explanation.isEmpty ? "" : " (\(explanation))")
  }
}

extension RouteMessage {
  /// Reads the messages of one datagram, in order, each with the sequence number of the request it answers (0 for an
  /// event).
  static func parse(
    _ datagram: UnsafeRawBufferPointer, _ body: (_ sequence: UInt32, _ message: RouteMessage) -> Void
  ) {
    var left = CInt(datagram.count)
    var next = datagram.baseAddress?.assumingMemoryBound(to: nlmsghdr.self)
    // libmnl before 1.0.5 takes a length of 2 GiB and more for a negative one, which fits.
    while let header = next, mnl_nlmsg_ok(header, left), header.pointee.nlmsg_len <= UInt32(left) {
      // The flag sits on a message that is one of the dump's own, or its end.
      if header.pointee.nlmsg_flags & UInt16(NLM_F_DUMP_INTR) != 0 {
        body(header.pointee.nlmsg_seq, .dumpInterrupted)
      }
      body(header.pointee.nlmsg_seq, RouteMessage(header))
      next = UnsafePointer(mnl_nlmsg_next(header, &left))
    }
  }

  private init(_ header: UnsafePointer<nlmsghdr>) {
    switch Int(header.pointee.nlmsg_type) {
    case Int(RTM_NEWLINK): self = Link(header).map(Self.link) ?? .other
    case Int(RTM_DELLINK): self = Self.removedIndex(header).map(Self.linkRemoved) ?? .other
    case Int(RTM_NEWADDR): self = InterfaceAddress(header).map(Self.address) ?? .other
    case Int(RTM_DELADDR): self = InterfaceAddress(header).map(Self.addressRemoved) ?? .other
    case Int(NLMSG_ERROR): self = Self.answer(header)
    case Int(NLMSG_DONE): self = .dumpDone
    default: self = .other
    }
  }

  private static func removedIndex(_ header: UnsafePointer<nlmsghdr>) -> Int32? {
    guard mnl_nlmsg_get_payload_len(header) >= MemoryLayout<ifinfomsg>.size else { return nil }
    let info = mnl_nlmsg_get_payload(header).loadUnaligned(as: ifinfomsg.self)
    // A port that leaves its bridge is announced as a link of family AF_BRIDGE removed; it is still there.
    return info.ifi_family == UInt8(AF_BRIDGE) ? nil : info.ifi_index
  }

  private static func answer(_ header: UnsafePointer<nlmsghdr>) -> RouteMessage {
    guard mnl_nlmsg_get_payload_len(header) >= MemoryLayout<nlmsgerr>.size else { return .other }
    let answer = mnl_nlmsg_get_payload(header).loadUnaligned(as: nlmsgerr.self)
    guard answer.error != 0 else { return .acknowledged }
    var error = NetlinkError(code: CInt(clamping: answer.error.magnitude))
    let flags = Int32(header.pointee.nlmsg_flags)
    if flags & Int32(NLM_F_ACK_TLVS) != 0 {
      // Unless capped, the whole request comes back before the attributes.
      let echoed =
        flags & Int32(NLM_F_CAPPED) != 0 ? 0 : max(0, Int(answer.msg.nlmsg_len) - MemoryLayout<nlmsghdr>.size)
      for (type, payload) in NetlinkAttributes(of: header, after: MemoryLayout<nlmsgerr>.size + echoed)
      where type == Int(NLMSGERR_ATTR_MSG.rawValue) {
        error.explanation = payload.text
      }
    }
    return .failed(error)
  }
}

extension Link {
  init?(_ header: UnsafePointer<nlmsghdr>) {
    guard mnl_nlmsg_get_payload_len(header) >= MemoryLayout<ifinfomsg>.size else { return nil }
    let info = mnl_nlmsg_get_payload(header).loadUnaligned(as: ifinfomsg.self)
    // Bridges announce their ports a second time, under their own family and with few attributes.
    guard info.ifi_family != UInt8(AF_BRIDGE) else { return nil }
    self.init(index: info.ifi_index, name: "")
    flags = LinkFlags(rawValue: info.ifi_flags)
    for (type, payload) in NetlinkAttributes(of: header, after: MemoryLayout<ifinfomsg>.size) {
      switch type {
      case Int(IFLA_IFNAME): name = payload.text
      case Int(IFLA_ADDRESS): address = MACAddress(octets: payload)
      case Int(IFLA_OPERSTATE):
        operationalState = payload.number().flatMap(OperationalState.init) ?? .unknown
      case Int(IFLA_CARRIER): hasCarrier = payload.number(UInt8.self) == 1
      case Int(IFLA_PROTO_DOWN): isProtoDown = payload.number(UInt8.self) == 1
      case Int(IFLA_PROTO_DOWN_REASON): readReasons(payload)
      case Int(IFLA_LINK): lowerIndex = payload.number(Int32.self).flatMap { $0 == 0 ? nil : $0 }
      case Int(IFLA_LINK_NETNSID): isLowerElsewhere = true
      case Int(IFLA_MASTER): masterIndex = payload.number(Int32.self).flatMap { $0 == 0 ? nil : $0 }
      case Int(IFLA_LINKINFO): readKind(payload)
      default: break
      }
    }
    guard !name.isEmpty else { return nil }
  }

  private mutating func readReasons(_ nested: UnsafeRawBufferPointer) {
    for (type, payload) in NetlinkAttributes(nestedIn: nested)
    where type == Int(IFLA_PROTO_DOWN_REASON_VALUE) {
      protoDownReasons = payload.number() ?? 0
    }
  }

  private mutating func readKind(_ nested: UnsafeRawBufferPointer) {
    var isBridgePort = false
    for (type, payload) in NetlinkAttributes(nestedIn: nested) {
      switch type {
      case Int(IFLA_INFO_KIND): kind = payload.text
      case Int(IFLA_INFO_DATA) where kind == "macvlan":
        for (type, payload) in NetlinkAttributes(nestedIn: payload) where type == Int(IFLA_MACVLAN_MODE) {
          macvlanMode = payload.number().flatMap(MacvlanMode.init)
        }
      case Int(IFLA_INFO_SLAVE_KIND): isBridgePort = payload.text == "bridge"
      case Int(IFLA_INFO_SLAVE_DATA) where isBridgePort:
        for (type, payload) in NetlinkAttributes(nestedIn: payload) where type == Int(IFLA_BRPORT_LEARNING) {
          isLearning = payload.number(UInt8.self) == 1
        }
      default: break
      }
    }
  }
}

extension InterfaceAddress {
  init?(_ header: UnsafePointer<nlmsghdr>) {
    guard mnl_nlmsg_get_payload_len(header) >= MemoryLayout<ifaddrmsg>.size else { return nil }
    let info = mnl_nlmsg_get_payload(header).loadUnaligned(as: ifaddrmsg.self)
    guard info.ifa_family == UInt8(AF_INET) else { return nil }
    var local: UInt32?
    var peer: UInt32?
    for (type, payload) in NetlinkAttributes(of: header, after: MemoryLayout<ifaddrmsg>.size) {
      switch type {
      case Int(IFA_LOCAL): local = payload.number()
      case Int(IFA_ADDRESS): peer = payload.number()
      default: break
      }
    }
    guard let address = local ?? peer else { return nil }
    self.init(
      index: Int32(truncatingIfNeeded: info.ifa_index),
      address: IPv4Address(rawValue: UInt32(bigEndian: address)),
      prefixLength: info.ifa_prefixlen)
  }
}
