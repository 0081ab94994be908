import ArgumentParser
import Glibc
import LinuxNetworking
import PluginLibrary
public import WMGFramework

/// The command line of a gateway daemon, as a library: give it plugins and it is a daemon.
///
///     import WMGCommand
///
///     @main enum MyGateway {
///       static func main() {
///         GatewayCommand.main(
///           plugins: [UDPBroadcastPlugin(), MyStrategyPlugin(), MacvlanProtodownPlugin()],
///           name: "my-gateway", version: "1.0")
///       }
///     }
public enum GatewayCommand {
  /// Parses the process's arguments, runs what they ask for, and exits: 0, or one of sysexits (64…78).
  ///
  /// - Parameters:
  ///   - plugins: All plugins that can be chosen, built-in ones included.
  ///   - name: What the daemon is called in its messages, help and version.
  ///   - version: The daemon's own version; by default that of `wmgwd2` for a daemon of this name, and none for others.
  public static func main(plugins: [any Plugin], name: String = "wmgwd2", version: String? = nil) -> Never {
    StandardDescriptors.fill()
    let wmgwd2 = GatewayProgram.wmgwd2
    let program = GatewayProgram(name: name, version: version ?? (name == wmgwd2.name ? wmgwd2.version : nil))
    let arguments = Array(CommandLine.arguments.dropFirst())
    // To the daemon it says to read the configuration again; while libraries are loaded and tried it would end it.
    if arguments.first?.hasPrefix("-") ?? true { SignalReader.hold([SIGHUP]) }
    exit(run(arguments, plugins: plugins, as: program, isProcess: true))
  }

  /// The subcommands; without one of these first, the arguments are the daemon's.
  private static let subcommands: [String: any RegistryCommand.Type] = [
    "status": Status.self, "check": Check.self, "config": ConfigCommand.self, "plugins": Plugins.self,
    "plugin": PluginCommand.self, "explain": Explain.self, "simulate": Simulate.self, "lab": Lab.self,
    "standby": Standby.self,
  ]

  /// The subcommands with a line for each, as the daemon's help lists them; plugins' commands come after these.
  private static let summaries = [
    ("status", "ask the running gateway for its view, VNIs and figures"),
    ("standby", "make a dead gateway's interfaces standby by hand"),
    ("check", "say whether this host and its interfaces are fit"),
    ("config", "print or check the settings, and where they come from"),
    ("plugins", "list the plugins with their options"),
    ("plugin", "write a package with a plugin of your own"),
    ("explain", "say which gateway of a fleet would own a VNI, and why"),
    ("simulate", "compare strategies, and what a change would move"),
    ("lab", "watch a fleet at work in network namespaces on this machine"),
  ]

  /// The commands that plugins bring to the program that runs, for its help.
  @TaskLocal private static var pluginSummaries: [(String, String)] = []

  /// What the daemon's help says of the other commands, a line each.
  static var commandList: String {
    let lines = (summaries + pluginSummaries).map { name, summary in
      "  \(GatewayProgram.current.name) \(name.padding(to: 11))\(summary)"
    }
    return lines.joined(separator: "\n")
  }

  /// The same with given arguments, for tests; returns the exit code.
  ///
  /// - Parameter isProcess: Whether this is all that the process is for, so that a daemon gives up its privileges.
  static func run(
    _ arguments: [String], plugins: [any Plugin], as program: GatewayProgram = .wmgwd2,
    isProcess: Bool = false
  ) -> Int32 {
    GatewayProgram.$current.withValue(program) { run(arguments, plugins, isProcess: isProcess) }
  }

  private static func run(_ arguments: [String], _ plugins: [any Plugin], isProcess: Bool) -> Int32 {
    ChildSignal.restore()
    do {
      let registry = try PluginRegistry(plugins)
      return try $pluginSummaries.withValue(commandPlugins(registry).map { ($0.name, $0.commandSummary) }) {
        switch try choose(arguments, registry) {
        case .own(let command, let rest):
          try run(command, DashStyle.normalized(rest), with: registry, isProcess: isProcess)
        case .plugin(let plugin, let rest): try plugin.runCommand(DashStyle.normalized(rest))
        }
      }
    } catch let error as UsageError {
      complain(error.description)
      return error.exitCode
    } catch let error as PluginError {
      complain(error.description)
      return error.exitCode
    } catch {
      complain("\(error)")
      return UsageError.osError
    }
  }

