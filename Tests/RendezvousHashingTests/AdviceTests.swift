import RendezvousHashing
import Testing
import WMGFramework

@Suite struct AdviceTests {
  func advice(_ strategy: some AssignmentStrategy, _ gateways: [GatewayID]) -> String? {
    strategy.advice(for: gateways.span)
  }

  @Test(arguments: [[1, 2], [11, 12, 13], [1 << 60, 1 << 61], [.max, .max - 1], [5, 99_999_989, 10]])
  func uidsWithCommonSmallMultiplesAreWarnedOf(_ numbers: [UInt64]) throws {
    let text = try #require(advice(RendezvousStrategy(), uids(numbers)))
    #expect(text.contains("random uid"))
    #expect(text.contains("--strategy rendezvous-mixed"))
    #expect(!text.contains("\n"))
  }

  @Test(arguments: [[1], [8_874_762_027_149_433_019, 12], [100_003, 100_019, 100_043]])
  func independentUIDsAreNot(_ numbers: [UInt64]) {
    #expect(advice(RendezvousStrategy(), uids(numbers)) == nil)
  }

  @Test func aThousandRandomUIDsAreNot() {
    var generator = SeededGenerator(state: 3)
    #expect(advice(RendezvousStrategy(), uids((0..<1024).map { _ in generator.next() })) == nil)
  }

  @Test func theMixedStrategyHasNoAdvice() {
    #expect(advice(RendezvousMixedStrategy(), uids(1...10)) == nil)
  }

  @Test func pluginsAreRegisteredUnderTheirNames() throws {
    let registry = try PluginRegistry([RendezvousPlugin(), RendezvousMixedPlugin()])
    #expect(registry.names(of: .strategy) == ["rendezvous", "rendezvous-mixed"])
    let configuration = GatewayConfiguration(uid: uids([1])[0], vnis: VNISet())
    let mixed = try registry.strategy("rendezvous-mixed")
      .makeStrategy(PluginOptionValues(), for: configuration)
    #expect(mixed is RendezvousMixedStrategy)
  }
}
