import ArgumentParser
import WMGFramework
import WMGRuntime

/// `wmgwd2 config`: what the settings are, and where they come from.
struct ConfigCommand: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current.name
    return CommandConfiguration(
      commandName: "\(program) config",
      abstract:
        "Print or check the settings: those of the command line, the environment and the configuration file.",
      discussion: """
        default  prints a configuration file with every setting at its default, to start from
        dump     prints the settings in force, each with where it comes from; that is a configuration file, too
        check    says whether a daemon could start with the settings: exits with 78 and the place of the first \
        mistake if not; needs no privileges

        A setting is looked for on the command line, then in the environment (--vnis is WMGWD2_VNIS, --set \
        garp.interval=60s is WMGWD2_GARP_INTERVAL), then in the file. '\(program) check' looks at the host.
        """)
  }

  /// What to do.
  enum Action: String, CaseIterable, ExpressibleByArgument {
    case `default`, dump, check
  }

  @Argument(help: ArgumentHelp("default, dump or check.", valueName: "action")) var action: Action
  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Gateway") var gateway: GatewayOptions
  @OptionGroup(title: "Plugins") var plugins: PluginChoice
  @OptionGroup(title: "Running") var running: RunningOptions
  @OptionGroup(title: "Privileges") var privileges: PrivilegeOptions
  @Flag(help: "dump: print JSON.") var json = false

  var needsSettings: Bool { action != .default }

  func run(with settings: EffectiveSettings) throws -> Int32 {
    guard !json || action == .dump else {
      throw UsageError("config \(action.rawValue) --json: only 'config dump' prints JSON; leave --json out")
    }
    if action == .default {
      print(DefaultFile(settings.registry).text, terminator: "")
      return 0
    }
    let configuration = try gateway.configuration()
    _ = try running.level()
    _ = try privileges.texts()
    let plugins = try plugins.resolve(in: settings.registry, keeping: settings.pluginSettings)
    if action == .dump {
      let listing = SettingsListing(settings, configuration, plugins)
      if json { try printJSON(listing) } else { print(listing.text, terminator: "") }
      return 0
    }
    if let obstacle = plugins.obstacles(for: configuration).first { throw obstacle.error }
    let count = settings.settings.count { $0.origin != .flag }
    let file = settings.file ?? "no file at \(ConfigurationFile.standardPath)"
    print("\(file): ok, \(count) \(count == 1 ? "setting" : "settings") from file and environment")
    return 0
  }
}
