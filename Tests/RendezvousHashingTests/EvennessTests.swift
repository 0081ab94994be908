import RendezvousHashing
import Testing
import WMGFramework

@Suite struct EvennessTests {
  let vnis = RendezvousHashingTests.vnis(100_000)

  /// The fullest gateway's VNIs over the mean.
  func fullest(_ strategy: some AssignmentStrategy, _ fleet: [GatewayID]) -> Double {
    let shares = Dictionary(grouping: owners(strategy, vnis, fleet)) { $0 }.values.map(\.count)
    return Double(shares.max() ?? 0) * Double(fleet.count) / Double(vnis.count)
  }

  /// Over all deaths of one gateway: the most that one heir takes, over its fair share.
  func heaviestInheritance(_ strategy: some AssignmentStrategy, _ fleet: [GatewayID]) -> Double {
    let before = owners(strategy, vnis, fleet)
    return fleet.map { dead in
      let after = owners(strategy, vnis, fleet.filter { $0 != dead })
      let heirs = zip(before, after).filter { $0.0 == dead }.map(\.1)
      let shares = Dictionary(grouping: heirs) { $0 }.values.map(\.count)
      return Double(shares.max() ?? 0) * Double(fleet.count - 1) / Double(heirs.count)
    }.max() ?? 0
  }

  @Test func theMixedStrategyIsEvenForSmallUIDs() {
    #expect(fullest(RendezvousMixedStrategy(), uids(1...4)) <= 1.007)
  }

  @Test func theMixedStrategysFailoverSharesAreFairForSmallUIDs() {
    #expect(heaviestInheritance(RendezvousMixedStrategy(), uids(1...10)) <= 1.07)
  }

  /// The negative control: the same yardstick sees the weakness of the Go daemon's hash.
  @Test func theGoCompatibleStrategyIsUnevenForSmallUIDs() {
    #expect(fullest(RendezvousStrategy(), uids(1...4)) > 1.14)
    #expect(heaviestInheritance(RendezvousStrategy(), uids(1...10)) > 2)
  }

  @Test func theGoCompatibleStrategyIsEvenForRandomUIDs() {
    var generator = SeededGenerator(state: 7)
    #expect(fullest(RendezvousStrategy(), uids((0..<4).map { _ in generator.next() })) < 1.02)
  }
}
