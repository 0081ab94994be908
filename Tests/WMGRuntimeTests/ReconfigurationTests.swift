import Logging
import Testing
import WMGFramework

@testable import WMGRuntime

/// From the settings in force to others.
struct ReconfigurationTests {
  private let running = GatewaySettings(
    configuration: GatewayConfiguration(
      uid: GatewayID(rawValue: 1)!, vnis: VNISet(VNI(rawValue: 1)!...VNI(rawValue: 9)!)),
    plugins: Gateway.Plugins(
      discovery: (StubDiscovery(), PluginOptionValues()), strategy: (StubStrategy(), PluginOptionValues()),
      effectors: [
        (StubEffector(name: "first"), PluginOptionValues()),
        (StubEffector(name: "second"), PluginOptionValues()),
      ]),
    logLevel: .info, controlSocket: "/run/a")

  @Test func theSameSettingsAreNoDifference() throws {
    let reconfiguration = try Reconfiguration(from: running, to: running)
    #expect(reconfiguration.changed.isEmpty && reconfiguration.postponed.isEmpty)
    #expect(reconfiguration.strategy == nil && reconfiguration.fingerprint == nil)
    #expect(reconfiguration.settings.configuration == running.configuration)
  }

  @Test func whatIsLiveTakesEffectAndTheRestWaits() throws {
    var wanted = running
    wanted.configuration.uid = GatewayID(rawValue: 2)!
    wanted.configuration.vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 5)!)
    wanted.configuration.stopMargin = .seconds(2)
    wanted.logLevel = .debug
    wanted.controlSocket = "/run/b"
    wanted.plugins.discovery.options.set(StubDiscovery.port, to: 7)
    wanted.plugins.effectors[1].options.set(StubEffector.count, to: 8)
    wanted.plugins.effectors[1].options.set(StubEffector.path, to: "/x")
    let reconfiguration = try Reconfiguration(from: running, to: wanted)
    #expect(reconfiguration.changed == ["vnis", "stop-margin", "log-level", "second.count"])
    #expect(reconfiguration.postponed == ["uid", "control-socket", "stub.port", "second.path"])
    #expect(reconfiguration.strategy != nil, "one may be made for its VNIs")
    #expect(
      reconfiguration.fingerprint?.differences(
        from: running.plugins.fingerprint(for: running.configuration.vnis)) == ["VNI set"])
    let settings = reconfiguration.settings
    #expect(settings.configuration.uid.rawValue == 1)
    #expect(settings.configuration.vnis.count == 5)
    #expect(settings.plugins.effectors[1].options[StubEffector.count] == 8)
    #expect(settings.plugins.effectors[1].options[StubEffector.path] == "/default")
    #expect(settings.plugins.discovery.options[StubDiscovery.port] == 1)
    #expect(settings.controlSocket == "/run/a")
    // What waits is told of again the next time, and what was applied is not.
    let again = try Reconfiguration(from: settings, to: wanted)
    #expect(again.changed.isEmpty && again.strategy == nil)
    #expect(again.postponed == reconfiguration.postponed)
  }

  @Test func anotherStrategyOrOptionOfItMakesANewOne() throws {
    var wanted = running
    wanted.plugins.strategy.options.set(StubStrategy.salt, to: 3)
    let salted = try Reconfiguration(from: running, to: wanted)
    #expect(salted.changed == ["even.salt"])
    #expect((salted.strategy as? StubStrategy.Strategy)?.salt == 3)
    wanted.plugins.strategy.plugin = StubStrategy(name: "odd")
    #expect(try Reconfiguration(from: running, to: wanted).changed == ["strategy"])
  }

  @Test func anotherChainWaitsButItsOptionsDoNot() throws {
    var wanted = running
    wanted.plugins.effectors.reverse()
    wanted.plugins.effectors[0].options.set(StubEffector.count, to: 8)
    wanted.plugins.effectors.append((StubEffector(name: "third"), PluginOptionValues()))
    let reconfiguration = try Reconfiguration(from: running, to: wanted)
    #expect(reconfiguration.changed == ["second.count"])
    #expect(reconfiguration.postponed == ["effector"])
    #expect(reconfiguration.settings.plugins.effectors.map(\.plugin.name) == ["first", "second"])
    #expect(reconfiguration.settings.plugins.effectors[1].options[StubEffector.count] == 8)
  }

  @Test func whatAPluginRefusesIsRefusedNowEvenIfItWouldTakeARestart() {
    var wanted = running
    wanted.plugins.effectors[0].options.set(StubEffector.path, to: "/refused")
    #expect(throws: PluginError.self) { try Reconfiguration(from: running, to: wanted) }
    wanted = running
    wanted.plugins.strategy.options.set(StubStrategy.salt, to: -1)
    #expect(throws: PluginError.self) { try Reconfiguration(from: running, to: wanted) }
  }
}

private struct StubDiscovery: DiscoveryPlugin {
  static let port = PluginOption("port", default: 1, help: "")
  var name: String { "stub" }
  var summary: String { "" }
  var options: [any AnyPluginOption] { [Self.port] }

  func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) throws -> any Discovery {
    throw PluginError.unusable(plugin: name, reason: "a stub", exitCode: 70)
  }
}

private struct StubStrategy: StrategyPlugin {
  static let salt = PluginOption("salt", default: 0, help: "")
  var name = "even"
  var summary: String { "" }
  var options: [any AnyPluginOption] { [Self.salt] }

  struct Strategy: AssignmentStrategy {
    var salt: Int
    func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {}
  }

  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy {
    guard options[Self.salt] >= 0 else {
      throw PluginError.unusable(plugin: name, reason: "no salt", exitCode: 64)
    }
    return Strategy(salt: options[Self.salt])
  }
}

private struct StubEffector: EffectorPlugin {
  static let count = PluginOption("count", default: 1, live: true, help: "")
  static let path = PluginOption("path", default: "/default", help: "")
  var name: String
  var summary: String { "" }
  var options: [any AnyPluginOption] { [Self.count, Self.path] }

  func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    guard options[Self.path] != "/refused" else {
      throw PluginError.unusable(plugin: name, reason: "no such path", exitCode: 64)
    }
  }

  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    throw PluginError.unusable(plugin: name, reason: "a stub", exitCode: 70)
  }
}
