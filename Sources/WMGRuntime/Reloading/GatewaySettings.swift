public import Logging
public import WMGFramework

/// All that a gateway is told: at its start, and again whenever its configuration is read again.
public struct GatewaySettings: Sendable {
  /// Who it is, which VNIs there are, and the timing.
  public var configuration: GatewayConfiguration
  /// The plugins with their options.
  public var plugins: Gateway.Plugins
  /// The least urgent lines that are logged.
  public var logLevel: Logger.Level
  /// Where `wmgwd2 status` asks; `nil` for nowhere at the start, and for where it was on a reload.
  public var controlSocket: String?
  /// Whether nobody has said the handover overlap, so that it is what the effectors advise.
  public var isOverlapAdvised: Bool
  /// Which guard makes everything standby when the gateway dies.
  public var guardChoice: GuardChoice
  /// The shared libraries that plugins come from; loaded at the start only.
  public var libraries: [String]
  /// Whom it was told to become, and the capabilities that it was told to keep, as text; at the start only.
  public var privileges: [String: String]

  /// Settings.
  public init(
    configuration: GatewayConfiguration, plugins: Gateway.Plugins, logLevel: Logger.Level,
    controlSocket: String? = nil, isOverlapAdvised: Bool = false, libraries: [String] = [],
    guardChoice: GuardChoice = .off, privileges: [String: String] = [:]
  ) {
    self.configuration = configuration
    self.plugins = plugins
    self.logLevel = logLevel
    self.controlSocket = controlSocket
    self.isOverlapAdvised = isOverlapAdvised
    self.libraries = libraries
    self.guardChoice = guardChoice
    self.privileges = privileges
  }
}
