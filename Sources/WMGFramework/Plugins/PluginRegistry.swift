/// All plugins that a daemon knows, by kind and name.
public struct PluginRegistry: Sendable {
  /// In the order they were registered.
  public private(set) var plugins: [any Plugin] = []
  /// The libraries that were not taken; `wmgwd2 plugins` shows them, and nothing else runs with one.
  public var refusals: [PluginRefusal] = []

  /// Registers all of `plugins`.
  ///
  /// - Throws: `PluginError.duplicateName` or `.noKind`.
  public init(_ plugins: [any Plugin]) throws(PluginError) {
    for plugin in plugins { try register(plugin) }
  }

  /// Adds one plugin.
  ///
  /// - Throws: `PluginError.duplicateName` or `.noKind`; both are a programmer's errors.
  public mutating func register(_ plugin: any Plugin) throws(PluginError) {
    guard Self.kind(of: plugin) != nil else { throw .noKind(plugin.name) }
    guard !plugins.contains(where: { $0.name == plugin.name }) else { throw .duplicateName(plugin.name) }
    plugins.append(plugin)
  }

  /// What kind a plugin is, or `nil` if it is of none.
  public static func kind(of plugin: any Plugin) -> PluginKind? {
    switch plugin {
    case is any DiscoveryPlugin: .discovery
    case is any StrategyPlugin: .strategy
    case is any EffectorPlugin: .effector
    default: nil
    }
  }

  /// The names of all plugins of a kind, in the order they were registered.
  public func names(of kind: PluginKind) -> [String] {
    plugins.filter { Self.kind(of: $0) == kind }.map(\.name)
  }

  /// The discovery of that name.
  ///
  /// - Throws: `PluginError.unknownPlugin`, which names the nearest.
  public func discovery(_ name: String) throws(PluginError) -> any DiscoveryPlugin {
    try find(name, .discovery)
  }

  /// The strategy of that name.
  ///
  /// - Throws: `PluginError.unknownPlugin`, which names the nearest.
  public func strategy(_ name: String) throws(PluginError) -> any StrategyPlugin {
    try find(name, .strategy)
  }

  /// The effector of that name.
  ///
  /// - Throws: `PluginError.unknownPlugin`, which names the nearest.
  public func effector(_ name: String) throws(PluginError) -> any EffectorPlugin {
    try find(name, .effector)
  }

  private func find<Found>(_ name: String, _ kind: PluginKind) throws(PluginError) -> Found {
    guard let found = plugins.first(where: { $0.name == name }) as? Found else {
      throw .unknownPlugin(kind: kind, name: name, known: names(of: kind))
    }
    return found
  }
}
