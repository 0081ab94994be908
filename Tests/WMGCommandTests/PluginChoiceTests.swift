import ArgumentParser
import Testing
import WMGFramework
import WMGRuntime

@testable import WMGCommand

@Suite struct PluginChoiceTests {
  private static let complaints: [([String], String)] = [
    (
      ["--effector", "macvlam"],
      "--effector macvlam: no such effector (did you mean 'macvlan'?); there are: macvlan, garp, log"
    ),
    (["--effector", "garp,garp"], "--effector garp,garp: an effector is named twice"),
    (
      ["--strategy", "rendez"],
      "--strategy rendez: no such strategy (did you mean 'rendezvous'?); there are: rendezvous"
    ),
    (["--discovery", "multicast"], "--discovery multicast: no such discovery; there are: udp-broadcast"),
    (
      ["--set", "garp.intervall=60s"],
      "--set garp.intervall: no such option (did you mean 'interval'?); 'garp' takes: interval"
    ),
    (["--set", "garp"], "--set 'garp' is not of the form plugin.option=value, such as garp.interval=60s"),
    (
      ["--set", "log.interval=1s"],
      "--set log.interval=1s: plugin 'log' is not in use; in use: udp-broadcast, rendezvous, macvlan, garp"
    ),
    (["--set", "garp.interval=60"], "--set garp.interval takes duration (us, ms, s, m), not '60'"),
  ]

  private func resolve(_ arguments: String...) throws -> [String] {
    let registry = try PluginRegistry([
      StubDiscovery(name: "udp-broadcast"), StubStrategy(), StubEffector(name: "macvlan"),
      StubEffector(name: "garp"), StubEffector(name: "log"),
    ])
    let plugins = try PluginChoice.parse(arguments).resolve(in: registry)
    return plugins.effectors.map { "\($0.plugin.name) \($0.options[StubEffector.interval].optionText)" }
  }

  @Test func theDefaultChainIsMacvlanThenGARP() throws {
    #expect(try resolve() == ["macvlan 60s", "garp 60s"])
  }

  @Test func effectorsAreTakenInOrderWithCommasOrRepeated() throws {
    #expect(
      try resolve("--effector", "log,garp", "--effector", "macvlan") == [
        "log 60s", "garp 60s", "macvlan 60s",
      ])
  }

  @Test func theOnlyStrategyIsTheDefaultWhateverItsName() throws {
    struct Mine: StrategyPlugin {
      var name: String { "mine" }
      var summary: String { "the only one" }
      func makeStrategy(
        _ options: PluginOptionValues, for configuration: GatewayConfiguration
      ) -> any AssignmentStrategy { StubStrategy.First() }
    }
    let registry = try PluginRegistry([StubDiscovery(name: "mail"), Mine(), StubEffector(name: "log")])
    let plugins = try PluginChoice.parse(["--effector", "log"]).resolve(in: registry)
    #expect(plugins.strategy.plugin.name == "mine")
    #expect(plugins.discovery.plugin.name == "mail")
  }

  @Test func settingsReachTheirPlugin() throws {
    #expect(try resolve("--set", "garp.interval=30s") == ["macvlan 60s", "garp 30s"])
  }

  @Test(arguments: complaints)
  func badChoicesAreNamedWithTheNearest(_ arguments: [String], _ complaint: String) throws {
    let registry = try PluginRegistry([
      StubDiscovery(name: "udp-broadcast"), StubStrategy(), StubEffector(name: "macvlan"),
      StubEffector(name: "garp"), StubEffector(name: "log"),
    ])
    let choice = try PluginChoice.parse(arguments)
    let error = #expect(throws: (any Error).self) { try choice.resolve(in: registry) }
    #expect(error.map { "\($0)" } == complaint)
  }
}

struct StubDiscovery: DiscoveryPlugin {
  var name: String
  var summary: String { "finds nobody" }
  func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) throws -> any Discovery {
    throw PluginError.unusable(plugin: name, reason: "a stub finds nobody", exitCode: 69)
  }
}

struct StubStrategy: StrategyPlugin {
  struct First: AssignmentStrategy {
    func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
      for index in owners.indices { owners[index] = 0 }
    }
  }

  var name: String { "rendezvous" }
  var summary: String { "the first owns all" }
  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy { First() }
}

struct StubEffector: EffectorPlugin {
  static let interval = PluginOption("interval", default: Duration.seconds(60), help: "how often")
  var name: String
  var summary: String { "does nothing" }
  var options: [any AnyPluginOption] { [Self.interval] }
  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    throw PluginError.unusable(plugin: name, reason: "a stub does nothing", exitCode: 69)
  }
}
