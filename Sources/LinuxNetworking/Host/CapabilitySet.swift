/// A set of capabilities, as the kernel has them: a bit for each.
public struct CapabilitySet: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// Bit n is the capability with number n.
  public let bits: UInt64

  /// The set of these bits.
  public init(bits: UInt64) { self.bits = bits }

  /// The set of these capabilities.
  public init(arrayLiteral members: Capability...) { self.init(members) }

  /// The set of these capabilities.
  public init(_ members: some Sequence<Capability>) {
    bits = members.reduce(0) { $0 | 1 << UInt64($1.number) }
  }

  /// Whether it is one of them.
  public func contains(_ capability: Capability) -> Bool { bits >> UInt64(capability.number) & 1 == 1 }

  /// Those that are in both.
  public func intersection(_ other: CapabilitySet) -> CapabilitySet {
    CapabilitySet(bits: bits & other.bits)
  }

  /// Those that are not in the other.
  public func subtracting(_ other: CapabilitySet) -> CapabilitySet {
    CapabilitySet(bits: bits & ~other.bits)
  }

  /// How many there are.
  public var count: Int { bits.nonzeroBitCount }

  /// All of them, by number.
  public var members: [Capability] { (0..<64).compactMap(Capability.init(number:)).filter(contains) }

  /// `CAP_NET_ADMIN,CAP_NET_RAW`, or `none`.
  public var description: String {
    bits == 0 ? "none" : members.map(\.name).joined(separator: ",")
  }
}
