import ArgumentParser
import Logging
import WMGFramework
import WMGRuntime

/// `wmgwd2` without a subcommand: the daemon.
struct Daemon: RegistryCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current
    return CommandConfiguration(
      commandName: program.name,
      abstract: "A distributed gateway for VXLAN overlays: one peer discovery, any number of VNIs.",
      discussion: """
        Runs the gateway in the foreground and logs to standard error. Long options take one dash or two. Every \
        gateway of a fleet must be given the same VNIs, strategy, interval and multiplier.

        SIGTERM or SIGINT: serves until the peers have taken over, then exits; a second one: exits at once.

        Other commands (each has its own --help):
        \(GatewayCommand.commandList)
        """,
      version: program.versionText)
  }

  @OptionGroup(title: "Gateway") var gateway: GatewayOptions
  @OptionGroup(title: "Plugins") var plugins: PluginChoice
  @OptionGroup(title: "Running") var running: RunningOptions

  func run(with registry: PluginRegistry) throws -> Int32 {
    var configuration = try gateway.configuration()
    let level = try running.level()
    let plugins = try plugins.resolve(in: registry)
    if gateway.handoverOverlap == nil {
      configuration.handoverOverlap = plugins.handoverOverlap(for: configuration.vnis)
    }
    let log = try LogWriter(format: .fitting(2), level: level)
    let daemon = try Gateway(
      configuration, plugins: plugins, controlSocket: running.controlSocket, log: log)
    if (gateway.uid.flatMap { UInt64($0) } ?? 0) == 0 {
      log.write(
        .notice, component: "gateway", message: "no --uid given: took a random one",
        fields: [("uid", "\(configuration.uid)")])
    }
    return try daemon.run()
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
