import ArgumentParser
import Glibc
import Logging
import Testing
import WMGFramework
import WMGRuntime

@testable import WMGCommand

@Suite struct EffectiveSettingsTests {
  @Test func theCommandLineGoesBeforeTheEnvironmentBeforeTheFile() throws {
    let sources = try Sources(
      file: """
        vnis = "1-10"
        interval = "1s"
        multiplier = 5
        effector = ["log", "garp"]
        [garp]
        interval = "10s"
        """)
    let (command, settings) = try sources.daemon(
      ["--interval", "3s", "--effector=garp", "--set", "garp.interval=30s"],
      ["WMGWD2_INTERVAL": "2s", "WMGWD2_MULTIPLIER": "4", "WMGWD2_GARP_INTERVAL": "20s"])
    let configuration = try command.gateway.configuration()
    #expect(configuration.vnis.description == "1-10")
    #expect(configuration.interval == .seconds(3))
    #expect(configuration.detectionMultiplier == 4)
    let plugins = try command.plugins.resolve(in: settings.registry, keeping: settings.pluginSettings)
    #expect(plugins.effectors.map(\.plugin.name) == ["garp"])
    #expect(plugins.effectors[0].options[StubEffector.interval] == .seconds(30))
    #expect(
      settings.settings.map(\.place) == [
        "--interval", "--effector", "--set garp.interval", "--config", "WMGWD2_MULTIPLIER",
        "\(sources.path):1:1",
      ])
  }

  @Test(arguments: [
    (["--minvni", "5"], "5-100"), (["--maxvni", "7"], "1-7"), (["--vnis", "9"], "9"), ([], "1-10"),
  ])
  func boundsAndASetOfVNIsTakeTheWholePlace(_ arguments: [String], _ vnis: String) throws {
    let (command, _) = try Sources(file: "vnis = \"1-10\"").daemon(arguments)
    #expect(try command.gateway.configuration().vnis.description == vnis)
  }

  @Test func optionsOfPluginsThatAreNotInUseAreKept() throws {
    let (command, settings) = try Sources(file: "effector = \"garp\"\n[log]\ninterval = \"1s\"").daemon([])
    let plugins = try command.plugins.resolve(in: settings.registry, keeping: settings.pluginSettings)
    #expect(plugins.effectors.map(\.plugin.name) == ["garp"])
  }

  private static let mistakes: [(String, [String: String], [String], String, Int32)] = [
    ("vnis = 0", [:], [], "FILE:1:1: vnis: VNI 0 is out of range; a VNI is 1 to 16777215", 78),
    ("\n  interval = 5", [:], [], "FILE:2:3: interval '5' must be a duration from 10ms", 78),
    (
      "minvni = 5", [:], ["--maxvni", "3"],
      "FILE:1:1: minvni 5 is above --maxvni 3; give the lower VNI to minvni", 78
    ),
    ("[garp]\ninterval = 60", [:], [], "FILE:2:1: garp.interval takes duration (us, ms, s, m), not '60'", 78),
    ("[log]\ninterval = 60", [:], [], "FILE:2:1: log.interval takes duration (us, ms, s, m), not '60'", 78),
    (
      "effector = [\"garp\", \"garb\"]", [:], [],
      "FILE:1:1: effector garb: no such effector (did you mean 'garp'?)", 78
    ),
    ("log-level = \"loud\"", [:], [], "FILE:1:1: log-level 'loud' is unknown; there are: ", 78),
    ("vnis = 1", ["WMGWD2_VNIS": "0"], [], "WMGWD2_VNIS: VNI 0 is out of range", 64),
    ("", ["WMGWD2_GARP_INTERVAL": "x"], [], "WMGWD2_GARP_INTERVAL takes duration", 64),
    ("vnis = 1", [:], ["--vnis", "0"], "--vnis: VNI 0 is out of range", 64),
    (
      "", ["WMGWD2_VNI": "1"], [],
      "WMGWD2_VNI: no option has this environment variable (did you mean 'WMGWD2_VNIS'?); correct or unset it",
      64
    ),
    ("vnis = 1", ["WMGWD2_GARP": "x"], [], "WMGWD2_GARP: no option has this environment variable", 64),
    (
      "minvni = 3\nvnis = \"1-9\"", [:], [],
      "FILE:2:1: vnis and minvni exclude each other; give the set or the bounds", 78
    ),
    ("vnis = 1-3", [:], [], "FILE:1:8: 1-3 is neither a number, a date, true nor false", 78),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamedAsTheyAreWrittenWhereTheyAre(
    _ text: String, _ environment: [String: String], _ arguments: [String], _ complaint: String, _ code: Int32
  ) throws {
    let sources = try Sources(file: text)
    let error = #expect(throws: UsageError.self) {
      let settings = try sources.settings(["check"] + arguments, environment)
      try settings.restating {
        try settings.validatePluginSettings()
        _ = try ConfigCommand.parse(settings.arguments(for: ConfigCommand.self)).run(with: settings)
      }
    }
    let expected = complaint.replacing("FILE", with: sources.path)
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    #expect(error?.exitCode == code)
  }

  @Test func aVariableThatCouldBeTwoOptionsIsRefused() throws {
    // Both are WMGWD2_CLAIM_DELAY.
    struct Claim: EffectorPlugin {
      var name: String { "claim" }
      var summary: String { "has a name that fits badly" }
      var options: [any AnyPluginOption] { [PluginOption("delay", default: 1, help: "any")] }
      func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
        throw PluginError.noKind("claim")
      }
    }
    let sources = SettingSources(
      ["--config", "/dev/null"], environment: ["WMGWD2_CLAIM_DELAY": "1s"],
      registry: try PluginRegistry([Claim()]))
    let error = #expect(throws: UsageError.self) { try sources.read() }
    #expect(
      error?.description
        == "WMGWD2_CLAIM_DELAY could be --claim-delay and --set claim.delay; unset it and use an option or the configuration file"
    )
  }

  @Test func whatTheUnitSetsAndWhatIsEmptyDoesNotCount() throws {
    let settings = try Sources(file: "").settings([], ["WMGWD2_OPTIONS": "--vnis 1", "WMGWD2_VNIS": ""])
    #expect(settings.settings.filter { $0.origin == .environment }.isEmpty)
  }

  @Test func aFileForEverybodyToWriteIsRefused() throws {
    let sources = try Sources(file: "vnis = 1")
    chmod(sources.path, 0o666)
    let error = #expect(throws: UsageError.self) { try sources.settings([]) }
    #expect(error?.description == "--config \(sources.path): everybody may write to it; 'chmod o-w' it")
  }

  @Test func theEnvironmentMayNameTheFile() throws {
    let sources = try Sources(file: "vnis = 7")
    let settings = try SettingSources(
      [], environment: ["WMGWD2_CONFIG": sources.path], registry: try Sources.registry()
    ).read()
    #expect(settings.file == sources.path)
    #expect(settings.settings.map(\.texts) == [["7"]])
  }

  @Test func oneOptionCanBeLookedUpBeforePluginsAreKnown() throws {
    let sources = try Sources(file: "[unknown]\nx = 1\n[[a]]\n")
    func texts(_ arguments: [String], _ environment: [String: String] = [:]) throws -> [String] {
      SettingSources(
        arguments + ["--config", sources.path], environment: environment, registry: try PluginRegistry([])
      ).setting(of: "plugin")?.texts ?? []
    }
    #expect(try texts([]) == [])
    try sources.write("plugin = [\"./a.so\", \"./b.so\"]\n[unknown]\nx = 1")
    #expect(try texts([]) == ["/tmp/a.so", "/tmp/b.so"], "from where the file is")
    #expect(try texts([], ["WMGWD2_PLUGIN": "c.so,d.so"]) == ["c.so", "d.so"])
    #expect(try texts(["--plugin", "e.so", "--plugin=f.so"], ["WMGWD2_PLUGIN": "c.so"]) == ["e.so", "f.so"])
    try sources.write("plugin = [")
    #expect(try texts([]) == [])
  }

  @Test func aLibraryThatIsRefusedIsNamedWhereItIsWritten() throws {
    let sources = try Sources(file: "vnis = 1\nplugin = [\"/nonexistent/mine.so\"]")
    let found = SettingSources(
      ["--config", sources.path], environment: [:], registry: try Sources.registry()
    ).setting(of: "plugin")
    let error = [try #require(found)].restated(UsageError("--plugin /nonexistent/mine.so: no such file"))
    #expect(error.description == "\(sources.path):2:1: plugin /nonexistent/mine.so: no such file")
    #expect(error.exitCode == 78)
  }

  // MARK: Reading again

  @Test func readAgainSeesTheFileAsItIsAndKeepsTheUID() throws {
    let sources = try Sources(file: "vnis = \"1-10\"")
    let (_, settings) = try sources.daemon(["--effector", "garp"])
    let uid = try #require(GatewayID(rawValue: 77))
    let reread = Daemon.rereading(settings, drawnUID: uid)
    try sources.write("vnis = \"1-20\"\nlog-level = \"debug\"\n[garp]\ninterval = \"5s\"")
    let now = try reread()
    #expect(now.configuration.uid == uid)
    #expect(now.configuration.vnis.description == "1-20")
    #expect(now.logLevel == .debug)
    #expect(now.plugins.effectors[0].options[StubEffector.interval] == .seconds(5))
    try sources.write("uid = 11\nminvni = 5")
    #expect(try reread().configuration.uid.rawValue == 11)
    try sources.write("vnis = 0")
    let error = #expect(throws: UsageError.self) { try reread() }
    #expect(error?.description.hasPrefix("\(sources.path):1:1: vnis: ") == true)
    unlink(sources.path)
    #expect(throws: UsageError.self) { try reread() }
  }

  @Test func aUIDThatIsNoLongerGivenWaitsForTheNextStart() throws {
    let sources = try Sources(file: "uid = 11\neffector = \"garp\"")
    let (_, settings) = try sources.daemon([])
    let reread = Daemon.rereading(settings, drawnUID: nil)
    #expect(try reread().configuration.uid.rawValue == 11)
    try sources.write("effector = \"garp\"")
    // As the next start would: another one, which is told of.
    #expect(try reread().configuration.uid.rawValue != 11)
  }

  @Test func aFileThatIsBeingWrittenDoesNotReleaseEverything() throws {
    let sources = try Sources(file: "vnis = \"1-1000\"")
    let (_, settings) = try sources.daemon(["--effector", "garp"])
    try sources.write("")
    let error = #expect(throws: UsageError.self) {
      try Daemon.rereading(settings, drawnUID: nil)()
    }
    #expect(error?.description == "\(sources.path): no longer says which VNIs there are; say vnis")
  }
}

/// A file of its own, and what it and others say.
final class Sources {
  let path = "/tmp/wmgconfig-\(getpid())-\(UInt32.random(in: 0 ... .max)).toml"

  init(file text: String) throws { try write(text) }
  deinit { unlink(path) }

  static func registry() throws -> PluginRegistry {
    try PluginRegistry([
      StubOptionlessDiscovery(), StubStrategy(), StubEffector(name: "macvlan"), StubEffector(name: "garp"),
      StubEffector(name: "log"),
    ])
  }

  func write(_ text: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
    chmod(path, 0o644)
  }

  func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> EffectiveSettings {
    try SettingSources(
      arguments + ["--config", path], environment: environment, registry: try Self.registry()
    ).read()
  }

  func daemon(
    _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> (Daemon, EffectiveSettings) {
    let settings = try settings(arguments, environment)
    return (try Daemon.parse(settings.arguments(for: Daemon.self)), settings)
  }
}

private struct StubOptionlessDiscovery: DiscoveryPlugin {
  var name: String { "udp-broadcast" }
  var summary: String { "finds nobody" }
  func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) throws -> any Discovery {
    throw PluginError.unusable(plugin: name, reason: "a stub finds nobody", exitCode: 69)
  }
}
