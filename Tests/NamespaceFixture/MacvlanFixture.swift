public import LinuxNetworking
public import WMGFramework

/// A namespace with macvlans on one veth, `lower`, whose other end, `outer`, is in another namespace; or on a veth for
/// each VNI, as where every overlay has a bridge of its own.
public struct MacvlanFixture {
  /// Where the macvlans are.
  public let gateway: TemporaryNamespace
  /// Where the other end of the veth is.
  public let outside: TemporaryNamespace
  /// The VNIs that have a macvlan.
  public let vnis: VNISet

  /// Makes both namespaces and a macvlan for each VNI.
  public init(_ vnis: VNISet, lowerPerVNI: Bool = false) throws {
    gateway = try TemporaryNamespace()
    outside = try TemporaryNamespace()
    self.vnis = vnis
    for namespace in [gateway, outside] {
      try namespace.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1")
    }
    if lowerPerVNI {
      try gateway.ip(
        vnis.map {
          """
          link add lower\($0) type veth peer name outer\($0) netns \(outside.name)
          link set lower\($0) up
          """
        }.joined(separator: "\n"))
      try outside.ip(vnis.map { "link set outer\($0) up" }.joined(separator: "\n"))
      try gateway.ip(vnis.map { Self.creation(of: $0, over: "lower\($0)") }.joined(separator: "\n"))
      return
    }
    try gateway.ip("link add lower type veth peer name outer netns \(outside.name)\nlink set lower up")
    try outside.ip("link set outer up")
    try gateway.ip(vnis.map { Self.creation(of: $0) }.joined(separator: "\n"))
  }

  /// The commands that make one VNI's interface.
  public static func creation(of vni: VNI, over lower: String = "lower") -> String {
    """
    link add vrrp4-\(vni) link \(lower) address \(mac(of: vni)) type macvlan mode bridge
    address add \(address(of: vni))/24 dev vrrp4-\(vni)
    link set vrrp4-\(vni) up
    """
  }

  /// The virtual MAC of a VNI, the same on every gateway.
  public static func mac(of vni: VNI) -> MACAddress {
    MACAddress(rawValue: 0x0000_5E00_0000 | UInt64(vni.rawValue))
  }

  /// The gateway's address in a VNI.
  public static func address(of vni: VNI) -> IPv4Address {
    IPv4Address(rawValue: 0x0A00_0001 | vni.rawValue << 8)
  }

  /// What the kernel says of a VNI's interface now.
  public func link(_ vni: VNI) throws -> Link? { try gateway.link("vrrp4-\(vni)") }

  /// Whether a VNI's interface carries traffic.
  public func isServing(_ vni: VNI) throws -> Bool {
    guard let link = try link(vni) else { return false }
    return link.flags.contains(.lowerUp) && link.operationalState == .up && !link.isProtoDown
  }

  /// Whether a VNI's interface carries nothing.
  public func isSilent(_ vni: VNI) throws -> Bool {
    guard let link = try link(vni) else { return false }
    return link.isProtoDown && !link.hasCarrier && link.operationalState != .up
  }
}

/// A VNI, for tests.
public func vni(_ number: UInt32) -> VNI { VNI(rawValue: number)! }