  /// What the first argument asks for.
  private enum Choice {
    case own(any RegistryCommand.Type, [String])
    case plugin(any CommandPlugin, [String])
  }

  private static func choose(_ arguments: [String], _ registry: PluginRegistry) throws(UsageError) -> Choice {
    guard let name = arguments.first, !name.hasPrefix("-") else { return .own(Daemon.self, arguments) }
    let rest = Array(arguments.dropFirst())
    if name == "help" {
      guard let topic = rest.first else { return .own(Daemon.self, ["--help"]) }
      return try choose([topic] + rest.dropFirst() + ["--help"], registry)
    }
    guard let choice = choice(name, rest, registry) else {
      let known = subcommands.keys.sorted() + commandPlugins(registry).map(\.name)
      let hint = nearestName(to: name, among: known).map { " (did you mean '\($0)'?)" } ?? ""
      throw UsageError("no such command: '\(name)'\(hint); there are: \(known.joined(separator: ", "))")
    }
    return choice
  }

  /// Our own commands go before plugins' of the same name.
  private static func choice(_ name: String, _ rest: [String], _ registry: PluginRegistry) -> Choice? {
    if let own = subcommands[name] { return .own(own, rest) }
    return commandPlugins(registry).first { $0.name == name }.map { .plugin($0, rest) }
  }

  private static func commandPlugins(_ registry: PluginRegistry) -> [any CommandPlugin] {
    registry.plugins.compactMap { $0 as? any CommandPlugin }
  }

  private static func run<Command: RegistryCommand>(
    _ type: Command.Type, _ arguments: [String], with registry: PluginRegistry, isProcess: Bool
  ) throws -> Int32 {
    let command: Command
    do {
      command = try Command.parse(arguments)
    } catch {
      // Help and versions are asked for and go to standard output; everything else is a complaint of one line.
      guard Command.exitCode(for: error) != .success else {
        print(Command.fullMessage(for: error))
        return 0
      }
      let message = Command.message(for: error).split(separator: "\n").joined(separator: " ")
      let isBare = ["Missing expected argument", "Unknown option"].contains(where: message.hasPrefix)
      let hint = isBare && !message.contains("Did you mean") ? "; see '\(Command._commandName) --help'" : ""
      throw UsageError(message + hint)
    }
    if isProcess, command is Daemon {
      try PrivilegeDropping.drop(SettingSources(arguments, registry: registry))
    }
    let libraries =
      Command.usesLibraries ? SettingSources(arguments, registry: registry).setting(of: "plugin") : nil
    let registry = try libraries.map { try withLibraries($0.texts, registry) } ?? registry
    // To list plugins is also to say why some are not there; others would run without what they were told to use.
    let needsAll = !(command is Plugins) && (command as? any ConfiguredCommand)?.needsSettings ?? true
    if needsAll, let refusal = registry.refusals.first {
      throw [libraries].compactMap { $0 }.restated(
        UsageError(refusal.description, exitCode: refusal.exitCode))
    }
    if let command = command as? any ConfiguredCommand {
      return try command.run(completing: arguments, with: registry)
    }
    return try command.run(with: registry)
  }

  /// The plugins, and those of the libraries at these paths; what is refused of them is in `refusals`.
  static func withLibraries(
    _ paths: [String], _ registry: PluginRegistry
  ) throws(PluginError) -> PluginRegistry {
    guard !paths.isEmpty else { return registry }
    let libraries = PluginLibraries.load(paths, besides: registry.plugins)
    var all = try PluginRegistry(registry.plugins + libraries.plugins)
    all.refusals = libraries.refusals
    return all
  }

  /// The line that a complaint is.
  static func complaint(_ text: String) -> String { "\(GatewayProgram.current.name): \(text)\n" }

  static func complain(_ text: String) {
    var line = complaint(text)
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// A command that needs to know the plugins.
protocol RegistryCommand: ParsableCommand {
  /// Whether it takes plugins of shared libraries, too.
  static var usesLibraries: Bool { get }

  func run(with registry: PluginRegistry) throws -> Int32
}

extension RegistryCommand {
  static var usesLibraries: Bool { true }
}

extension PluginError {
  /// The exit code from sysexits.
  var exitCode: Int32 {
    switch self {
    case .duplicateName, .noKind: 70
    case .unknownPlugin, .unknownOption, .badValue, .malformedSetting, .settingForUnusedPlugin: 64
    case .unusable(_, _, let exitCode): exitCode
    }
  }
}
