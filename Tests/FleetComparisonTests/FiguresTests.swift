import Testing
import WMGFramework

@testable import FleetComparison

/// Every figure, in cases that can be computed by hand.
@Suite struct FiguresTests {
  @Test func loadsAreMeasuredAgainstTheMean() {
    let loads = Loads(gateways: uids(11, 12, 13), counts: [30, 10, 20])
    #expect(loads.fairShares == [20, 20, 20])
    #expect(loads.mean == 20)
    #expect(loads.fullest == 1.5)
    // √((10² + 10² + 0²) / 3)
    #expect(abs(loads.standardDeviation - 8.1650) < 0.0001)
  }

  @Test func weightedLoadsAreMeasuredAgainstTheirShares() {
    let loads = Loads(gateways: uids(11, 12, 13), counts: [30, 10, 20], weights: [2, 1, 1])
    #expect(loads.fairShares == [30, 15, 15])
    #expect(loads.fullest == 20.0 / 15)
    // √((0² + 5² + 5²) / 3)
    #expect(abs(loads.standardDeviation - 4.0825) < 0.0001)
  }

  @Test func whoAllWeighNothingShareAlike() {
    #expect(Loads(gateways: uids(1, 2), counts: [3, 1], weights: [0, 0]).fairShares == [2, 2])
    #expect(Loads(gateways: uids(1, 2), counts: [4, 0], weights: [1, 0]).fullest == 1)
  }

