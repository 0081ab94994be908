import Logging
import WMGFramework
import WMGRuntime

/// All that a gateway is told: at its start, and again whenever its configuration is read again.
struct GatewaySettings: Sendable {
  /// Who it is, which VNIs there are, and the timing.
  var configuration: GatewayConfiguration
  /// The plugins with their options.
  var plugins: Gateway.Plugins
  /// The least urgent lines that are logged.
  var logLevel: Logger.Level
  /// Where `wmgwd2 status` asks.
  var controlSocket: String?
}
