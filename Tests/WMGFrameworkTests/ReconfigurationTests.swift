import Testing

@testable import WMGFramework

/// A new configuration while the gateway runs.
struct ReconfigurationTests {
  private func set(_ ranges: ClosedRange<UInt32>...) -> VNISet {
    VNISet(ranges.map { VNI(rawValue: $0.lowerBound)!...VNI(rawValue: $0.upperBound)! })
  }

  private func vni(_ number: UInt32) -> VNI { VNI(rawValue: number)! }

  /// All VNIs that any effector was told anything of.
  private func told(_ harness: CoreHarness, since start: MonotonicInstant) -> Set<VNI> {
    Set(
      harness.commands(since: start).flatMap { command -> [VNI] in
        switch command {
        case .prepare: Array(harness.gateway.configuration.vnis)
        case .takeOver(let vnis, _), .release(let vnis, _, _), .add(let vnis, _): vnis
        case .handOver(let vnis), .keep(let vnis), .refresh(let vnis), .forget(let vnis): vnis
        case .prepareToStop: []
        }
      })
  }

  private func forgotten(_ harness: CoreHarness, by effector: Int, since start: MonotonicInstant) -> Set<VNI>
  {
    Set(
      harness.commands(effector, since: start).flatMap { command -> [VNI] in
        if case .forget(let vnis) = command { vnis } else { [] }
      })
  }

  // MARK: VNIs

  @Test func theSameConfigurationTellsNobodyAnything() {
    let harness = CoreHarness()
    harness.startAlone()
    let start = harness.now
    harness.reconfigure()
    harness.reconfigure(strategy: MixingStrategy())
    harness.run(.seconds(2))
    #expect(harness.commands(since: start).isEmpty)
    #expect(harness.logs("VNIs added").isEmpty && harness.logs("VNIs removed").isEmpty)
    #expect(harness.held == 40)
  }

  @Test func whatComesIsPreparedFirstAndThenTakenOverAndTheRestSeesNothing() throws {
    let harness = CoreHarness()
    harness.startAlone()
    let start = harness.now
    harness.reconfigure { $0.vnis = set(1...45, 60...60) }
    harness.run(.milliseconds(100))
    let added = Set(set(41...45, 60...60))
    #expect(told(harness, since: start) == added)
    #expect(harness.held == 46)
    for effector in 0...1 {
      let commands = harness.commands(effector, since: start)
      guard commands.count == 2, case .add(let first, _) = commands[0],
        case .takeOver(let then, _) = commands[1]
      else {
        Issue.record("\(commands)")
        continue
      }
      #expect(Set(first) == added && Set(then) == added)
    }
    let taken = harness.time { directive in
      if case .command(0, .takeOver(let vnis, _)) = directive { vnis.contains(vni(60)) } else { false }
    }
    // Each effector confirms after a millisecond: nothing is taken over before.
    #expect(try #require(taken) - start == .milliseconds(1))
    #expect(harness.logs("VNIs added", since: start).first?["vnis"] == "41-45,60")
  }

  @Test func whatGoesIsReleasedUpTheChainAndForgottenAndTheRestSeesNothing() {
    let harness = CoreHarness()
    harness.startAlone()
    let start = harness.now
    harness.reconfigure { $0.vnis = set(1...30) }
    #expect(harness.gateway.core.status(at: harness.now).vnis.count == 40)
    harness.run(.milliseconds(100))
    let removed = Set(set(31...40))
    #expect(told(harness, since: start) == removed)
    #expect(harness.held == 30)
    let releases = harness.directives(since: start).compactMap { directive -> Int? in
      if case .command(let effector, .release) = directive { effector } else { nil }
    }
    #expect(releases == [1, 0])
    #expect(forgotten(harness, by: 0, since: start) == removed)
    #expect(forgotten(harness, by: 1, since: start) == removed)
    #expect(harness.gateway.core.status(at: harness.now).vnis.count == 30)
    #expect(harness.gateway.core.ownership.vnis.count == 30)
    #expect(harness.gateway.core.ownership.slots.count == 60)
    #expect(harness.logs("VNIs removed", since: start).first?["released"] == "10")
    #expect(harness.logs("release", since: start).count == 10)
    #expect(harness.gateway.core.tally.releases == 10)
    #expect(harness.logs("settled", since: start).count == 1)
    // And nothing of the kind comes later.
    let later = harness.now
    harness.run(.seconds(5))
    #expect(harness.commands(since: later).isEmpty)
  }