  @Test func movesAreToldApart() {
    let change = FleetChange(from: uids(11, 12, 13), to: uids(11, 12, 14))
    // VNI      1   2   3   4   5   6
    // before  11  11  12  12  13  13
    // after   11  12  12  14  14  11
    let before: [UInt16] = [0, 0, 1, 1, 2, 2]
    let after: [UInt16] = [0, 1, 1, 2, 2, 0]
    let moves = Moves(change, before: before.span, after: after.span)
    #expect(moves.fromRemoved == 2)
    #expect(moves.toAdded == 1)
    #expect(moves.betweenStaying == 1)
    #expect(moves.total == 4)
    // All have two before and two after: handing 13's two to 14 would have done.
    #expect(moves.least == 2)
    #expect(moves.ratio == 2)
    let flows = moves.flows?.map { [$0.from.rawValue, $0.to.rawValue, UInt64($0.count)] }
    #expect(
      flows == [[11, 11, 1], [11, 12, 1], [12, 12, 1], [12, 14, 1], [13, 11, 1], [13, 14, 1]])
  }

  @Test func whereNothingMustMoveThereIsNoRatio() {
    let moves = figures(of: Lowest(), "1-6", FleetChange(from: uids(11, 12), to: uids(11, 12, 13))).moves
    #expect(moves.total == 0 && moves.least == 0 && moves.ratio == nil)
  }

  @Test func aLeaverAloneCostsWhatItOwns() {
    let figures = figures(of: Mixing(), "1-1000", FleetChange(from: uids(1, 2, 3, 4), to: uids(1, 2, 4)))
    #expect(figures.moves.total == figures.before.counts[2])
    #expect(figures.moves.ratio == 1)
    #expect(figures.moves.fromRemoved == figures.moves.total)
  }

  @Test func aJoinerAloneCostsWhatItGets() {
    let figures = figures(of: Mixing(), "1-1000", FleetChange(from: uids(1, 2, 4), to: uids(1, 2, 3, 4)))
    #expect(figures.moves.total == figures.after.counts[2])
    #expect(figures.moves.ratio == 1)
    #expect(figures.moves.toAdded == figures.moves.total)
  }

  @Test func ordinalsMoveNearlyAll() {
    // VNI 1…12 mod 4: 12 13 14 11 …; mod 3 without 14: 12 13 11 12 13 11 …
    // 4→12, 5: 12→13, 6: 13→11, 8: 11→13, 9: 12→11, 10: 13→12 between those that stay; 3, 7, 11 were 14's.
    let figures = figures(
      of: Ordinal(), "1-12", FleetChange(from: uids(11, 12, 13, 14), to: uids(11, 12, 13)))
    #expect(figures.before.counts == [3, 3, 3, 3])
    #expect(figures.after.counts == [4, 4, 4])
    #expect(figures.moves.fromRemoved == 3)
    #expect(figures.moves.betweenStaying == 6)
    #expect(figures.moves.least == 3)
    #expect(figures.moves.ratio == 3)
  }

  @Test func theWorstDeathIsFound() throws {
    let fleet = FleetChange(from: uids(11, 12, 13), to: uids(11, 12, 13))
    let failover = try #require(figures(of: Lowest(), "1-6", fleet).failover)
    // 11 owns all six; 12 takes them all, where three would be fair.
    #expect(failover.leaver == uids(11)[0] && failover.heir == uids(12)[0])
    #expect(failover.taken == 6 && failover.orphans == 6 && failover.fairShare == 3)
    #expect(failover.ratio == 2)
    #expect(failover.triedDeaths == 3)
  }

  @Test func aFairDeathIsOne() throws {
    let fleet = FleetChange(from: uids(11, 12, 13), to: uids(11, 12, 13))
    // 11 has 3 and 6, 12 has 1 and 4, 13 has 2 and 5: one odd, one even VNI each, and two survivors.
    #expect(try #require(figures(of: Ordinal(), "1-6", fleet).failover).ratio == 1)
  }

  @Test func nobodyTakesOverFromTheOnlyGateway() {
    #expect(figures(of: Lowest(), "1-6", FleetChange(from: uids(11), to: uids(11, 12))).failover == nil)
  }

  @Test func weightsCountInEveryFigure() throws {
    let fleet = FleetChange(from: uids(11, 12, 13), to: uids(11, 12, 13))
    let figures = figures(of: Halves(), "1-8", fleet)
    #expect(figures.before.counts == [4, 2, 2])
    #expect(figures.before.fullest == 1 && figures.before.standardDeviation == 0)
    // 12's VNIs (1 and 5) go to the last, 13, of which two thirds should be 11's: 2 where 2/3 is fair.
    let failover = try #require(figures.failover)
    #expect(failover.heir == uids(13)[0] && failover.taken == 2)
    #expect(abs(failover.ratio - 3) < 1e-9)
  }

  @Test func adviceOnBothFleetsIsKeptOnceEach() {
    let two = FleetChange(from: uids(1, 2), to: uids(1))
    #expect(figures(of: Ordinal(), "1-4", two).advice == ["2 in turns", "1 in turns"])
    let none = FleetChange(from: uids(1, 2), to: uids(2, 1))
    #expect(figures(of: Ordinal(), "1-4", none).advice == ["2 in turns"])
  }

  @Test func aStrategyThatIsWrongIsTakenAsTheDaemonTakesIt() {
    let figures = figures(of: Wrong(), "1-4", FleetChange(from: uids(1, 2), to: uids(1, 2, 3)))
    #expect(figures.before.counts == [4, 0] && figures.after.counts == [4, 0, 0])
  }

  @Test func chunksMakeNoDifference() {
    // More than two chunks, in ranges that end within them.
    let set = "1-70000,80000-80001,100000-200000"
    let change = FleetChange(from: uids(11, 12, 13, 14, 15), to: uids(11, 12, 14, 15, 19))
    let whole = figures(of: SecretlyMixing(), set, change)
    let chunked = figures(of: Mixing(), set, change)
    #expect(chunked.before == whole.before && chunked.after == whole.after)
    #expect(chunked.moves == whole.moves && chunked.failover == whole.failover)
    #expect(chunked.before.counts.reduce(0, +) == 170_003)
  }

  @Test func deathsAreSpreadWhenNotAllCanBeTried() {
    let fleet = (1...10).compactMap { GatewayID(rawValue: $0) }
    let tally = FailoverTally(fleet, weights: [Double](repeating: 1, count: 10), deaths: 3)
    #expect(tally.leavers == [0, 3, 6])
    #expect(FailoverTally(fleet, weights: tally.leavers.map { _ in 1 }).leavers == Array(0..<10))
  }

  @Test func progressComesToAnEnd() {
    var comparison = StrategyComparison(vnis("1-100000"), FleetChange(from: fleet, to: fleet)) { pass in
      pass()
      return PassCost(time: .zero)
    }
    var fractions: [Double] = []
    comparison.onProgress = { fractions.append($0.fraction) }
    _ = comparison.figures(of: Lowest(), named: "lowest", promises: StrategyPromises())
    #expect(fractions == fractions.sorted() && fractions.last.map { $0 > 0.9 && $0 <= 1 } == true)
  }

  private var fleet: [GatewayID] { (1...100).compactMap { GatewayID(rawValue: $0) } }

  @Test func randomUidsAreTheSameEverywhere() {
    // Known answers of SplitMix64 for seed 0.
    var generator = SeededGenerator(seed: 0)
    #expect(generator.next() == 0xE220_A839_7B1D_CDAF)
    #expect(generator.next() == 0x6E78_9E6A_A1B9_65F4)
  }
}
