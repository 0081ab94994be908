import CLinux
import Glibc
public import WMGFramework

/// The interface whose network has a certain broadcast address, and this host's address there.
public struct BroadcastInterface: Hashable, Sendable {
  /// The interface's name.
  public var name: String
  /// The interface's index.
  public var index: UInt32
  /// This host's address in that network.
  public var address: IPv4Address
  /// The label of that address, such as `eth0:1`; the interface's name where it has no other.
  public var label: String

  /// An address of an interface; `label` is the interface's name if `nil`.
  public init(name: String, index: UInt32, address: IPv4Address, label: String? = nil) {
    self.name = name
    self.index = index
    self.address = address
    self.label = label ?? name
  }

  /// Finds the interface by its addresses: the lowest address wins where there are several.
  ///
  /// - Parameters:
  ///   - broadcast: An address such as 10.0.1.255. 255.255.255.255 belongs to every interface.
  ///   - name: The only interface to look at, or `nil` for all.
  public static func find(broadcast: IPv4Address, named name: String?) -> BroadcastInterface? {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return nil }
    defer { freeifaddrs(first) }
    guard let first else { return nil }
    let candidates = sequence(first: first, next: \.pointee.ifa_next).compactMap {
      pointer -> BroadcastInterface? in
      let entry = pointer.pointee
      guard let address = ipv4Address(entry.ifa_addr),
        let mask = ipv4Address(entry.ifa_netmask)
      else { return nil }
      let label = String(cString: entry.ifa_name)
      let interface = String(label.prefix { $0 != ":" })
      // The kernel knows the network's all-ones address whether or not the address was added with `brd`.
      let isOfNetwork =
        address.rawValue | ~mask.rawValue == broadcast.rawValue && mask.rawValue <= 0xFFFF_FFFC
      let isLimited = broadcast.rawValue == .max && name != nil
      let isSet =
        entry.ifa_flags & UInt32(IFF_BROADCAST) != 0
        && ipv4Address(entry.ifa_ifu.ifu_broadaddr) == broadcast
      guard name == nil || name == interface, isOfNetwork || isLimited || isSet else { return nil }
      return BroadcastInterface(
        name: interface, index: if_nametoindex(interface), address: address, label: label)
    }
    return candidates.min { $0.address < $1.address }
  }

  /// Whether there is an interface of that name.
  public static func exists(_ name: String) -> Bool { if_nametoindex(name) != 0 }

  /// Whether the interface is up, operational, and not another one that was made anew under the same name.
  ///
  /// Two lookups without any lock, however many interfaces there are; `hasAddress` is not asked, since it may wait.
  public var isUp: Bool { hasCarrier && if_nametoindex(name) == index }

  /// Whether the interface is up and operational.
  public var hasCarrier: Bool {
    let flags = wmg_interface_flags(name)
    let wanted = Int32(IFF_UP | IFF_RUNNING)
    return flags >= 0 && flags & wanted == wanted
  }

  /// Whether the interface still has the address.
  ///
  /// The kernel answers under its configuration lock, which others may hold for seconds: nothing for a heartbeat.
  public var hasAddress: Bool { wmg_interface_has_address(label, address.rawValue) }

  private static func ipv4Address(_ address: UnsafeMutablePointer<sockaddr>?) -> IPv4Address? {
    guard let address, address.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      IPv4Address(rawValue: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
    }
  }
}
