import RendezvousHashing
import Testing
import WMGFramework

@Suite struct StrategyPropertiesTests {
  static let strategies: [any ScoringStrategy] = [RendezvousStrategy(), RendezvousMixedStrategy()]

  /// Fleets of many shapes: small uids, powers of two with their ties, random ones.
  static let fleets: [[GatewayID]] = {
    var generator = SeededGenerator(state: 1)
    let random = [1, 2, 3, 16, 64].map { size in uids((0..<size).map { _ in generator.next() }) }
    return [uids(1...10), uids([1 << 60, 1 << 61, 1 << 62]), uids([.max - 1, .max])] + random
  }()

  @Test(arguments: strategies.indices, fleets)
  func theFullPassAgreesWithTheScoresAndTiesGoToTheLowestUID(_ index: Int, _ fleet: [GatewayID]) {
    func check(_ strategy: some ScoringStrategy) {
      let vnis = vnis(500)
      for (vni, owner) in zip(vnis, owners(strategy, vnis, fleet)) {
        let scores = fleet.map { score(strategy, vni.rawValue, $0.rawValue) }
        let lowestOfTheBest = zip(fleet, scores).filter { $0.1 == scores.max() }.map(\.0).min()
        #expect(owner == lowestOfTheBest, "vni \(vni)")
      }
    }
    check(Self.strategies[index])
  }

  @Test(arguments: strategies.indices, fleets)
  func anOwnerDependsOnNeitherTheOtherVNIsNorTheRun(_ index: Int, _ fleet: [GatewayID]) {
    func check(_ strategy: some ScoringStrategy) {
      let vnis = vnis(2000)
      let all = owners(strategy, vnis, fleet)
      #expect(owners(strategy, vnis, fleet) == all)
      #expect(owners(strategy, Array(vnis[700..<900]), fleet) == Array(all[700..<900]))
    }
    check(Self.strategies[index])
  }

  @Test(arguments: strategies.indices, fleets)
  func aLeaverMovesOnlyItsOwnVNIs(_ index: Int, _ fleet: [GatewayID]) {
    func check(_ strategy: some ScoringStrategy) {
      let vnis = vnis(1000)
      let before = owners(strategy, vnis, fleet)
      for leaver in fleet.prefix(5) where fleet.count > 1 {
        let after = owners(strategy, vnis, fleet.filter { $0 != leaver })
        for (old, new) in zip(before, after) { #expect(old == leaver ? new != leaver : new == old) }
      }
    }
    check(Self.strategies[index])
  }

  @Test(arguments: strategies.indices)
  func theWholeVNISpaceAndManyGatewaysAreServed(_ index: Int) {
    func check(_ strategy: some ScoringStrategy) {
      let fleet = uids((1...65_535).map { UInt64($0) << 20 | 7 })
      let corners = [VNI.min, VNI(rawValue: 1 << 16)!, VNI.max]
      #expect(owners(strategy, corners, fleet).allSatisfy(fleet.contains))
      #expect(owners(strategy, [], fleet).isEmpty)
    }
    check(Self.strategies[index])
  }

  @Test func everyTieOfPowersOfTwoGoesToTheLowest() {
    // 16 · 2⁶⁰ is 0 modulo 2⁶⁴: the three uids have the same score for every 16th VNI.
    let fleet = uids([1 << 60, 1 << 61, 1 << 62])
    let sixteenths = vnis(1600).filter { $0.rawValue % 16 == 0 }
    #expect(owners(RendezvousStrategy(), sixteenths, fleet).allSatisfy { $0 == fleet[0] })
  }
}
