import Logging
import WMGFramework
import WMGRuntime

/// What a gateway runs with, as far as it can be read again while it runs.
struct GatewaySettings {
  var configuration: GatewayConfiguration
  var plugins: Gateway.Plugins
  var logLevel: Logger.Level
}
