/// A number with up to three decimals, such as a weight or a share: exact, so that every machine computes with the same.
public struct Thousandths: RawRepresentable, Hashable, Comparable, Sendable {
  /// How many thousandths: 0.5 is 500.
  public let rawValue: UInt32

  /// So many thousandths.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Orders by number.
  public static func < (lhs: Thousandths, rhs: Thousandths) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension Thousandths: PluginOptionValue {
  /// `number with up to three decimals`.
  public static var optionTypeName: String { "number with up to three decimals" }

  /// Reads `2`, `0.5`, `1.125`; at most 1,000,000, and nothing negative.
  public init?(optionText: String) {
    let parts = optionText.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy(Self.isDigits), let whole = UInt32(parts[0]),
      whole <= 1_000_000
    else { return nil }
    var thousandths: UInt32 = 0
    if parts.count == 2 {
      guard parts[1].count <= 3, let decimals = UInt32(parts[1]) else { return nil }
      thousandths = (parts[1].count..<3).reduce(decimals) { value, _ in value * 10 }
    }
    rawValue = whole * 1000 + thousandths
  }

  /// The shortest form: `2`, `0.5`.
  public var optionText: String {
    let remainder = rawValue % 1000
    guard remainder != 0 else { return String(rawValue / 1000) }
    var decimals = String(String(1000 + remainder).dropFirst())
    while decimals.last == "0" { decimals.removeLast() }
    return "\(rawValue / 1000).\(decimals)"
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
  }
}
