import Testing

@testable import WMGFramework

struct AbsenceTests {
  /// Serving alone, then stopped and continued; back after `pause`.
  private func paused(for pause: Duration = .seconds(10)) -> CoreHarness {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.isPaused = true
    harness.run(pause)
    harness.gateway.isPaused = false
    return harness
  }

  @Test func aPauseBelowADetectionTimeIsNothing() {
    let harness = paused(for: .milliseconds(1900))
    harness.run(.milliseconds(1))
    #expect(harness.phase == "active")
  }

  @Test func afterAPauseNothingIsSaidOrRepairedAndTheQueueIsDiscarded() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.isPaused = true
    harness.run(.seconds(5))
    harness.fleet.forge(200, to: 0, state: .active)
    harness.run(.seconds(5))
    let back = harness.now
    harness.gateway.isPaused = false
    let vni = VNI(rawValue: 3)!
    let epoch = harness.gateway.effectors[0].epochs[vni]!
    harness.send(
      .effectReported(
        effector: 0, reports: [EffectReport(vni: vni, epoch: epoch, content: .drift(reason: "gone"))]))
    #expect(harness.phase == "suspended")
    harness.run(.milliseconds(2900))
    #expect(harness.phase == "suspended")
    #expect(harness.commands(since: back).isEmpty)
    #expect(!harness.directives(since: back).contains(.advertise(.on)))
    #expect(harness.held == 40)
  }

  @Test func theFirstFreshAdvertisementReleasesEverythingAndRejoins() {
    let harness = paused()
    harness.run(.seconds(1))
    #expect(harness.phase == "suspended")
    let heard = harness.now
    harness.speak(200, times: 20)
    harness.run(.milliseconds(10))
    #expect(harness.phase == "listening")
    #expect(harness.held == 0)
    // 40 releases are one line, and all are counted.
    #expect(harness.logs("ownership changed", since: heard).first?["released"] == "40")
    #expect(harness.gateway.core.tally.releases == 40)
    harness.run(.seconds(3))
    #expect(harness.phase == "active")
    #expect(harness.view == [100, 200])
    #expect(harness.held > 0 && harness.held < 40)
  }

  @Test func ifNobodyIsHeardItServesOnAndAnnouncesAgain() {
    let harness = paused()
    let back = harness.now
    harness.run(.milliseconds(3010))
    #expect(harness.phase == "active")
    #expect(harness.held == 40)
    let refreshes = harness.commands(1, since: back).filter { if case .refresh = $0 { true } else { false } }
    #expect(refreshes.count == 1)
    #expect(harness.directives(since: back).contains(.advertise(.on)))
    #expect(harness.gateway.core.tally.releases == 0)
  }

  @Test func whatOthersHeldIsLeftAloneForAClaimDelay() {
    let (harness, before) = awakeWithoutItsPeer()
    harness.run(.milliseconds(3290))
    #expect(harness.phase == "active")
    #expect(harness.held == before)
    harness.run(.milliseconds(20))
    #expect(harness.held == 40)
  }

  @Test func aLateCoreIsNoPauseIfItsAdvertisementsLeft() {
    let harness = CoreHarness()
    harness.startAlone()
    let last = harness.now
    let events = (1...4).map { Event.discovery(.advertised(at: last + .seconds($0))) }
    harness.gateway.turn(events, at: last + .milliseconds(4500))
    #expect(harness.phase == "active")
    harness.gateway.turn([.discovery(.advertised(at: last + .seconds(7)))], at: last + .milliseconds(7100))
    #expect(harness.phase == "suspended")
  }

  @Test func aLapseOfTheDiscoverySuspends() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.discovery(.lapsed(at: harness.now)))
    #expect(harness.phase == "suspended")
    #expect(harness.gateway.core.tally.suspensions == 1)
  }

  // MARK: Isolation

  @Test func shortIsolationChangesNothingAndExcusesSilence() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    harness.run(.milliseconds(1700))
    let held = harness.held
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(1500))
    // A detection time after its last advertisement; but nothing could be heard.
    #expect(harness.view == [100, 200])
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(500))
    #expect(harness.phase == "active")
    #expect(harness.view == [100, 200])
    #expect(harness.held == held)
  }

  @Test func excusedSilenceIsNoSecondWord() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, state: nil)
    harness.run(.milliseconds(200))
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(700))
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(1200))
    #expect(harness.view == [100])
  }

  @Test func longIsolationKeepsWhatIsHeldAndRepairsIt() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.setConnected(false)
    harness.run(.seconds(60))
    #expect(harness.held == 40)
    #expect(harness.phase == "suspended")
    let drifted = harness.now
    let vni = VNI(rawValue: 3)!
    let epoch = harness.gateway.effectors[0].epochs[vni]!
    harness.send(
      .effectReported(
        effector: 0, reports: [EffectReport(vni: vni, epoch: epoch, content: .drift(reason: "gone"))]))
    #expect(harness.commands(0, since: drifted).count == 1)
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(3500))
    #expect(harness.phase == "active")
    #expect(harness.held == 40)
  }

  @Test func inTheFirstMomentsOfIsolationNothingMovesEither() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    harness.run(.milliseconds(10))
    let held = harness.gateway.effectors[0].active
    harness.gateway.setConnected(false)
    harness.speak(200, state: .leaving)
    harness.speak(300)
    harness.run(.milliseconds(100))
    #expect(harness.gateway.effectors[0].active == held)
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(10))
    #expect(harness.view == [100, 300])
    #expect(harness.gateway.effectors[0].active != held)
  }

  @Test func isolatedNothingNewIsTaken() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, times: 3)
    harness.run(.milliseconds(2500))
    let held = harness.held
    harness.gateway.setConnected(false)
    harness.run(.seconds(20))
    #expect(harness.held == held)
  }

  @Test func thePolicyReleaseGivesEverythingUpAndJoinsAgainWhenConnected() {
    let harness = CoreHarness { $0.whenIsolated = .release }
    harness.startAlone()
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(10))
    #expect(harness.held == 0)
    #expect(harness.phase == "awaiting-peer")
    // Heard, but not able to say so: nothing is taken.
    harness.speak(200, times: 3)
    harness.run(.seconds(30))
    #expect(harness.held == 0)
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(3500))
    #expect(harness.held == 40)
  }

  @Test func whoHearsWithoutBeingHeardReleasesAndWaits() {
    let harness = CoreHarness()
    harness.startAlone()
    let cut = harness.now
    harness.gateway.setConnected(false)
    harness.run(.seconds(5))
    harness.speak(200, times: 60)
    harness.run(.seconds(20))
    #expect(harness.phase == "listening")
    #expect(harness.held == 0)
    #expect(!harness.directives(since: cut).contains(.advertise(.on)))
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(3100))
    #expect(harness.view == [100, 200])
    #expect(harness.held > 0)
  }

  @Test func isolationWhileClaimingListensAgain() {
    let harness = CoreHarness()
    harness.run(.milliseconds(3100))
    harness.gateway.setConnected(false)
    harness.run(.seconds(5))
    #expect(harness.phase == "listening")
    #expect(harness.held == 0)
  }

  @Test func aGapOfExactlyADetectionTimeIsAPause() {
    let harness = CoreHarness()
    harness.startAlone()
    let gateway = harness.gateway
    let last = gateway.core.lastAdvertised ?? harness.now
    let nearly = last + .seconds(3) - .nanoseconds(1)
    gateway.turn([.deadlineReached], at: nearly)
    #expect(harness.phase == "active")
    // Of two advertisements as far apart as that, the second left too late.
    gateway.turn([.discovery(.advertised(at: nearly))], at: last + .seconds(3))
    #expect(harness.phase == "active")
    gateway.turn([.discovery(.advertised(at: nearly + .seconds(3)))], at: nearly + .seconds(3))
    #expect(harness.phase == "suspended")
  }

  @Test func newsOfAnOlderAdvertisementTakesNothingBack() {
    let harness = CoreHarness()
    harness.startAlone()
    let last = harness.gateway.core.lastAdvertised ?? harness.now
    harness.gateway.turn(
      [.discovery(.advertised(at: last + .seconds(1))), .discovery(.advertised(at: last - .seconds(1)))],
      at: last + .milliseconds(3500))
    #expect(harness.phase == "active")
    #expect(harness.gateway.core.lastAdvertised == last + .seconds(1))
  }

  @Test func isolationAndItsEndAreToldOnce() {
    let harness = CoreHarness()
    harness.startAlone()
    #expect(harness.logs("connected").isEmpty)
    for reason in ["no carrier", "no carrier", "no address", "no address"] {
      harness.send(.discovery(.isolated(reason: reason)))
    }
    #expect(harness.logs("isolated").map { $0["reason"] } == ["no carrier", "no address"])
    harness.send(.discovery(.connected))
    harness.send(.discovery(.connected))
    #expect(harness.logs("connected").count == 1)
    #expect(harness.gateway.core.status(at: harness.now).isolated == nil)
  }

  @Test func toBeConnectedStillExcusesNobodysSilence() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    harness.run(.seconds(2))
    harness.send(.discovery(.connected))
    harness.run(.milliseconds(1050))
    #expect(harness.view == [100])
  }

  @Test func onlyWhatWasHeldIsGivenUpAndTheEndOfItIsTold() {
    let harness = CoreHarness { $0.whenIsolated = .release }
    harness.speak(200, times: 5)
    harness.run(.milliseconds(4500))
    let held = harness.held
    #expect(held > 0 && held < 40)
    let cut = harness.now
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(100))
    #expect(harness.gateway.core.tally.releases == held)
    #expect(harness.logs("settled", since: cut).map { $0["held"] } == ["0"])
  }

  @Test func whoHeldNothingHasNothingToSettle() {
    let harness = CoreHarness(strategy: RoundRobin()) {
      $0.whenIsolated = .release
      // All odd: 200's, the second of two.
      $0.vnis = VNISet([VNI(rawValue: 1)!...VNI(rawValue: 1)!, VNI(rawValue: 3)!...VNI(rawValue: 3)!])
    }
    harness.speak(200, times: 5)
    harness.run(.milliseconds(4500))
    #expect(harness.phase == "active" && harness.held == 0)
    let cut = harness.now
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(100))
    #expect(harness.phase == "awaiting-peer")
    #expect(harness.logs("settled", since: cut).isEmpty)
  }

  @Test func whatIsHeardInTheMomentItWakesIsOfNow() {
    for (age, phase) in [(.zero, "listening"), (.nanoseconds(1), "suspended")] as [(Duration, String)] {
      let harness = CoreHarness()
      harness.startAlone()
      harness.send(.discovery(.lapsed(at: harness.now)))
      harness.fleet.forge(200, to: 0, state: .active, receivedAt: harness.now - age)
      harness.run(.zero)
      #expect(harness.phase == phase)
    }
  }

  @Test func whatOthersHeldIsLeftAloneUntilTheSocketHasBeenLookedAt() {
    let (harness, before) = awakeWithoutItsPeer()
    harness.run(.milliseconds(3100))
    #expect(harness.phase == "active")
    harness.gateway.answersDrains = false
    // The claim delay is over: 200 may have spoken meanwhile.
    harness.run(.milliseconds(500))
    #expect(harness.held == before)
    harness.send(.discovery(.drained(through: harness.now)))
    harness.run(.milliseconds(5))
    #expect(harness.held == 40)
  }

  /// One that has just woken from a pause of 10 s, in which its only peer fell silent; and what it held when it fell asleep.
  private func awakeWithoutItsPeer() -> (harness: CoreHarness, before: Int) {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    let before = harness.held
    harness.gateway.isPaused = true
    harness.run(.seconds(10))
    harness.gateway.isPaused = false
    return (harness, before)
  }
}
