import CLibmnl
import CLinux
import Glibc

/// rtnetlink requests, one after the other in one buffer, to be sent in one call. The kernel works through them in
/// order and answers each under its sequence number.
public struct RouteRequests {
  /// The messages as they go to the kernel.
  public private(set) var bytes: [UInt8] = []
  /// The sequence number that the next request will have.
  public private(set) var nextSequence: UInt32

  // Longer than any single request made here.
  private static let longest = 96

  /// No requests yet; the first will have `firstSequence`.
  public init(firstSequence: UInt32 = 1) {
    nextSequence = firstSequence
  }

  /// Whether there is nothing to send.
  public var isEmpty: Bool { bytes.isEmpty }

  /// Sets or clears protodown. Only a failure is answered, unless the request is to be `acknowledged`.
  @discardableResult
  public mutating func setProtoDown(_ isProtoDown: Bool, index: Int32, acknowledged: Bool = false) -> UInt32 {
    append(RTM_SETLINK, acknowledged ? NLM_F_ACK : 0) { header in
      Self.putLink(header, index: index)
      mnl_attr_put_u8(header, UInt16(IFLA_PROTO_DOWN), isProtoDown ? 1 : 0)
    }
  }

  /// Asks for one interface. Unlike a dump this makes the kernel settle the interface's operational state first
  /// (linkwatch_sync_dev), which it might otherwise do seconds later.
  @discardableResult
  public mutating func getLink(index: Int32) -> UInt32 {
    append(RTM_GETLINK, 0) { header in
      Self.putLink(header, index: index)
      Self.skipStatistics(header)
    }
  }

  /// Asks for one interface by its name.
  @discardableResult
  public mutating func getLink(named name: String) -> UInt32 {
    append(RTM_GETLINK, 0) { header in
      Self.putLink(header, index: 0)
      Self.skipStatistics(header)
      mnl_attr_put_strz(header, UInt16(IFLA_IFNAME), String(name.utf8.prefix(15)) ?? "")
    }
  }

  /// Asks for all interfaces.
  @discardableResult
  public mutating func dumpLinks() -> UInt32 {
    append(RTM_GETLINK, NLM_F_DUMP) { header in
      Self.putLink(header, index: 0)
      Self.skipStatistics(header)
    }
  }

  /// Asks for all IPv4 addresses.
  @discardableResult
  public mutating func dumpAddresses() -> UInt32 {
    append(RTM_GETADDR, NLM_F_DUMP) { header in
      mnl_nlmsg_put_extra_header(header, MemoryLayout<ifaddrmsg>.size)?
        .assumingMemoryBound(to: ifaddrmsg.self).pointee.ifa_family = UInt8(AF_INET)
    }
  }

  /// Makes the bridge that `port` belongs to forget that `address` is behind it. Acknowledged; ENOENT if it did not
  /// know.
  @discardableResult
  public mutating func deleteForwardingEntry(_ address: MACAddress, port: Int32) -> UInt32 {
    append(RTM_DELNEIGH, NLM_F_ACK) { header in
      if let neighbour = mnl_nlmsg_put_extra_header(header, MemoryLayout<ndmsg>.size)?
        .assumingMemoryBound(to: ndmsg.self)
      {
        neighbour.pointee.ndm_family = UInt8(AF_BRIDGE)
        neighbour.pointee.ndm_ifindex = port
        neighbour.pointee.ndm_flags = UInt8(NTF_MASTER)
      }
      mnl_attr_put(header, UInt16(NDA_LLADDR), 6, address.octets)
    }
  }

  /// Says whether the bridge that `port` belongs to learns MACs from it. Acknowledged.
  @discardableResult
  public mutating func setLearning(_ isLearning: Bool, port: Int32) -> UInt32 {
    append(RTM_SETLINK, NLM_F_ACK) { header in
      Self.putLink(header, index: port, family: AF_BRIDGE)
      // The kernel asks for the flag that says nested.
      guard let nest = mnl_attr_nest_start(header, UInt16(IFLA_PROTINFO) | UInt16(NLA_F_NESTED)) else {
        return
      }
      mnl_attr_put_u8(header, UInt16(IFLA_BRPORT_LEARNING), isLearning ? 1 : 0)
      mnl_attr_nest_end(header, nest)
    }
  }

  private mutating func append(
    _ type: some BinaryInteger, _ flags: CInt, _ fill: (UnsafeMutablePointer<nlmsghdr>) -> Void
  ) -> UInt32 {
    let sequence = nextSequence
    nextSequence &+= 1
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.longest))
    let length = bytes.withUnsafeMutableBytes { buffer -> Int in
      guard let base = buffer.baseAddress, let header = mnl_nlmsg_put_header(base + start) else { return 0 }
      header.pointee.nlmsg_type = UInt16(type)
      header.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST | flags)
      header.pointee.nlmsg_seq = sequence
      fill(header)
      return Int(header.pointee.nlmsg_len)
    }
    bytes.removeLast(Self.longest - (length + 3) / 4 * 4)
    return sequence
  }

  private static func putLink(
    _ header: UnsafeMutablePointer<nlmsghdr>, index: Int32, family: CInt = AF_UNSPEC
  ) {
    guard
      let link = mnl_nlmsg_put_extra_header(header, MemoryLayout<ifinfomsg>.size)?
        .assumingMemoryBound(to: ifinfomsg.self)
    else { return }
    link.pointee.ifi_family = UInt8(family)
    link.pointee.ifi_index = index
  }

  private static func skipStatistics(_ header: UnsafeMutablePointer<nlmsghdr>) {
    mnl_attr_put_u32(header, UInt16(IFLA_EXT_MASK), UInt32(RTEXT_FILTER_SKIP_STATS))
  }
}