  @Test func aStandbyThatGoesIsForgottenWithoutARelease() {
    let harness = CoreHarness()
    harness.speak(101, times: 30)
    harness.run(.milliseconds(4500))
    let standbys = Set(set(1...40)).subtracting(harness.gateway.effectors[0].active)
    let held = harness.held
    let start = harness.now
    harness.reconfigure { $0.vnis = VNISet(harness.gateway.effectors[0].active) }
    harness.run(.milliseconds(100))
    #expect(harness.held == held)
    #expect(forgotten(harness, by: 1, since: start) == standbys)
    #expect(!harness.commands(since: start).contains { if case .release = $0 { true } else { false } })
    // Nothing was given up, so nothing is settled.
    #expect(harness.logs("settled", since: start).isEmpty)
  }

  @Test func whatCannotBeReleasedIsNotForgotten() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].exceptions[vni(40)] = .fails(reason: "stuck")
    let start = harness.now
    harness.reconfigure { $0.vnis = set(1...38) }
    harness.run(.milliseconds(500))
    #expect(forgotten(harness, by: 0, since: start) == [vni(39)])
    #expect(harness.gateway.core.status(at: harness.now).vnis.last?.degraded == "stuck")
    harness.gateway.effectors[0].exceptions = [:]
    harness.run(.seconds(3))
    #expect(forgotten(harness, by: 0, since: start) == [vni(39), vni(40)])
    #expect(harness.gateway.core.ownership.failures.isEmpty)
    #expect(harness.gateway.core.status(at: harness.now).vnis.count == 38)
  }

  @Test func whatWasNotActiveAndCannotBeToldOfIsForgotten() {
    let harness = CoreHarness()
    harness.gateway.effectors[0].exceptions[vni(40)] = .fails(reason: "vrrp4-40 is missing")
    harness.startAlone()
    #expect(harness.gateway.core.ownership.degradedCount == 1)
    let start = harness.now
    harness.reconfigure { $0.vnis = set(1...39) }
    harness.run(.seconds(3))
    // Not before it has been tried: an interface may have come meanwhile.
    let released = harness.commands(0, since: start).contains { command in
      if case .release(let vnis, _, _) = command { vnis == [vni(40)] } else { false }
    }
    #expect(released)
    #expect(forgotten(harness, by: 0, since: start) == [vni(40)])
    #expect(harness.gateway.core.ownership.degradedCount == 0)
  }

  @Test func whatComesBackWhileItGoesIsTakenOverAgain() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[1].behaviour = .confirms(after: .milliseconds(300))
    harness.reconfigure { $0.vnis = set(1...39) }
    harness.run(.milliseconds(100))
    harness.reconfigure { $0.vnis = set(1...40) }
    harness.run(.seconds(2))
    #expect(harness.held == 40)
    #expect(harness.gateway.effectors[1].active.count == 40)
    #expect(forgotten(harness, by: 0, since: harness.now - .seconds(3)).isEmpty)
  }

  @Test func whatIsInTheMiddleMayGoAndComeAgainAndAgain() {
    let harness = CoreHarness()
    harness.startAlone()
    for round in 0..<6 {
      harness.reconfigure { $0.vnis = round % 2 == 0 ? set(1...9, 20...50) : set(5...40) }
      harness.run(.milliseconds(round % 3 == 0 ? 0 : 20))
    }
    harness.run(.seconds(3))
    #expect(harness.gateway.effectors[0].active == Set(set(5...40)))
    #expect(harness.gateway.effectors[1].active == Set(set(5...40)))
    #expect(harness.gateway.core.ownership.awaited == 0)
    #expect(harness.gateway.core.ownership.wantedCount == 36)
    #expect(harness.gateway.core.status(at: harness.now).vnis.allSatisfy { $0.confirmed == "active" })
  }

  @Test func anEffectorThatDoesNotAnswerDelaysATakeoverByThePatienceOnly() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[1].exceptions[vni(41)] = .silent
    harness.reconfigure { $0.vnis = set(1...41) }
    harness.run(.milliseconds(450))
    #expect(harness.held == 40)
    harness.run(.milliseconds(100))
    #expect(harness.held == 41)
  }

  @Test func whatIsStillOnItsWayOutIsNotRemovedAgain() {
    let harness = CoreHarness()
    harness.startAlone()
    for number in [1, 40] as [UInt32] {
      harness.gateway.effectors[0].exceptions[vni(number)] = .fails(reason: "stuck")
    }
    let start = harness.now
    harness.reconfigure { $0.vnis = set(3...38) }
    harness.run(.milliseconds(500))
    // In the order of the VNIs, without what is forgotten.
    let before = harness.gateway.core.status(at: harness.now).vnis
    #expect(before.map(\.vni) == [1] + Array(3...38) + [40])
    #expect(before.first?.degraded == "stuck" && before.last?.degraded == "stuck")
    harness.reconfigure { $0.vnis = set(4...38) }
    harness.run(.milliseconds(100))
    #expect(harness.logs("VNIs removed", since: start).map { $0["vnis"] } == ["1-2,39-40", "3"])
    #expect(harness.gateway.core.status(at: harness.now).vnis.map(\.vni) == [1] + Array(4...38) + [40])
    harness.gateway.effectors[0].exceptions = [:]
    harness.run(.seconds(10))
    let all = harness.commands(0, since: start).flatMap { command -> [VNI] in
      if case .forget(let vnis) = command { vnis } else { [] }
    }
    #expect(all.sorted() == [1, 2, 3, 39, 40].map { vni($0) })
    #expect(harness.gateway.core.status(at: harness.now).vnis.map(\.vni) == Array(4...38))
  }

  @Test func whatIsForgottenDoesNotComeBackWithTheNextRemoval() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].exceptions[vni(40)] = .fails(reason: "stuck")
    harness.reconfigure { $0.vnis = set(1...38) }
    harness.run(.milliseconds(500))
    // 39 is gone, and 40 still under way.
    #expect(harness.gateway.core.managedVNIs.description == "1-38,40")
    harness.reconfigure { $0.vnis = set(1...37) }
    harness.run(.milliseconds(500))
    #expect(harness.gateway.core.managedVNIs.description == "1-37,40")
  }

  @Test func whatIsForgottenIsNotForgottenAgainWhenAPluginFails() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].exceptions[vni(40)] = .fails(reason: "stuck")
    let start = harness.now
    harness.reconfigure { $0.vnis = set(1...38) }
    harness.run(.milliseconds(500))
    harness.send(.pluginFailed(effector: 1, reason: "garp: socket gone", exitCode: 71))
    harness.run(.milliseconds(500))
    let times = harness.commands(0, since: start).filter { command in
      if case .forget(let vnis) = command { vnis.contains(vni(39)) } else { false }
    }
    #expect(times.count == 1)
  }

  @Test func whatHasFailedIsStillTriedAgainAtItsNewPosition() {
    let harness = CoreHarness()
    harness.gateway.effectors[1].exceptions[vni(20)] = .fails(reason: "no socket")
    harness.startAlone()
    harness.reconfigure { $0.vnis = set(6...45) }
    let degraded = harness.gateway.core.status(at: harness.now).vnis.filter { $0.degraded != nil }
    #expect(degraded.map(\.vni) == [20])
    harness.gateway.effectors[1].exceptions = [:]
    harness.run(.seconds(10))
    #expect(harness.gateway.effectors[1].active == Set(set(6...45)))
    #expect(harness.gateway.core.ownership.degradedCount == 0)
  }

  // MARK: Phases

  @Test func aGatewayThatListensAdvertisesOnceWhatHasComeIsStandbyToo() {
    let harness = CoreHarness()
    harness.run(.seconds(1))
    harness.gateway.effectors[0].exceptions[vni(50)] = .confirms(after: .seconds(4))
    harness.reconfigure { $0.vnis = set(11...50) }
    harness.run(.milliseconds(3800))
    #expect(harness.phase == "listening")
    harness.gateway.effectors[0].exceptions = [:]
    harness.run(.milliseconds(1500))
    #expect(harness.phase == "active")
    #expect(harness.gateway.effectors[0].active == Set(set(11...50)))
  }

  @Test func aSuspendedGatewayDoesNothingUntilItKnowsMore() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.isPaused = true
    harness.run(.seconds(10))
    harness.gateway.isPaused = false
    harness.run(.zero)
    #expect(harness.phase == "suspended")
    let start = harness.now
    harness.reconfigure { $0.vnis = set(11...50) }
    harness.run(.seconds(2))
    #expect(harness.commands(since: start).isEmpty)
    harness.run(.seconds(3))
    #expect(harness.phase == "active")
    #expect(harness.gateway.effectors[0].active == Set(set(11...50)))
    #expect(forgotten(harness, by: 0, since: start) == Set(set(1...10)))
  }

  @Test func whatASuspendedGatewayIsToReleaseIsNotSettledYet() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.discovery(.lapsed(at: harness.now)))
    let start = harness.now
    harness.reconfigure { $0.vnis = set(11...40) }
    harness.run(.seconds(1))
    #expect(harness.phase == "suspended" && harness.held == 40)
    #expect(harness.logs("VNIs removed", since: start).count == 1)
    #expect(harness.logs("settled", since: start).isEmpty)
  }

  @Test func aGatewayThatStopsChangesNothing() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested)
    let start = harness.now
    harness.reconfigure(strategy: RoundRobin()) { $0.vnis = set(1...10, 50...60) }
    harness.run(.milliseconds(100))
    #expect(harness.phase == "leaving")
    #expect(harness.commands(since: start).isEmpty)
    #expect(harness.held == 40)
  }

  @Test func anIsolatedGatewayReleasesWhatGoesAndTakesNothingNew() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(100))
    let start = harness.now
    harness.reconfigure { $0.vnis = set(11...50) }
    harness.run(.milliseconds(100))
    #expect(harness.gateway.effectors[0].active == Set(set(11...40)))
    #expect(told(harness, since: start) == Set(set(1...10, 41...50)))
    harness.gateway.setConnected(true)
    harness.run(.seconds(1))
    #expect(harness.gateway.effectors[0].active == Set(set(11...50)))
  }

  @Test func aNewIsolationPolicyCountsAtOnce() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(100))
    #expect(harness.held == 40)
    harness.reconfigure { $0.whenIsolated = .release }
    harness.run(.milliseconds(100))
    #expect(harness.held == 0)
    #expect(harness.phase == "awaiting-peer")
  }

  @Test func thePolicyForIsolationIsNothingToAConnectedGateway() {
    let harness = CoreHarness()
    harness.startAlone()
    let start = harness.now
    harness.reconfigure { $0.whenIsolated = .release }
    harness.run(.milliseconds(100))
    #expect(harness.phase == "active" && harness.held == 40)
    #expect(harness.commands(since: start).isEmpty)
  }

  // MARK: Strategies

  @Test func anotherStrategyMovesExactlyTheDifference() {
    let fleet = VirtualFleet()
    let gateways = ([1, 2, 3] as [UInt64]).map { uid in
      fleet.add(VirtualGateway(CoreHarness.configuration(uid: uid, vnis: 1...60), at: fleet.now))
    }
    fleet.run(for: .seconds(6))
    let before = (1...60).map { fleet.owners(of: vni($0)) }
    let start = fleet.now
    fleet.resetFigures()
    for gateway in gateways {
      gateway.reconfigure(gateway.configuration, strategy: RoundRobin(), at: fleet.now)
    }
    fleet.run(for: .seconds(2))
    let after = (1...60).map { fleet.owners(of: vni($0)) }
    #expect(after == (1...60).map { [$0 % 3] })
    #expect(fleet.longestWithoutOwner <= .milliseconds(5))
    let moved = Set((1...60).filter { before[$0 - 1] != after[$0 - 1] }.map { vni(UInt32($0)) })
    #expect(moved.count > 20 && moved.count < 60)
    let told = gateways.flatMap(\.record).filter { $0.at >= start }.flatMap { record -> [VNI] in
      switch record.directive {
      case .command(_, .takeOver(let vnis, _)), .command(_, .release(let vnis, _, _)): vnis
      case .command(_, .refresh(let vnis)), .command(_, .add(let vnis, _)): vnis
      default: []
      }
    }
    #expect(Set(told) == moved)
    #expect(gateways[0].core.strategy is RoundRobin)
  }

  @Test func anotherStrategyHandsOverWithTheOverlap() {
    let fleet = VirtualFleet()
    let gateways = ([1, 2] as [UInt64]).map { uid -> VirtualGateway in
      var configuration = CoreHarness.configuration(uid: uid, vnis: 1...60)
      configuration.handoverOverlap = .milliseconds(200)
      return fleet.add(VirtualGateway(configuration, at: fleet.now))
    }
    fleet.run(for: .seconds(6))
    fleet.resetFigures()
    for gateway in gateways {
      gateway.reconfigure(gateway.configuration, strategy: RoundRobin(), at: fleet.now)
    }
    fleet.run(for: .seconds(2))
    #expect(fleet.longestWithoutOwner == .zero)
    #expect(fleet.longestWithTwo >= .milliseconds(195) && fleet.longestWithTwo <= .milliseconds(205))
    #expect((1...60).allSatisfy { fleet.owners(of: vni($0)) == [Int($0) % 2] })
  }

  @Test func whatIsBeingHandedOverIsStillHandedOverAfterANewConfiguration() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    harness.speak(101)
    harness.run(.milliseconds(100))
    #expect(harness.held == 40)
    let peers = Set(
      harness.gateway.core.status(at: harness.now).vnis.filter { $0.owner == "101" }.map { vni($0.vni) })
    // All positions move by five, and some of what is handed over goes altogether.
    harness.reconfigure { $0.vnis = set(6...45) }
    harness.run(.milliseconds(50))
    #expect(peers.filter { $0 >= vni(6) }.isSubset(of: harness.gateway.effectors[0].active))
    #expect(harness.gateway.effectors[0].active.allSatisfy { $0 >= vni(6) })
    harness.run(.milliseconds(60))
    let status = harness.gateway.core.status(at: harness.now)
    let owned = Set(status.vnis.filter { $0.owner == "100" }.map { vni($0.vni) })
    #expect(harness.gateway.effectors[0].active == owned)
    #expect(status.vnis.map(\.vni) == Array(6...45))
    #expect(!owned.isEmpty && owned.count < 40)
  }

  @Test func aSecondNewConfigurationDuringAHandoverFindsNothingOfTheFirst() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(500) }
    harness.run(.milliseconds(4500))
    harness.speak(101)
    harness.run(.milliseconds(100))
    // What goes is cancelled among what is handed over, and forgotten before the second comes.
    harness.reconfigure { $0.vnis = set(11...40) }
    harness.run(.milliseconds(50))
    harness.reconfigure { $0.vnis = set(11...50) }
    harness.run(.seconds(1))
    let status = harness.gateway.core.status(at: harness.now)
    #expect(status.vnis.map(\.vni) == Array(11...50))
    #expect(
      harness.gateway.effectors[0].active == Set(status.vnis.filter { $0.owner == "100" }.map { vni($0.vni) })
    )
  }

  @Test func aShorterOverlapIsNotHeldUpByALongerOne() {
    var handovers = Handovers()
    let now = MonotonicInstant(nanoseconds: 0)
    handovers.hold([1], until: now + .seconds(10))
    handovers.hold([2], until: now + .milliseconds(200))
    #expect(handovers.nextDue == now + .milliseconds(200))
    #expect(handovers.takeDue(at: now + .seconds(1)) == [2])
    #expect(handovers.takeDue(at: now + .seconds(10)) == [1])
  }

  @Test func aTablePreparedInAnOlderViewIsBroughtUpToDate() {
    var table = AssignmentTable(set(1...100), strategy: MixingStrategy())
    let view = [1, 2, 3].map { GatewayID(rawValue: $0)! }
    _ = table.update(to: view)
    var prepared = AssignmentTable(set(51...150), strategy: MixingStrategy())
    _ = prepared.update(to: [view[0], view[1]])
    _ = table.replace(by: prepared)
    var fresh = AssignmentTable(set(51...150), strategy: MixingStrategy())
    _ = fresh.update(to: view)
    #expect(table.gateways == view)
    #expect(table.vnis.indices.allSatisfy { table.owner(at: $0) == fresh.owner(at: $0) })
  }

  @Test func whatAnotherStrategyLeavesHereDuringAHandoverIsKept() {
    let harness = CoreHarness(strategy: RoundRobin()) { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    harness.speak(101)
    harness.run(.milliseconds(100))
    let start = harness.now
    harness.reconfigure(strategy: EverythingToTheFirst())
    harness.run(.seconds(1))
    #expect(harness.held == 40)
    #expect(!harness.commands(since: start).contains { if case .release = $0 { true } else { false } })
    #expect(harness.commands(0, since: start).contains { if case .keep = $0 { true } else { false } })
  }

  // MARK: Settings

  @Test func whatTakesARestartStays() {
    let harness = CoreHarness()
    harness.startAlone()
    let before = harness.gateway.core.configuration
    var wanted = before
    wanted.uid = GatewayID(rawValue: 7)!
    wanted.interval = .milliseconds(100)
    wanted.detectionMultiplier = 9
    wanted.peerLimit = 3
    wanted.stopMargin = .seconds(1)
    wanted.releasePatience = .seconds(2)
    _ = harness.gateway.core.reconfigure(wanted, at: harness.now)
    var expected = before
    expected.stopMargin = .seconds(1)
    expected.releasePatience = .seconds(2)
    #expect(harness.gateway.core.configuration == expected)
    #expect(harness.gateway.core.ownership.releasePatience == .seconds(2))
    #expect(before.liveDifferences(from: wanted) == ["stop-margin", "release-patience"])
    #expect(before.restartDifferences(from: wanted) == ["uid", "interval", "multiplier", "peer-limit"])
  }

  @Test func joinersAreNoLongerHeldForOnceThatIsOff() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.reconfigure { $0.holdsForJoiners = false }
    harness.speak(101, state: nil)
    harness.run(.milliseconds(100))
    #expect(harness.view == [100, 101])
  }

  // MARK: The table

  @Test func theTableSaysWhatMovedByItsNewPositions() {
    var table = AssignmentTable(set(1...100), strategy: MixingStrategy())
    let view = [1, 2, 3].map { GatewayID(rawValue: $0)! }
    #expect(table.replace(by: AssignmentTable(set(1...50), strategy: MixingStrategy())).isEmpty)
    _ = table.update(to: view)
    let before = Dictionary(
      uniqueKeysWithValues: table.vnis.indices.map { (table.vnis[$0], table.owner(at: $0)) })
    let changes = table.replace(
      by: AssignmentTable(set(21...80), strategy: RoundRobin()))
    #expect(table.vnis == Array(set(21...80)))
    #expect(table.gateways == view)
    for index in table.vnis.indices {
      let change = changes.first { $0.index == index }
      let former = before[table.vnis[index]]
      let isMoved = former != nil && former != table.owner(at: index)
      #expect((change != nil) == isMoved)
      if let change { #expect(change.from == former && change.to == table.owner(at: index)) }
    }
    var fresh = AssignmentTable(set(21...80), strategy: RoundRobin())
    _ = fresh.update(to: view)
    #expect(table.vnis.indices.allSatisfy { fresh.owner(at: $0) == table.owner(at: $0) })
  }

  @Test func whatComesAmongTheVNIsHasNotChangedHands() {
    let even = VNISet((1...25).map { vni($0 * 2)...vni($0 * 2) })
    var table = AssignmentTable(even, strategy: MixingStrategy())
    _ = table.update(to: [1, 2, 3].map { GatewayID(rawValue: $0)! })
    let before = Dictionary(
      uniqueKeysWithValues: table.vnis.indices.map { (table.vnis[$0], table.owner(at: $0)) })
    let changes = table.replace(by: AssignmentTable(set(1...60), strategy: RoundRobin()))
    let moved = table.vnis.indices.filter { index in
      before[table.vnis[index]].map { $0 != table.owner(at: index) } ?? false
    }
    #expect(changes.map(\.index) == moved)
    #expect(!moved.isEmpty)
  }
}

private struct EverythingToTheFirst: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices { owners[index] = 0 }
  }
}
