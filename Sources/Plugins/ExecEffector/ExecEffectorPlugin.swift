import LinuxNetworking
public import WMGFramework

/// The effector `exec`: runs a command of one's own when VNIs are taken over and released, as keepalived's notify does.
public struct ExecEffectorPlugin: EffectorPlugin {
  let command = PluginOption(
    "command", default: "", limits: "a whole path", help: "the program that is run; must be set"
  ) { path in
    path.isEmpty || path.hasPrefix("/") ? nil : "must be a whole path, such as /etc/wmgwd2/notify"
  }
  let arguments = PluginOption(
    "arguments", default: "", limits: nil,
    help: "its arguments: words with spaces between them; quotes and backslashes as in a shell, no expansion",
    complaint: CommandWords.complaint)
  let mode = PluginOption(
    "mode", default: ExecMode.confirm,
    help: "confirm: a VNI counts once the command has ended well; notify: at once, nobody waits for it")
  let timeout = PluginOption(
    "timeout", default: Duration.seconds(10), in: .milliseconds(100)...(.seconds(600)),
    help: "when a call is killed, with all that it has started")
  let refresh = PluginOption(
    "refresh", default: false, help: "whether it is also run when held VNIs are to be announced again")
  let interface = InterfaceNamePattern.option

  /// A plugin with its options at their defaults.
  public init() {}

  /// `exec`
  public var name: String { "exec" }
  /// One line: what it does.
  public var summary: String {
    "runs a command on takeover, release and stop, with JSON on its standard input"
  }
  /// What can be set.
  public var options: [any AnyPluginOption] { [command, arguments, mode, timeout, refresh, interface] }

  /// Whether the command is there, can be executed, and cannot be changed by everyone.
  ///
  /// - Throws: `PluginError`.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    guard let obstacle = CommandFile.obstacle(options[command]) else { return }
    throw PluginError.unusable(
      plugin: name, reason: "--effector exec: \(obstacle.reason)", exitCode: obstacle.exitCode)
  }

  /// Makes the effector, on the thread it will run on.
  public func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    ExecEffector(
      ExecEffector.Settings(
        path: options[command], arguments: try CommandWords.parse(options[arguments]),
        isConfirming: options[mode] == .confirm, timeout: options[timeout], isRefreshing: options[refresh],
        pattern: options[interface]),
      context)
  }

  /// As long as a command that hangs is waited for, and the one that tells of the stop after it.
  public func stopPatience(_ options: PluginOptionValues) -> Duration {
    ExecEffector.stopPatience(timeout: options[timeout])
  }

  /// Whether the command could be run.
  public func inspect(_ options: PluginOptionValues, for vnis: VNISet) -> [Finding] {
    let path = options[command]
    return [
      CommandFile.obstacle(path).map { Finding(.error, subject: "exec", message: $0.reason) }
        ?? Finding(.ok, subject: "exec", message: "\(path) can be run")
    ]
  }
}

/// Whether a takeover waits for the command.
enum ExecMode: String, PluginOptionValue {
  case confirm
  case notify

  static var optionTypeName: String { "confirm or notify" }
  init?(optionText: String) { self.init(rawValue: optionText) }
  var optionText: String { rawValue }
}
