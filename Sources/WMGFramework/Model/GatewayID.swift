/// The unique ID (uid) of a gateway: any `UInt64` but 0, which stands for "choose one at random".
public struct GatewayID: RawRepresentable, BitwiseCopyable, Hashable, Comparable, Sendable,
  CustomStringConvertible
{
  /// The uid, 1…2⁶⁴ − 1.
  public let rawValue: UInt64

  /// Takes any uid but 0; `nil` for 0.
  @inlinable
  public init?(rawValue: UInt64) {
    guard rawValue != 0 else { return nil }
    self.rawValue = rawValue
  }

  /// A random uid, even over the whole range.
  public static func random(using generator: inout some RandomNumberGenerator) -> GatewayID {
    while true {
      if let id = GatewayID(rawValue: generator.next()) { return id }
    }
  }

  /// The uid in decimal.
  public var description: String { String(rawValue) }

  /// Orders by number.
  @inlinable
  public static func < (lhs: GatewayID, rhs: GatewayID) -> Bool { lhs.rawValue < rhs.rawValue }
}
