public import WMGFramework

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
