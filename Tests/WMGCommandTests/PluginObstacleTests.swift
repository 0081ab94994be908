import ArgumentParser
import Testing
import WMGFramework

@testable import WMGCommand

/// What `check`, `config check` and SIGHUP find before a daemon does.
@Suite struct PluginObstacleTests {
  private let plugins: [any Plugin] = [
    StubDiscovery(name: "udp-broadcast"), StubStrategy(), NeedyStrategy(), StubEffector(name: "log"),
    RunningEffector(),
  ]

  private func run(_ arguments: String...) -> Int32 { GatewayCommand.run(arguments, plugins: plugins) }

  private func obstacles(_ arguments: String...) throws -> [PluginObstacle] {
    let chosen = try PluginChoice.parse(arguments).resolve(in: PluginRegistry(plugins))
    return chosen.obstacles(for: try GatewayOptions.parse([]).configuration())
  }

  @Test("A strategy that cannot be made has no fingerprint and is an error")
  func strategy() throws {
    #expect(run("check", "--effector", "log") == 0)
    #expect(run("check", "--effector", "log", "--strategy", "needy") == 78)
    #expect(run("check", "--effector", "log", "--strategy", "needy", "--set", "needy.library=there") == 0)
    #expect(try obstacles("--effector", "log", "--strategy", "needy").map(\.place) == [.strategy])
  }

  @Test("An effector that cannot start is an error; a privilege that this process lacks is none")
  func effector() throws {
    #expect(try obstacles("--effector", "log,run").map(\.place) == [.effector(1)])
    #expect(try obstacles("--effector", "log,run", "--set", "run.command=/root").isEmpty)
    #expect(try obstacles("--effector", "log,run", "--set", "run.command=/there").isEmpty)
    #expect(run("check", "--effector", "run") == 78)
    #expect(run("config", "check", "--effector", "run") == 66)
    #expect(run("config", "check", "--effector", "log") == 0)
  }

  private static let mistakes = [
    (
      "effector = [\"log\", \"run\"]\n[run]\ncommand = \"/x\"",
      "FILE:3:1: effector run: run.command=/x: no such file"
    ),
    (
      "\neffector = [\"log\", \"run\"]",
      "FILE:2:1: effector run: name one: [run] command = \"/etc/notify\", or see run.help"
    ),
    (
      "effector = \"log\"\nstrategy = \"needy\"",
      "FILE:2:1: strategy needy: [needy] library = \"u64(vni,uid=0)\", say"
    ),
  ]

  @Test("Of the file, it has the option's place, the fix as a file has it, and 78", arguments: mistakes)
  func places(_ text: String, _ complaint: String) throws {
    let sources = try Sources(file: text)
    #expect(run("config", "check", "--config", sources.path) == 78)
    #expect(run("check", "--config", sources.path) == 78)
    let settings = try SettingSources(
      ["--config", sources.path], environment: [:], registry: try PluginRegistry(plugins)
    ).read()
    let expected = complaint.replacing("FILE", with: sources.path)
    let error = #expect(throws: UsageError.self) {
      try settings.restating {
        try ConfigCommand.parse(["check"] + settings.arguments(for: ConfigCommand.self)).run(with: settings)
      }
    }
    #expect(error?.description == expected)
    // A file that is read again is refused with the same words.
    let good = try Sources(file: "effector = \"log\"")
    let running = try SettingSources(
      ["--config", good.path], environment: [:], registry: try PluginRegistry(plugins)
    ).read()
    let reread = Daemon.rereading(running, drawnUID: nil)
    _ = try reread()
    try good.write(text)
    let refused = #expect(throws: UsageError.self) { try reread() }
    #expect(refused?.description == complaint.replacing("FILE", with: good.path))
  }

  @Test("On the command line it is 66 for a file that is not there, in its own words")
  func commandLine() throws {
    let sources = try Sources(file: "vnis = 1")
    #expect(
      run("config", "check", "--config", sources.path, "--effector", "run", "--set", "run.command=/x") == 66)
    #expect(run("config", "check", "--config", "/nonexistent.toml") == 66)
  }

  @Test(arguments: [
    ("give --set a.b=c, then", "give [a] b = \"c\", then"), ("needs --set a.b or", "needs a.b or"),
    ("such as --set a.b-c='d e(f,g)'", "such as [a] b-c = \"d e(f,g)\""), ("--set x", "--set x"),
    ("--set a.b=5.", "[a] b = 5."),
  ])
  func aFixIsSpelledAsAFileHasIt(_ text: String, _ expected: String) {
    #expect(FileSpelling.rewriting(text) == expected)
  }
}

/// Cannot do without its library.
private struct NeedyStrategy: StrategyPlugin {
  static let library = PluginOption("library", default: "", help: "what it needs")
  var name: String { "needy" }
  var summary: String { "needs something" }
  var options: [any AnyPluginOption] { [Self.library] }

  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy {
    guard options[Self.library] == "there" else {
      throw PluginError.unusable(
        plugin: name, reason: "--strategy needy: --set needy.library='u64(vni,uid=0)', say", exitCode: 64)
    }
    return StubStrategy.First()
  }
}

/// Runs a command that is there, or is not, or that only root may run.
private struct RunningEffector: EffectorPlugin {
  static let command = PluginOption("command", default: "", help: "what is run")
  var name: String { "run" }
  var summary: String { "runs something" }
  var options: [any AnyPluginOption] { [Self.command] }

  func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    let (reason, exitCode): (String, Int32)
    switch options[Self.command] {
    case "/there": return
    case "/root": (reason, exitCode) = ("needs CAP_NET_ADMIN", 77)
    case "": (reason, exitCode) = ("name one: --set run.command=/etc/notify, or see --set run.help", 66)
    case let path: (reason, exitCode) = ("--set run.command=\(path): no such file", 66)
    }
    throw PluginError.unusable(plugin: name, reason: "--effector run: \(reason)", exitCode: exitCode)
  }

  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    throw PluginError.unusable(plugin: name, reason: "a stub", exitCode: 70)
  }
}
