import ArgumentParser
import WMGFramework

/// A command whose options may also be in the environment and in a configuration file.
protocol ConfiguredCommand: RegistryCommand {
  /// Whether it fails where the settings cannot be read; one that does not goes on with what the command line says.
  var needsSettings: Bool { get }

  /// Options that are called like the daemon's and mean something else: only the command line sets them.
  static var optionsOfItsOwn: [String] { get }

  /// Runs it; its properties are what the settings say.
  func run(with settings: EffectiveSettings) throws -> Int32
}

extension ConfiguredCommand {
  var needsSettings: Bool { true }
  static var optionsOfItsOwn: [String] { [] }

  func run(with registry: PluginRegistry) throws -> Int32 {
    try run(with: EffectiveSettings(sources: SettingSources([], environment: [:], registry: registry)))
  }

  /// Runs this command, which is what `arguments` alone say, as all sources together say it.
  ///
  /// - Throws: what running throws; in the terms of where a value is set, if that is not the command line.
  func run(completing arguments: [String], with registry: PluginRegistry) throws -> Int32 {
    let settings = try effectiveSettings(SettingSources(arguments, registry: registry))
    guard !settings.isCommandLineAlone else { return try run(with: settings) }
    return try settings.restating {
      try settings.validatePluginSettings()
      return try Self.parse(settings.arguments(for: Self.self)).run(with: settings)
    }
  }

  private func effectiveSettings(_ sources: SettingSources) throws(UsageError) -> EffectiveSettings {
    do {
      return try sources.read()
    } catch {
      guard !needsSettings else { throw error }
      GatewayCommand.complain(error.description)
      return EffectiveSettings(sources: sources)
    }
  }
}

/// Where the configuration file is.
struct ConfigurationOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration file; options and the environment override it. (default: \(ConfigurationFile.standardPath), if it is there)",
      valueName: "file"))
  var config: String?
}
