/// A privilege of a thread (capabilities(7)).
public enum Capability: Int, Sendable {
  /// To change interfaces.
  case networkAdministration = 12
  /// To send raw packets.
  case rawNetwork = 13

  /// The name as setcap and systemd write it.
  public var name: String {
    switch self {
    case .networkAdministration: "CAP_NET_ADMIN"
    case .rawNetwork: "CAP_NET_RAW"
    }
  }

  /// Whether the calling thread has it in its effective set.
  public var isEffective: Bool {
    guard let status = SystemFile.read("/proc/thread-self/status") else { return false }
    for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
      let digits = line.dropFirst("CapEff:".count).drop { $0 == "\t" || $0 == " " }
      return UInt64(digits, radix: 16).map { $0 >> UInt64(rawValue) & 1 == 1 } ?? false
    }
    return false
  }
}
