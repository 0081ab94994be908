public import WMGFramework

/// How the interface of a VNI is called: a name with `%d` where the VNI stands, such as `vrrp4-%d`.
public struct InterfaceNamePattern: Hashable, Sendable, CustomStringConvertible {
  private let prefix: String
  private let suffix: String

  /// The longest name that the kernel takes, in bytes.
  public static let longestName = 15

  /// Reads a pattern; `nil` unless it has exactly one `%d`, and besides it only what a name may have.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let places = bytes.indices.dropLast().filter {
      bytes[$0] == UInt8(ascii: "%") && bytes[$0 + 1] == UInt8(ascii: "d")
    }
    guard places.count == 1, let place = places.first, bytes.filter({ $0 == UInt8(ascii: "%") }).count == 1,
      bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
    else { return nil }
    prefix = String(decoding: bytes[..<place], as: UTF8.self)
    suffix = String(decoding: bytes[(place + 2)...], as: UTF8.self)
  }

  /// What is wrong with a pattern, or `nil`: for an option's check.
  public static func complaint(about text: String) -> String? {
    InterfaceNamePattern(text) == nil
      ? "must be a name with %d once, where the VNI stands, as in vrrp4-%d" : nil
  }

  /// What is wrong with this pattern for these VNIs, or `nil`: the highest one's name may be too long.
  public func complaint(for vnis: VNISet) -> String? {
    guard let highest = vnis.ranges.last?.upperBound else { return nil }
    let name = name(of: highest)
    guard name.utf8.count > Self.longestName else { return nil }
    return
      "gives '\(name)', longer than the \(Self.longestName) bytes of an interface name; shorten the pattern"
  }

  /// The name of a VNI's interface.
  public func name(of vni: VNI) -> String { "\(prefix)\(vni.rawValue)\(suffix)" }

  /// The VNI whose interface has this name, or `nil`.
  public func vni(of name: String) -> VNI? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix),
      name.utf8.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    let digits = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
    guard digits.first != UInt8(ascii: "0"), digits.count <= 8 else { return nil }
    var number: UInt32 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + UInt32(digit - UInt8(ascii: "0"))
    }
    return VNI(rawValue: number)
  }

  /// The pattern as it was written.
  public var description: String { "\(prefix)%d\(suffix)" }
}
