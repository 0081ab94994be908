public import WMGFramework

/// The Ethernet Segment Identifier (RFC 7432, section 5): ten bytes, `00:11:22:33:44:55:66:77:88:99`.
public struct EthernetSegmentID: PluginOptionValue {
  /// Its ten bytes, as they are on the wire.
  public let bytes: [UInt8]

  /// All zero: not multihomed.
  public static let zero = EthernetSegmentID(repeating: 0)

  /// Ten times the same byte.
  public init(repeating byte: UInt8) {
    bytes = [UInt8](repeating: byte, count: 10)
  }

  /// `ten bytes in hexadecimal, with colons`.
  public static var optionTypeName: String { "ten bytes in hexadecimal, with colons" }

  /// Reads ten times one or two hexadecimal digits with colons between them.
  public init?(optionText: String) {
    var bytes: [UInt8] = []
    for part in optionText.split(separator: ":", omittingEmptySubsequences: false) {
      guard (1...2).contains(part.count), part.allSatisfy(\.isHexDigit), let byte = UInt8(part, radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    guard bytes.count == 10 else { return nil }
    self.bytes = bytes
  }

  /// Lower case, two digits each.
  public var optionText: String {
    bytes.map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined(separator: ":")
  }
}
