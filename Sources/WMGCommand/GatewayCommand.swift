import ArgumentParser
import Glibc
public import WMGFramework

/// The command line of a gateway daemon, as a library: give it plugins and it is a daemon.
///
///     import WMGCommand
///
///     @main enum MyGateway {
///       static func main() {
///         GatewayCommand.main(plugins: builtInPlugins + [MyStrategyPlugin()])
///       }
///     }
public enum GatewayCommand {
  /// Parses the process's arguments, runs what they ask for, and exits: 0, or one of sysexits (64…78).
  ///
  /// - Parameter plugins: All plugins that can be chosen, built-in ones included.
  public static func main(plugins: [any Plugin]) -> Never {
    exit(run(Array(CommandLine.arguments.dropFirst()), plugins: plugins))
  }

  /// The same with given arguments, for tests; returns the exit code.
  static func run(_ arguments: [String], plugins: [any Plugin]) -> Int32 {
    do {
      let registry = try PluginRegistry(plugins)
      var command = try WMGWD2.parseAsRoot(DashStyle.normalized(arguments))
      if let command = command as? any RegistryCommand { return try command.run(with: registry) }
      try command.run()
      return 0
    } catch let error as UsageError {
      complain(error.description)
      return error.exitCode
    } catch let error as PluginError {
      complain(error.description)
      return error.exitCode
    } catch {
      return report(error)
    }
  }

  /// Help and versions are asked for and go to standard output; everything else is a complaint of one line.
  private static func report(_ error: any Error) -> Int32 {
    let code = WMGWD2.exitCode(for: error)
    if code == .success {
      print(WMGWD2.fullMessage(for: error))
      return 0
    }
    let message = WMGWD2.message(for: error)
    complain(message.split(separator: "\n").joined(separator: " "))
    return code == .validationFailure ? UsageError.usage : UsageError.osError
  }

  static func complain(_ text: String) {
    var line = "wmgwd2: \(text)\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// A command that needs to know the plugins.
protocol RegistryCommand: ParsableCommand {
  func run(with registry: PluginRegistry) throws -> Int32
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
