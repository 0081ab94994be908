extension Bool: PluginOptionValue {
  /// `on or off`.
  public static var optionTypeName: String { "on or off" }
  /// Reads on/off, true/false, yes/no.
  public init?(optionText: String) {
    switch optionText {
    case "on", "true", "yes": self = true
    case "off", "false", "no": self = false
    default: return nil
    }
  }
  /// `on` or `off`.
  public var optionText: String { self ? "on" : "off" }
}

extension Int: PluginOptionValue {
  /// `number`.
  public static var optionTypeName: String { "number" }
  /// Reads a decimal number.
  public init?(optionText: String) { self.init(optionText) }
  /// Decimal.
  public var optionText: String { description }
}

extension String: PluginOptionValue {
  /// `text`.
  public static var optionTypeName: String { "text" }
  /// Takes any text.
  public init?(optionText: String) { self = optionText }
  /// The text itself.
  public var optionText: String { self }
}

extension IPv4Address: PluginOptionValue {
  /// `IPv4 address`.
  public static var optionTypeName: String { "IPv4 address" }
  /// Reads dotted decimal.
  public init?(optionText: String) { self.init(optionText) }
  /// Dotted decimal.
  public var optionText: String { description }
}

extension Duration: PluginOptionValue {
  /// `duration`.
  public static var optionTypeName: String { "duration (us, ms, s, m)" }

  /// Reads a number with a unit: `50ms`, `1.5s`, `2m`, `250us`, `0`. A bare number other than 0 has no unit and is
  /// refused rather than guessed.
  public init?(optionText: String) {
    if optionText == "0" {
      self = .zero
      return
    }
    let number = optionText.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let nanosecondsPerUnit: Int64? =
      switch optionText.dropFirst(number.count) {
      case "us": 1000
      case "ms": 1_000_000
      case "s": 1_000_000_000
      case "m": 60_000_000_000
      default: nil
      }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard let nanosecondsPerUnit, parts.count <= 2, let whole = Int64(parts[0]) else { return nil }
    var nanoseconds = whole.multipliedReportingOverflow(by: nanosecondsPerUnit)
    guard !nanoseconds.overflow else { return nil }
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count), var fraction = Int64(parts[1]) else { return nil }
      // Billionths of the unit; what is less than a nanosecond is dropped.
      for _ in parts[1].count..<9 { fraction *= 10 }
      let part = fraction * (nanosecondsPerUnit / 1000) / 1_000_000
      nanoseconds = nanoseconds.partialValue.addingReportingOverflow(part)
      guard !nanoseconds.overflow else { return nil }
    }
    self = .nanoseconds(nanoseconds.partialValue)
  }

  /// The shortest exact form: `60s`, `1100ms`, `250us`, `0.5us`.
  public var optionText: String {
    let nanoseconds = self.nanoseconds
    if nanoseconds == 0 { return "0" }
    if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
    if nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
    if nanoseconds % 1000 == 0 { return "\(nanoseconds / 1000)us" }
    var decimals = String(1000 + nanoseconds.magnitude % 1000).dropFirst()
    while decimals.last == "0" { decimals.removeLast() }
    return "\(nanoseconds < 0 ? "-" : "")\(nanoseconds.magnitude / 1000).\(decimals)us"
  }
}

/// A list of uids, such as an allow-list: `11,12,13`; empty means "any".
public struct GatewayIDList: PluginOptionValue {
  /// The uids in the order they were written.
  public let gateways: [GatewayID]

  /// A list of these.
  public init(_ gateways: [GatewayID] = []) {
    self.gateways = gateways
  }

  /// `list of uids`.
  public static var optionTypeName: String { "list of uids" }

  /// Reads uids with commas between them; the empty text is the empty list.
  public init?(optionText: String) {
    var gateways: [GatewayID] = []
    for part in optionText.split(separator: ",", omittingEmptySubsequences: false) where !optionText.isEmpty {
      guard let number = UInt64(part), let gateway = GatewayID(rawValue: number) else { return nil }
      gateways.append(gateway)
    }
    self.gateways = gateways
  }

  /// The first that is no uid.
  public static func fault(in text: String) -> String? {
    text.split(separator: ",", omittingEmptySubsequences: false)
      .first { UInt64($0).flatMap(GatewayID.init(rawValue:)) == nil }
      .map { $0.isEmpty ? "a uid is missing" : "'\($0)' is no uid" }
  }

  /// The uids with commas between them.
  public var optionText: String { gateways.map(\.description).joined(separator: ",") }
}
