public import WMGFramework

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

extension EffectorPlugin {
  /// Checks what every plugin that works on the VNIs' interfaces needs: names that fit, and a privilege.
  ///
  /// - Parameter purpose: What the privilege is for, in words: `to set protodown`.
  /// - Throws: `PluginError`, with exit code 64 for the pattern and 77 for the privilege.
  public func validate(
    _ pattern: InterfaceNamePattern, for vnis: VNISet, needing capability: Capability, _ purpose: String
  ) throws(PluginError) {
    if let complaint = pattern.complaint(for: vnis) {
      throw .badValue(plugin: name, option: InterfaceNamePattern.option.name, complaint: complaint)
    }
    guard capability.isEffective else {
      throw .unusable(
        plugin: name,
        reason: "--effector \(name) needs \(capability.name) \(purpose); run as root, or give it with"
          + " AmbientCapabilities=\(capability.name) in the systemd unit or setcap"
          + " \(capability.name.lowercased())+ep",
        exitCode: 77)
    }
  }
}
