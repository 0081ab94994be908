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
    for entry in optionText.split(separator: ",", omittingEmptySubsequences: false) where !optionText.isEmpty
    {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let number = UInt64(parts[0]), let gateway = GatewayID(rawValue: number),
        let value = Value(optionText: String(parts[1])), values.updateValue(value, forKey: gateway) == nil
      else { return nil }
    }
    self.values = values
  }

  /// The first entry that is none.
  public static func fault(in text: String) -> String? {
    var uids: Set<GatewayID> = []
    for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let (uid, _) = Self(optionText: String(entry))?.values.first else {
        return entry.isEmpty ? "an entry is missing" : "'\(entry)' is none"
      }
      guard uids.insert(uid).inserted else { return "\(uid) is there twice" }
    }
    return nil
  }

  /// The uids with their values, ascending.
  public var optionText: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.optionText)" }.joined(separator: ",")
  }
}
