import ArgumentParser
import WMGFramework

/// The settings in force, each with where it comes from.
///
/// What a file or the environment sets becomes what the command line would say, so that there is one reader of values
/// and one text of each complaint; `restated` then gives a complaint the name and place of where the value is set.
struct EffectiveSettings {
  /// Where they were looked for, to look again.
  let sources: SettingSources
  /// The file they were read from, or `nil` if there is none.
  let file: String?
  /// What is set at all, the command line included.
  let settings: [Setting]

  /// Settings of the command line alone.
  init(sources: SettingSources) {
    self.init(sources: sources, file: nil, layers: [sources.flags])
  }

  /// - Parameter layers: The one that wins first.
  init(sources: SettingSources, file: String?, layers: [[Setting]]) {
    self.sources = sources
    self.file = file
    var settings: [Setting] = []
    for layer in layers {
      let known = settings.map(\.name)
      settings += layer.filter { setting in
        !known.contains { $0 == setting.name || $0.excludes(setting.name) }
      }
    }
    self.settings = settings
  }

  /// All plugins there are.
  var registry: PluginRegistry { sources.registry }

  /// What is set, and not on the command line.
  private var lower: [Setting] { settings.filter { $0.origin != .flag } }

  /// Whether there is nothing beyond the command line.
  var isCommandLineAlone: Bool { lower.isEmpty }

  /// Whether anybody says which VNIs there are.
  var saysVNIs: Bool {
    settings.contains { $0.name.plugin == nil && ["vnis", "minvni", "maxvni"].contains($0.name.option) }
  }

  /// The command line that says all of it, as far as `command` has the options. Options of plugins are in
  /// `pluginSettings`.
  func arguments<Command: ConfiguredCommand>(for command: Command.Type) -> [String] {
    let own = lower.filter { $0.name.plugin == nil }
    guard !own.isEmpty else { return sources.arguments }
    let options = CommandOptions(of: command)
    let said = own.filter { setting in
      options[setting.name.option] != nil && !command.optionsOfItsOwn.contains(setting.name.option)
    }.flatMap { setting in
      setting.texts.map { "--\(setting.name.option)=\($0)" }
    }
    return said + sources.arguments
  }

  /// The options of plugins that a file and the environment set. Unlike `--set` they may be of plugins that are not in
  /// use: one keeps the settings of several.
  var pluginSettings: [PluginSetting] {
    lower.flatMap { setting in
      setting.texts.compactMap { text in
        setting.name.plugin.map { PluginSetting(plugin: $0, option: setting.name.option, text: text) }
      }
    }
  }

  /// Reads the options of plugins that are not in use, too: a mistake should not wait until they are.
  ///
  /// - Throws: `PluginError`.
  func validatePluginSettings() throws(PluginError) {
    for setting in pluginSettings {
      guard let plugin = registry.plugins.first(where: { $0.name == setting.plugin }) else { continue }
      _ = try PluginOptionValues(decoding: [(setting.option, setting.text)], for: plugin)
    }
  }

  // MARK: Complaints

  /// Does something, and throws what it throws as `restated`.
  func restating<Result>(_ action: () throws -> Result) throws -> Result {
    do {
      return try action()
    } catch {
      throw restated(error)
    }
  }

  /// An error in the terms of where values are set.
  func restated(_ error: any Error) -> UsageError { lower.restated(error) }
}

/// A plugin's option and its value, not on the command line.
struct PluginSetting: Hashable {
  var plugin: String
  var option: String
  var text: String
}
