/// A 48-bit Ethernet address.
public struct MACAddress: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The address as a number, first octet highest; the upper 16 bits are 0.
  public let rawValue: UInt64

  /// ff:ff:ff:ff:ff:ff
  public static let broadcast = MACAddress(rawValue: 0xFFFF_FFFF_FFFF)

  /// Takes the lower 48 bits of a number.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue & 0xFFFF_FFFF_FFFF
  }

  /// Takes six octets; `nil` for any other number of them.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 6 else { return nil }
    rawValue = octets.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The six octets, first one first.
  public var octets: [UInt8] { (0..<6).map { octet($0) } }

  func octet(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: rawValue >> UInt64(8 * (5 - index))) }

  /// Six pairs of hexadecimal digits with colons between them.
  public var description: String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
