/// The options of one plugin as they are set: decoded, checked, defaults filled in.
public struct PluginOptionValues: Sendable {
  private var values: [String: any Sendable] = [:]

  /// Every option at its default.
  public init() {}

  /// Decodes `settings` (option name → text) against what `plugin` offers.
  ///
  /// - Throws: `PluginError.unknownOption` or `.badValue`.
  public init(decoding settings: [(name: String, text: String)], for plugin: any Plugin) throws(PluginError) {
    for (name, text) in settings {
      guard let option = plugin.options.first(where: { $0.name == name }) else {
        throw .unknownOption(
          plugin: plugin.name, option: name, known: plugin.options.map(\.name))
      }
      switch option.decode(text) {
      case .success(let value): values[name] = value
      case .failure(let complaint):
        throw .badValue(plugin: plugin.name, option: name, complaint: complaint.text)
      }
    }
  }

  /// The value of an option: as set, or its default.
  public subscript<Value>(option: PluginOption<Value>) -> Value {
    values[option.name] as? Value ?? option.defaultValue
  }

  /// These values, with those of some options taken from others.
  public func replacing(
    _ options: some Sequence<any AnyPluginOption>, from other: PluginOptionValues
  ) -> PluginOptionValues {
    var replaced = self
    for option in options { replaced.values[option.name] = other.values[option.name] }
    return replaced
  }

  /// Sets an option, for tests of a plugin.
  public mutating func set<Value>(_ option: PluginOption<Value>, to value: Value) {
    values[option.name] = value
  }
}
