import Synchronization
import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct StartOrderTests {
  /// May not work here, and notes whether anybody asks it for the overlap, which may take the kernel's time.
  private final class Barred: EffectorPlugin, Sendable {
    let isAsked = Mutex(false)
    var name: String { "macvlan" }
    var summary: String { "may not" }
    func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
      throw PluginError.unusable(plugin: name, reason: "no permission", exitCode: 77)
    }
    func handoverOverlap(_ options: PluginOptionValues, for vnis: VNISet) -> Duration? {
      isAsked.withLock { $0 = true }
      return nil
    }
    func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
      throw PluginError.unusable(plugin: name, reason: "never made", exitCode: 69)
    }
  }

  @Test func whatIsWrongIsSaidBeforeTheInterfacesAreLookedAt() {
    let barred = Barred()
    let code = GatewayCommand.run(
      ["--effector", "macvlan"],
      plugins: [StubDiscovery(name: "udp-broadcast"), StubStrategy(), barred])
    #expect(code == 77)
    #expect(!barred.isAsked.withLock { $0 })
  }
}
