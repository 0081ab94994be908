import Testing

@testable import WMGFramework

struct HandoverTests {
  private func fleet(_ uids: [UInt64], overlap: Duration) -> VirtualFleet {
    let fleet = VirtualFleet()
    for uid in uids { join(uid, fleet, overlap: overlap) }
    return fleet
  }

  @discardableResult
  private func join(_ uid: UInt64, _ fleet: VirtualFleet, overlap: Duration) -> VirtualGateway {
    var configuration = CoreHarness.configuration(uid: uid, vnis: 1...60)
    configuration.handoverOverlap = overlap
    return fleet.add(VirtualGateway(configuration, at: fleet.now))
  }

  @Test func theNewOwnerIsUpBeforeTheOldOneLetsGo() {
    let fleet = fleet([1, 2], overlap: .milliseconds(200))
    fleet.run(for: .seconds(5))
    fleet.resetFigures()
    join(3, fleet, overlap: .milliseconds(200))
    fleet.run(for: .seconds(6))
    #expect(!fleet.gateways[2].held.isEmpty)
    #expect(fleet.longestWithoutOwner == .zero)
    #expect(fleet.longestWithTwo >= .milliseconds(195))
    #expect(fleet.longestWithTwo <= .milliseconds(205))
    #expect((1...60).allSatisfy { fleet.owners(of: VNI(rawValue: $0)!).count == 1 })
  }

  @Test func gatewaysThatStartTogetherDoNotOverlap() {
    let fleet = fleet([1], overlap: .milliseconds(200))
    fleet.run(for: .milliseconds(40))
    join(2, fleet, overlap: .milliseconds(200))
    fleet.run(for: .milliseconds(40))
    join(3, fleet, overlap: .milliseconds(200))
    fleet.run(for: .seconds(6))
    #expect(fleet.longestWithTwo <= .milliseconds(5))
    #expect((1...60).allSatisfy { fleet.owners(of: VNI(rawValue: $0)!).count == 1 })
  }

  @Test func anOrderlyStopOverlapsAtLeastAsLong() {
    let fleet = fleet([1, 2, 3], overlap: .milliseconds(800))
    fleet.run(for: .seconds(5))
    fleet.resetFigures()
    fleet.gateways[1].inbox.append(.stopRequested)
    fleet.run(for: .seconds(10))
    #expect(fleet.longestWithoutOwner == .zero)
    #expect(fleet.longestWithTwo >= .milliseconds(800))
    #expect(fleet.longestWithTwo <= .milliseconds(950))
  }

