import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

/// A namespace with macvlans on one veth, whose other end is a port of a bridge in the same namespace or lies in
/// another namespace.
struct MacvlanFixture {
  let gateway: TemporaryNamespace
  let outside: TemporaryNamespace
  let vnis: VNISet

  /// One lower device `lower` for all VNIs; its peer `outer` is in the namespace `outside`.
  init(_ vnis: VNISet) throws {
    gateway = try TemporaryNamespace()
    outside = try TemporaryNamespace()
    self.vnis = vnis
    try gateway.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1")
    try outside.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1")
    try gateway.ip(
      """
      link add lower type veth peer name outer netns \(outside.name)
      link set lower up
      """)
    try outside.ip("link set outer up")
    try gateway.ip(vnis.map { Self.creation(of: $0) }.joined(separator: "\n"))
  }

  /// The commands that make one VNI's interface.
  static func creation(of vni: VNI, isUp: Bool = true) -> String {
    let number = vni.rawValue
    let high = String(number >> 8 & 0xFF, radix: 16)
    let low = String(number & 0xFF, radix: 16)
    return """
      link add vrrp4-\(number) link lower address 00:00:5e:00:\(high):\(low) type macvlan mode bridge
      address add 10.\(number >> 8 & 0xFF).\(number & 0xFF).1/24 dev vrrp4-\(number)
      \(isUp ? "link set vrrp4-\(number) up" : "")
      """
  }

  func link(_ vni: VNI) throws -> Link? { try gateway.link("vrrp4-\(vni)") }

  func isServing(_ vni: VNI) throws -> Bool {
    guard let link = try link(vni) else { return false }
    return link.flags.contains(.lowerUp) && link.operationalState == .up && !link.isProtoDown
  }

  func isSilent(_ vni: VNI) throws -> Bool {
    guard let link = try link(vni) else { return false }
    return link.isProtoDown && !link.hasCarrier && link.operationalState != .up
  }
}

func vni(_ number: UInt32) -> VNI { VNI(rawValue: number)! }
