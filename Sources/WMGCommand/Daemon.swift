import ArgumentParser
import LinuxNetworking
import Logging
import PluginLibrary
import WMGFramework
import WMGRuntime

/// `wmgwd2` without a subcommand: the daemon.
struct Daemon: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current
    return CommandConfiguration(
      commandName: program.name,
      abstract: "A distributed gateway for VXLAN overlays: one peer discovery, any number of VNIs.",
      discussion: """
        Runs the gateway in the foreground and logs to standard error. Long options take one dash or two. Every \
        gateway of a fleet must be given the same VNIs, strategy, interval and multiplier.

        SIGTERM or SIGINT: serves until the peers have taken over, then exits; a second one: exits at once. SIGHUP: \
        reads the configuration file again and applies what has changed.

        Other commands (each has its own --help):
        \(GatewayCommand.commandList)
        """,
      version: program.versionText)
  }

  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Gateway") var gateway: GatewayOptions
  @OptionGroup(title: "Plugins") var plugins: PluginChoice
  @OptionGroup(title: "Guard") var guarding: GuardOptions
  @OptionGroup(title: "Running") var running: RunningOptions
  @OptionGroup(title: "Privileges") var privileges: PrivilegeOptions

  func run(with effective: EffectiveSettings) throws -> Int32 {
    let settings = try settings(effective)
    let log = try LogWriter(format: .fitting(2), level: settings.logLevel)
    StrategyLog.use { log.logger($0) }
    log.tellOrigins(of: settings.plugins)
    let daemon = try Gateway(
      settings.configuration, plugins: settings.plugins, controlSocket: settings.controlSocket,
      libraries: settings.libraries, guardChoice: settings.guardChoice, privileges: settings.privileges,
      log: log,
      reload: effective.file.map { _ in
        Self.rereading(effective, drawnUID: drawsUID ? settings.configuration.uid : nil)
      })
    // What is wrong has been said by now, in one line.
    log.tellPrivileges()
    if let path = effective.file {
      log.write(.info, component: "gateway", message: "configuration file read", fields: [("file", path)])
    }
    if drawsUID {
      log.write(
        .notice, component: "gateway", message: "no --uid given: took a random one",
        fields: [("uid", "\(settings.configuration.uid)")])
    }
    log.write(
      .info, component: "gateway", message: "owners by strategy",
      fields: [
        ("name", settings.plugins.strategy.plugin.name),
        ("fingerprint", "\(settings.plugins.fingerprint(for: settings.configuration.vnis))"),
      ])
    return try daemon.run()
  }

  /// What the gateway is to run with.
  private func settings(_ effective: EffectiveSettings) throws -> GatewaySettings {
    var configuration = try gateway.configuration()
    let level = try running.level()
    let guardChoice = try guarding.choice(for: configuration)
    let plugins = try plugins.resolve(in: effective.registry, keeping: effective.pluginSettings)
    // Before anybody looks at the interfaces, for which the kernel may let us wait: what is wrong is said at once.
    try plugins.validateEffectors(for: configuration)
    if gateway.handoverOverlap == nil {
      configuration.handoverOverlap = plugins.handoverOverlap(for: configuration.vnis)
    }
    return GatewaySettings(
      configuration: configuration, plugins: plugins, logLevel: level, controlSocket: running.controlSocket,
      isOverlapAdvised: gateway.handoverOverlap == nil, libraries: self.plugins.libraries.paths,
      guardChoice: guardChoice, privileges: try privileges.texts())
  }

  /// Reads the same sources again, as they are when it is called: a gateway without a uid of its own keeps the one that
  /// was drawn at the start, and a file that was there must still be.
  ///
  /// - Parameter drawnUID: `nil` where the uid was given; if it no longer is, the next start draws one, and so does
  ///   this.
  /// - Throws: from the closure, `UsageError` with the place of the mistake; nothing is in force of it then.
  static func rereading(_ effective: EffectiveSettings, drawnUID: GatewayID?)
    -> @Sendable () throws -> GatewaySettings
  {
    {
      let now = try effective.sources.read(requiresFile: effective.file != nil)
      // A file that is just being written is empty for a moment, and empty files are valid.
      guard now.saysVNIs || !effective.saysVNIs else {
        throw UsageError(
          "\(now.file ?? ""): no longer says which VNIs there are; say vnis",
          exitCode: UsageError.configuration)
      }
      return try now.restating {
        try now.validatePluginSettings()
        let daemon = try Daemon.parse(now.arguments(for: Daemon.self))
        var settings = try daemon.settings(now)
        if daemon.drawsUID, let drawnUID { settings.configuration.uid = drawnUID }
        // Here, where a complaint gets the place of what it is about.
        if let obstacle = settings.plugins.obstacles(for: settings.configuration).first {
          throw obstacle.error
        }
        return settings
      }
    }
  }

  /// Whether nobody has said which uid this gateway has.
  private var drawsUID: Bool { (gateway.uid.flatMap { UInt64($0) } ?? 0) == 0 }
}

extension LogWriter {
  /// Says as whom this process runs, and what it may still do.
  fileprivate func tellPrivileges() {
    guard let now = ProcessPrivileges.current else { return }
    write(
      .info, component: "gateway", message: "privileges",
      fields: [
        ("user", "\(now.user)"), ("group", "\(now.group)"),
        ("groups", now.groups.map(String.init).joined(separator: ",")), ("kept", "\(now.permitted)"),
        ("dropped", "all others"),
        ("programs", now.refusesNew ? "the same" : now.user == 0 ? "all of root's" : "by their files"),
      ])
  }

  /// Says which of these plugins come from shared libraries, and from where.
  fileprivate func tellOrigins(of plugins: Gateway.Plugins) {
    let all: [any Plugin] =
      [plugins.discovery.plugin, plugins.strategy.plugin] + plugins.effectors.map(\.plugin)
    for plugin in all {
      guard case .library(let path, let version, let abi) = plugin.origin else { continue }
      write(
        .notice, component: "gateway", message: "plugin from a library",
        fields: [("plugin", plugin.name), ("version", version), ("abi", "\(abi)"), ("library", path)])
    }
  }
}

/// How the process itself behaves.
struct RunningOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where '\(GatewayProgram.current.name) status' asks.", valueName: "path"))
  var controlSocket: String = defaultControlSocket

  @Option(
    help: ArgumentHelp(
      "What to log: trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel: String = "info"

  func level() throws(UsageError) -> Logger.Level {
    guard let level = Logger.Level(rawValue: logLevel) else {
      throw UsageError(
        "--log-level '\(logLevel)' is unknown; there are: "
          + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return level
  }
}

/// Where a daemon's control socket is, unless it is told otherwise.
let defaultControlSocket = "/run/wmgwd2/control.sock"
