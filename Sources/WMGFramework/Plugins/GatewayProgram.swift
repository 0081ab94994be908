/// The program that runs: `wmgwd2`, or a daemon of one's own made of the same parts.
///
/// Messages, help and versions name it. It is a value of the running task, not a global variable: `GatewayCommand` binds
/// it around what the command line asks for, and commands of plugins read `GatewayProgram.current`. Threads of plugins
/// have none of their own and see the default.
public struct GatewayProgram: Hashable, Sendable {
  /// What it is called: on the command line, before each complaint.
  public var name: String
  /// Its own version; `nil` if it has none.
  public var version: String?

  /// A program by its name and version.
  public init(name: String, version: String? = nil) {
    self.name = name
    self.version = version
  }

  /// The version of the framework and of the daemon that comes with it.
  public static let frameworkVersion = "0.1.0"

  /// The daemon that comes with the framework.
  public static let wmgwd2 = GatewayProgram(name: "wmgwd2", version: frameworkVersion)

  /// The program that the running command belongs to.
  @TaskLocal public static var current = wmgwd2

  /// What `--version` prints. A program of another name says what it is made of.
  public var versionText: String {
    let own = [name, version].compactMap { $0 }.joined(separator: " ")
    return name == Self.wmgwd2.name ? own : "\(own) (wmgwd2 \(Self.frameworkVersion))"
  }
}
