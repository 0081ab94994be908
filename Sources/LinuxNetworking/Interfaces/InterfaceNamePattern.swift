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

  /// `vrrp4-%d`, what the older Go daemon expects.
  public static let standard = InterfaceNamePattern(prefix: "vrrp4-", suffix: "")

  private init(prefix: String, suffix: String) {
    self.prefix = prefix
    self.suffix = suffix
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

  /// The interfaces of these VNIs, of one kind, for a guard.
  public func guardedInterfaces(of vnis: VNISet, kind: String) -> GuardedInterfaces {
    guard !vnis.isEmpty else { return GuardedInterfaces() }
    return GuardedInterfaces([GuardedInterfaces.Group(prefix: prefix, suffix: suffix, vnis: vnis, kind: kind)]
    )
  }

  /// The pattern as it was written.
  public var description: String { "\(prefix)%d\(suffix)" }
}

extension InterfaceNamePattern: PluginOptionValue {
  /// `name with %d once, where the VNI stands`
  public static var optionTypeName: String { "name with %d once, where the VNI stands" }
  /// Reads a pattern.
  public init?(optionText: String) { self.init(optionText) }
  /// The pattern as it was written.
  public var optionText: String { description }

  /// The option of every plugin that works on the VNIs' interfaces.
  public static let option = PluginOption(
    "interface", default: standard, help: "what the interface of a VNI is called; %d is the VNI")
}
