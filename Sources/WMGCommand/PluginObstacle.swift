import WMGFramework
import WMGRuntime

/// Why a plugin could not start as it is set, whoever starts it.
struct PluginObstacle {
  /// Which of a gateway's plugins.
  enum Place: Hashable {
    case discovery, strategy
    case effector(Int)
  }

  var place: Place
  /// The plugin's name.
  var plugin: String
  /// What it says of it.
  var error: any Error
}

extension Gateway.Plugins {
  /// Does what a daemon does before it starts anything: makes the strategy, and has every plugin look at its options.
  ///
  /// That this process has not the privileges of a daemon, and that something on the host does not run (sysexits 69,
  /// 71, 77), is no mistake in the settings: to check them needs no privileges.
  func obstacles(for configuration: GatewayConfiguration) -> [PluginObstacle] {
    var obstacles: [PluginObstacle] = []
    func look(_ place: PluginObstacle.Place, _ plugin: any Plugin, _ action: () throws -> Void) {
      do {
        try action()
      } catch let error as PluginError where [69, 71, 77].contains(error.exitCode) {
        return
      } catch {
        obstacles.append(PluginObstacle(place: place, plugin: plugin.name, error: error))
      }
    }
    look(.strategy, strategy.plugin) {
      _ = try strategy.plugin.makeStrategy(strategy.options, for: configuration)
    }
    look(.discovery, discovery.plugin) {
      try discovery.plugin.validate(discovery.options, for: configuration)
    }
    for (place, (plugin, options)) in effectors.enumerated() {
      look(.effector(place), plugin) { try plugin.validate(options, for: configuration) }
    }
    return obstacles
  }
}
