/// What all gateways of a fleet must have alike to agree on owners: the strategy, its parameters, and the VNI set.
///
/// Written `rendezvous:811c9dc5:3f0a77d2`: the name, then a hash of the parameters, then one of the VNI set, so that two
/// fingerprints that differ say in what. It does not depend on the gateway, the machine or the order of options.
public struct StrategyFingerprint: Hashable, Sendable {
  /// The strategy's name.
  public let strategy: String
  /// A hash of the parameters.
  public let parameters: UInt32
  /// A hash of the VNI set.
  public let vnis: UInt32

  /// The fingerprint of a strategy with these parameters (a canonical text, see `StrategyPlugin.agreement`) for a VNI
  /// set.
  public init(strategy: String, parameters: String, vnis: VNISet) {
    self.strategy = strategy
    self.parameters = Self.hash(parameters.utf8)
    self.vnis = Self.hash(vnis.description.utf8)
  }

  /// Reads a fingerprint as it is written; `nil` if the text is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[1].count == 8, parts[2].count == 8,
      let parameters = UInt32(parts[1], radix: 16), let vnis = UInt32(parts[2], radix: 16)
    else { return nil }
    strategy = String(parts[0])
    self.parameters = parameters
    self.vnis = vnis
  }

  /// All of it in eight bytes, for an advertisement that has room for them.
  public var rawValue: UInt64 {
    UInt64(Self.hash(strategy.utf8) &* 31 &+ parameters) << 32 | UInt64(vnis)
  }

  /// In what two fingerprints differ: "strategy", "parameters", "VNI set"; empty if they are equal.
  public func differences(from other: StrategyFingerprint) -> [String] {
    var differences: [String] = []
    if strategy != other.strategy { differences.append("strategy") }
    // Of another strategy, other parameters say nothing.
    if strategy == other.strategy, parameters != other.parameters { differences.append("parameters") }
    if vnis != other.vnis { differences.append("VNI set") }
    return differences
  }

  /// FNV-1a (Fowler, Noll and Vo): nobody attacks a fingerprint, and every language has it in five lines.
  private static func hash(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}

extension StrategyFingerprint: CustomStringConvertible {
  /// `rendezvous:811c9dc5:3f0a77d2`
  public var description: String { "\(strategy):\(Self.hexadecimal(parameters)):\(Self.hexadecimal(vnis))" }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
