import LinuxNetworking
public import WMGFramework

/// Which addresses each overlay of a lab has: 16 of 172.16.0.0/12 per VNI, in the order of the VNIs, so 65,536 VNIs
/// fit, whatever their numbers are.
public struct AddressPlan: Sendable {
  /// The VNIs in ascending order; a VNI's place here is its *index* all over the lab.
  public let vnis: [VNI]
  private let indices: [VNI: Int]

  static let prefixLength = 28
  private static let first: UInt32 = 0xAC10_0000
  private static let size: UInt32 = 16

  init(_ set: VNISet) {
    vnis = Array(set)
    indices = Dictionary(uniqueKeysWithValues: vnis.enumerated().map { ($1, $0) })
  }

  /// How many overlays there are.
  public var count: Int { vnis.count }

  /// A VNI's place among the lab's.
  public func index(of vni: VNI) -> Int? { indices[vni] }

  /// The gateway address of the overlay with this index, the same on every gateway.
  public func gatewayAddress(_ index: Int) -> IPv4Address {
    IPv4Address(rawValue: Self.first + UInt32(index) * Self.size + 1)
  }

  /// The client's address in the overlay with this index.
  public func clientAddress(_ index: Int) -> IPv4Address {
    IPv4Address(rawValue: Self.first + UInt32(index) * Self.size + 2)
  }

  /// The index of the overlay that has this gateway address.
  public func index(ofGatewayAddress address: IPv4Address) -> Int? {
    guard address.rawValue > Self.first else { return nil }
    let (index, host) = (address.rawValue - Self.first).quotientAndRemainder(dividingBy: Self.size)
    return host == 1 && index < vnis.count ? Int(index) : nil
  }

  /// The virtual MAC of a VNI, the same on every gateway: locally administered, and the VNI in its last three bytes.
  public static func virtualMAC(_ vni: VNI) -> String {
    MACAddress(rawValue: virtualMACNumber(vni)).description
  }

  static func virtualMACNumber(_ vni: VNI) -> UInt64 { 0x0257_4D00_0000 | UInt64(vni.rawValue) }
}