  @Test func whatIsHeldForItsNewOwnerIsNotAnnouncedAgain() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    let start = harness.now
    harness.speak(101)
    harness.run(.milliseconds(100))
    #expect(harness.held == 40)
    let refreshed: [VNI] = harness.commands(0, since: start).flatMap { command -> [VNI] in
      if case .refresh(let vnis) = command { vnis } else { [] }
    }
    harness.run(.milliseconds(150))
    let kept = harness.gateway.effectors[0].active
    #expect(!kept.isEmpty && kept.count < 40)
    #expect(Set(refreshed) == kept)
    harness.send(.refreshRequested((1...40).map { VNI(rawValue: $0)! }))
    #expect(harness.commands(0).last == .refresh(kept.sorted()))
  }

  @Test func whatComesBackDuringTheOverlapIsKept() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    let start = harness.now
    harness.speak(101)
    harness.run(.milliseconds(100))
    harness.speak(101, state: .leaving)
    harness.run(.seconds(1))
    #expect(harness.held == 40)
    #expect(!harness.commands(since: start).contains { if case .release = $0 { true } else { false } })
  }

  @Test func theChainClaimsNoLongerWhatIsHandedOverTheLastEffectorFirst() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    let start = harness.now
    harness.speak(101)
    harness.run(.milliseconds(100))
    let handedOver = harness.directives(since: start).compactMap { directive -> (Int, [VNI])? in
      if case .command(let effector, .handOver(let vnis)) = directive { (effector, vnis) } else { nil }
    }
    #expect(handedOver.map(\.0) == [1, 0])
    harness.run(.milliseconds(150))
    #expect(handedOver.first?.1.count == 40 - harness.held)
    harness.speak(102)
    harness.run(.milliseconds(50))
    let back = harness.now
    harness.speak(102, state: .leaving)
    harness.run(.milliseconds(50))
    // What was told to be claimed no longer is taken over once more.
    #expect(harness.commands(0, since: back).contains { if case .keep = $0 { true } else { false } })
    #expect(harness.commands(1, since: back).contains { if case .keep = $0 { true } else { false } })
  }

  @Test func whatComesBackDuringItsReleaseIsClaimedAgain() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    // The last of the chain is slow to let go, as FRR is.
    harness.gateway.effectors[1].behaviour = .confirms(after: .milliseconds(300))
    harness.speak(101)
    harness.run(.milliseconds(250))
    let back = harness.now
    harness.speak(101, state: .leaving)
    harness.run(.seconds(2))
    #expect(harness.held == 40)
    // The first of the chain was told of the handover and of no release: it has to be told that the VNIs stay.
    #expect(harness.commands(0, since: back).contains { if case .keep = $0 { true } else { false } })
  }

  @Test func aPauseDuringAHandoverGivesNothingUpToNobody() {
    let harness = CoreHarness { $0.handoverOverlap = .seconds(1) }
    harness.run(.milliseconds(4500))
    harness.speak(101)
    harness.run(.milliseconds(100))
    harness.gateway.isPaused = true
    harness.run(.seconds(10))
    harness.gateway.isPaused = false
    let back = harness.now
    harness.run(.seconds(5))
    #expect(harness.held == 40)
    #expect(!harness.commands(since: back).contains { if case .release = $0 { true } else { false } })
  }

  @Test func aGatewayThatStopsClaimsNothingFromTheMomentThePeersTakeOver() {
    let harness = CoreHarness()
    harness.speak(101, times: 20)
    harness.run(.seconds(6))
    let stop = harness.now
    harness.send(.stopRequested)
    harness.run(.seconds(10))
    let times = harness.gateway.record.filter { record in
      if case .command(_, .handOver) = record.directive { record.at >= stop } else { false }
    }.map { $0.at - stop }
    // The burst's last packet leaves 100 ms after the first.
    #expect(times == [.milliseconds(3100), .milliseconds(3100)])
  }

  @Test func aReleaseSaysWhoHasTheVNINow() {
    let harness = CoreHarness()
    harness.run(.milliseconds(4500))
    harness.speak(101)
    harness.run(.milliseconds(100))
    let owners = harness.commands(1).compactMap { command -> [GatewayID?]? in
      if case .release(_, let owners, _) = command { owners } else { nil }
    }
    #expect(!owners.isEmpty)
    #expect(owners.joined().allSatisfy { $0?.rawValue == 101 })
  }

  @Test func effectorsHearOfTheStopBeforeTheLastRelease() {
    let harness = CoreHarness()
    harness.run(.milliseconds(4500))
    harness.send(.stopRequested, .stopRequested)
    harness.run(.seconds(1))
    for effector in 0...1 {
      let commands = harness.commands(effector)
      let prepared = commands.firstIndex(of: .prepareToStop)
      let released = commands.firstIndex { if case .release = $0 { true } else { false } }
      #expect(prepared.map { $0 < released ?? 0 } == true)
    }
  }

  @Test func whatIsHeldFallsDueInTheOrderOfTheTimes() {
    var handovers = Handovers()
    let now = MonotonicInstant(nanoseconds: 0)
    handovers.hold([], until: now)
    #expect(handovers.nextDue == nil)
    for second in 1...4 { handovers.hold([second], until: now + .seconds(second)) }
    for second in 1...4 {
      #expect(handovers.nextDue == now + .seconds(second))
      #expect(handovers.takeDue(at: now + .seconds(second)) == [second])
    }
  }

  @Test func aHandoverIsSettledWhenItsTimeHasCome() {
    let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
    harness.run(.milliseconds(4500))
    let start = harness.now
    harness.speak(101)
    harness.run(.milliseconds(150))
    #expect(harness.logs("settled", since: start).isEmpty)
    harness.run(.seconds(2))
    #expect(harness.logs("settled", since: start).count == 1)
  }

  @Test func anOrderlyReleaseOfWhatIsOursNamesNobodyElse() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested, .stopRequested)
    harness.run(.milliseconds(10))
    let owners = harness.commands(0).compactMap { command -> [GatewayID?]? in
      if case .release(_, let owners, _) = command { owners } else { nil }
    }
    #expect(!owners.isEmpty && owners.joined().allSatisfy { $0 == nil })
  }

  @Test func aGatewayIsEstablishedAClaimDelayAfterItBeganToServe() throws {
    for (age, isHeld) in [
      (.milliseconds(300) - .nanoseconds(1), false), (.milliseconds(300), true),
    ] as [(Duration, Bool)] {
      let harness = CoreHarness { $0.handoverOverlap = .milliseconds(200) }
      harness.startAlone()
      let since = try #require(harness.gateway.core.servesSince)
      harness.run(since + age - harness.now)
      let joined = harness.now
      harness.speak(101)
      let commands = harness.commands(since: joined)
      #expect(commands.contains { if case .handOver = $0 { true } else { false } } == isHeld)
      #expect(commands.contains { if case .release = $0 { true } else { false } } != isHeld)
    }
  }

  @Test func aGatewayThatStopsHandsOverOnceHoweverOftenItTurns() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested)
    // Between the moment when the peers take over and the end.
    harness.run(.milliseconds(3200))
    harness.send(.deadlineReached)
    #expect(harness.phase == "leaving")
    for effector in 0...1 {
      let handovers = harness.commands(effector).filter { if case .handOver = $0 { true } else { false } }
      #expect(handovers.count == 1)
    }
  }
}
