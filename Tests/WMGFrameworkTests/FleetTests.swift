import Testing

@testable import WMGFramework

struct FleetTests {
  private func fleet(_ uids: [UInt64], vnis: ClosedRange<UInt32> = 1...60) -> VirtualFleet {
    let fleet = VirtualFleet()
    for uid in uids { join(uid, fleet, vnis: vnis) }
    return fleet
  }

  @discardableResult
  private func join(
    _ uid: UInt64, _ fleet: VirtualFleet, vnis: ClosedRange<UInt32> = 1...60
  ) -> VirtualGateway {
    fleet.add(VirtualGateway(CoreHarness.configuration(uid: uid, vnis: vnis), at: fleet.now))
  }

  private func everyVNIHasOneOwner(_ fleet: VirtualFleet) -> Bool {
    (1...60).allSatisfy { fleet.owners(of: VNI(rawValue: $0)!).count == 1 }
  }

  @Test(arguments: 1...5) func startedTogetherEachTakesItsOwnOnly(count: Int) {
    let fleet = fleet((1...UInt64(count)).map { $0 })
    fleet.run(for: .milliseconds(3320))
    #expect(everyVNIHasOneOwner(fleet))
    #expect(fleet.longestWithTwo == .zero)
    let takeovers = fleet.gateways.map(\.core.tally.takeovers).reduce(0, +)
    #expect(takeovers == 60)
  }

  @Test func startedTogetherWithEverySecondPacketLost() {
    let fleet = fleet([1, 2, 3])
    fleet.link = { from, _, packet in (packet + from) % 2 == 0 ? nil : .milliseconds(1) }
    fleet.run(for: .seconds(4))
    #expect(fleet.longestWithTwo == .zero)
    #expect(everyVNIHasOneOwner(fleet))
  }

  @Test func aJoinLeavesNoVNIWithoutAnOwnerForLongerThanATakeover() {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .seconds(5))
    fleet.resetFigures()
    join(4, fleet)
    fleet.run(for: .seconds(10))
    #expect(everyVNIHasOneOwner(fleet))
    #expect(fleet.longestWithoutOwner <= .milliseconds(3))
    #expect(fleet.longestWithTwo <= .milliseconds(3))
    #expect(!fleet.gateways[3].held.isEmpty)
  }

  @Test func anOrderlyStopLeavesNoVNIWithoutAnOwner() {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .seconds(5))
    fleet.resetFigures()
    fleet.gateways[1].inbox.append(.stopRequested)
    fleet.run(for: .seconds(10))
    #expect(fleet.gateways[1].exitCode == 0)
    #expect(everyVNIHasOneOwner(fleet))
    #expect(fleet.longestWithoutOwner == .zero)
    #expect(fleet.longestWithTwo <= .milliseconds(360))
  }

  @Test(arguments: 1...5) func thoseThatStopOneAfterAnotherLeaveNoVNIWithoutAnOwner(halfSeconds: Int) {
    let fleet = fleet([1, 2, 3, 4])
    fleet.run(for: .seconds(5))
    fleet.resetFigures()
    fleet.gateways[1].inbox.append(.stopRequested)
    fleet.run(for: .milliseconds(500 * halfSeconds))
    // What was the first one's falls to this one in part, as the others take it for alive.
    fleet.gateways[2].inbox.append(.stopRequested)
    fleet.run(for: .seconds(10))
    #expect(fleet.gateways[1].exitCode == 0)
    #expect(fleet.gateways[2].exitCode == 0)
    #expect(everyVNIHasOneOwner(fleet))
    #expect(fleet.longestWithoutOwner == .zero)
  }

  @Test(arguments: 0..<8) func aCrashCostsADetectionTimeAtMost(eighth: Int) {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .milliseconds(5000 + 125 * eighth))
    fleet.resetFigures()
    fleet.gateways[2].isCrashed = true
    fleet.run(for: .seconds(10))
    #expect(everyVNIHasOneOwner(fleet))
    #expect(fleet.longestWithoutOwner <= .milliseconds(3060))
    #expect(fleet.longestWithTwo == .zero)
  }

  @Test func aPausedGatewayComesBackAndGivesWay() {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .seconds(5))
    fleet.gateways[0].isPaused = true
    fleet.run(for: .seconds(10))
    fleet.gateways[0].isPaused = false
    fleet.resetFigures()
    fleet.run(for: .milliseconds(1200))
    // At the next advertisement it hears, it lets go.
    #expect(fleet.gateways[0].held.isEmpty)
    #expect(fleet.longestWithTwo <= .milliseconds(1010))
    fleet.run(for: .seconds(5))
    #expect(everyVNIHasOneOwner(fleet))
    #expect(!fleet.gateways[0].held.isEmpty)
    #expect(fleet.longestWithoutOwner <= .milliseconds(5))
  }

  @Test func aFleetThatWasPausedAsAWholeGoesOnAsItWas() {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .seconds(5))
    let before = fleet.gateways.map(\.held)
    for gateway in fleet.gateways { gateway.isPaused = true }
    fleet.run(for: .seconds(10))
    for gateway in fleet.gateways { gateway.isPaused = false }
    fleet.resetFigures()
    fleet.run(for: .seconds(10))
    #expect(fleet.gateways.map(\.held) == before)
    #expect(fleet.longestWithTwo == .zero)
    #expect(fleet.longestWithoutOwner == .zero)
  }

  @Test(arguments: [GatewayConfiguration.IsolationPolicy.keep, .release])
  func aFleetIsolatedAsAWholeComesBack(policy: GatewayConfiguration.IsolationPolicy) {
    let fleet = VirtualFleet()
    for uid in [1, 2, 3] as [UInt64] {
      var configuration = CoreHarness.configuration(uid: uid, vnis: 1...60)
      configuration.whenIsolated = policy
      fleet.add(VirtualGateway(configuration, at: fleet.now))
    }
    fleet.run(for: .seconds(5))
    for gateway in fleet.gateways { gateway.setConnected(false) }
    fleet.run(for: .seconds(20))
    #expect(fleet.gateways.allSatisfy { $0.held.isEmpty == (policy == .release) })
    for gateway in fleet.gateways { gateway.setConnected(true) }
    fleet.run(for: .seconds(5))
    #expect(everyVNIHasOneOwner(fleet))
  }

  @Test func aGatewayCutOffAndBack() {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .seconds(5))
    // Cut without any sign of it: nobody is isolated for all they know.
    fleet.link = { from, to, _ in from == 0 || to == 0 ? nil : .microseconds(200) }
    fleet.run(for: .seconds(10))
    #expect(fleet.gateways[0].held.count == 60)
    fleet.link = { _, _, _ in .microseconds(200) }
    fleet.run(for: .milliseconds(1100))
    #expect(everyVNIHasOneOwner(fleet))
  }

  @Test func atRestThereIsOneAdvertisementAndFewTurnsPerInterval() {
    let fleet = fleet([1, 2, 3])
    fleet.run(for: .seconds(10))
    let before = fleet.gateways.map(\.turns)
    fleet.run(for: .seconds(100))
    for (gateway, turns) in zip(fleet.gateways, before) { #expect(gateway.turns - turns <= 100 * 8) }
  }
}
