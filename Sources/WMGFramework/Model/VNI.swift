/// A VXLAN network identifier: the 24-bit number of one overlay (RFC 7348, section 5).
///
/// Stored as a bare `UInt32`, so that a contiguous run of VNIs is a contiguous run of integers for a hash loop.
public struct VNI: RawRepresentable, BitwiseCopyable, Hashable, Comparable, Sendable, CustomStringConvertible
{
  /// The identifier, 1…16,777,215.
  public let rawValue: UInt32

  /// The lowest VNI, 1. VNI 0 is not used for overlays.
  public static let min = VNI(unchecked: 1)
  /// The highest VNI, 2²⁴ − 1.
  public static let max = VNI(unchecked: 0xFF_FFFF)

  /// Takes an identifier in 1…16,777,215; `nil` outside that range.
  @inlinable
  public init?(rawValue: UInt32) {
    guard rawValue >= 1, rawValue <= 0xFF_FFFF else { return nil }
    self.rawValue = rawValue
  }

  @usableFromInline
  init(unchecked rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The identifier in decimal.
  public var description: String { String(rawValue) }

  /// Orders by number.
  @inlinable
  public static func < (lhs: VNI, rhs: VNI) -> Bool { lhs.rawValue < rhs.rawValue }
}
