import CWMGPlugin
import LinuxNetworking
public import WMGFramework

/// Shared libraries with plugins, through the C interface of wmgwd2_plugin.h.
public enum PluginLibraries {
  /// Loads libraries, in order; each is taken as a whole or refused as a whole, and one that is refused hinders no other.
  ///
  /// Paths are taken as given: nothing is searched for. A library is tried in a child process first, so that one which
  /// crashes when it is loaded is refused rather than ends this process. What has been loaded is never unloaded.
  ///
  /// - Parameters:
  ///   - paths: The libraries' files.
  ///   - known: Plugins whose names are taken.
  /// - Returns: The plugins, to be registered beside the known ones; and what was not taken.
  public static func load(
    _ paths: [String], besides known: [any Plugin] = []
  ) -> (plugins: [any Plugin], refusals: [PluginRefusal]) {
    var plugins: [any Plugin] = []
    var refusals: [PluginRefusal] = []
    var loaded: Set<String> = []
    for path in paths {
      do {
        let file = try trusted(path)
        // Named twice, as in a configuration file and on the command line, it is still one.
        guard !loaded.contains(file.path) else { continue }
        plugins += try load(file, named: path, besides: known + plugins)
        loaded.insert(file.path)
      } catch {
        refusals.append(error)
      }
    }
    return (plugins, refusals)
  }

  private static func trusted(_ path: String) throws(PluginRefusal) -> TrustedFile {
    do {
      return try TrustedFile(path)
    } catch {
      throw PluginRefusal(path: path, error)
    }
  }

  private static func load(
    _ file: TrustedFile, named path: String, besides known: [any Plugin]
  ) throws(PluginRefusal) -> [any Plugin] {
    let library = try LoadedLibrary(file, named: path)
    var plugins: [any Plugin] = []
    for pointer in library.plugins {
      let plugin: any Plugin
      do {
        plugin = try self.plugin(table(pointer), path: file.path, abi: library.abi)
      } catch {
        throw PluginRefusal(path: path, reason: error.reason)
      }
      if let other = (known + plugins).first(where: { $0.name == plugin.name }) {
        throw PluginRefusal(
          path: path,
          reason: "offers a plugin '\(plugin.name)', and there is one of that name \(place(of: other))")
      }
      plugins.append(plugin)
    }
    return plugins
  }

  /// One plugin of a library, checked.
  ///
  /// - Throws: `InvalidPlugin`.
  static func plugin(
    _ declared: wmgwd2_plugin, path: String, abi: UInt32
  ) throws(InvalidPlugin) -> any Plugin {
    let facts = try LibraryPluginFacts(declared, path: path, abi: abi)
    switch (declared.strategy, declared.effector, declared.discovery) {
    case (let strategy?, nil, nil):
      return try LibraryStrategyPlugin(facts, table(strategy))
    case (nil, let effector?, nil):
      return try LibraryEffectorPlugin(facts, table(effector))
    case (nil, nil, let discovery?):
      return try LibraryDiscoveryPlugin(facts, table(discovery))
    default:
      throw InvalidPlugin(
        "plugin '\(facts.name)' must have one of strategy, effector and discovery, and only one")
    }
  }

  private static func place(of plugin: any Plugin) -> String {
    switch plugin.origin {
    case .program: "in this program"
    case .library(let path, _, _): "from \(path)"
    }
  }
}
