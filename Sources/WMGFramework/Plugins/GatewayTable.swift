/// A value per gateway, such as weights or addresses: `11=2,12=0.5`; empty means "none".
///
/// Written back, it is sorted by uid, so that two texts that mean the same are the same.
public struct GatewayTable<Value: PluginOptionValue>: PluginOptionValue {
  /// The value of each uid that was named.
  public let values: [GatewayID: Value]

  /// A table of these values.
  public init(_ values: [GatewayID: Value] = [:]) {
    self.values = values
  }

  /// `uid=…, …`, with the name of the values' type.
  public static var optionTypeName: String { "list of uid=\(Value.optionTypeName)" }

  /// Reads uids with their values and commas between them; `nil` too if a uid is named twice.
  public init?(optionText: String) {
    var values: [GatewayID: Value] = [:]
    for entry in Self.entries(optionText) {
      guard let (gateway, value) = entry.pair, values.updateValue(value, forKey: gateway) == nil else {
        return nil
      }
    }
    self.values = values
  }

  /// The first entry that is not a uid and a value, or whose uid an earlier one has.
  public static func fault(in text: String) -> String? {
    var named: Set<GatewayID> = []
    for entry in entries(text) {
      guard let (gateway, _) = entry.pair else {
        return entry.text.isEmpty ? "an entry is missing" : "'\(entry.text)' is none"
      }
      guard named.insert(gateway).inserted else { return "\(gateway) is there twice" }
    }
    return nil
  }

  private static func entries(_ text: String) -> [(text: String, pair: (GatewayID, Value)?)] {
    guard !text.isEmpty else { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { entry in
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let number = UInt64(parts[0]), let gateway = GatewayID(rawValue: number),
        let value = Value(optionText: String(parts[1]))
      else { return (String(entry), nil) }
      return (String(entry), (gateway, value))
    }
  }

  /// The uids with their values, ascending.
  public var optionText: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.optionText)" }.joined(separator: ",")
  }
}
