import Testing

@testable import WMGFramework

struct StartTests {
  @Test func listensSilentlyForADetectionTimeThenClaims() {
    let harness = CoreHarness()
    harness.run(.milliseconds(2999))
    #expect(harness.phase == "listening")
    #expect(!harness.directives().contains(.advertise(.on)))
    harness.run(.milliseconds(1))
    #expect(harness.phase == "claiming")
    #expect(harness.directives().contains(.advertise(.on)))
    harness.run(.milliseconds(299))
    #expect(harness.held == 0)
    harness.run(.milliseconds(3))
    #expect(harness.phase == "active")
    #expect(harness.held == 40)
  }

  @Test func advertisesOnlyOnceStandbyIsConfirmed() {
    let harness = CoreHarness()
    harness.gateway.effectors[1].replies.removeAll { $0.vni.rawValue == 7 }
    harness.run(.seconds(9))
    #expect(!harness.directives().contains(.advertise(.on)))
    #expect(harness.logs("waiting for effectors to make everything standby before advertising").count == 2)
    let epoch = harness.gateway.effectors[1].epochs[VNI(rawValue: 7)!]!
    harness.send(
      .effectReported(
        effector: 1,
        reports: [EffectReport(vni: VNI(rawValue: 7)!, epoch: epoch, content: .outcome(.standby))]))
    #expect(harness.directives().contains(.advertise(.on)))
  }

  @Test func advertisesAndTakesOverInTheSameTurnWhenPeersWereHeard() throws {
    let harness = CoreHarness()
    harness.speak(200, times: 20, state: nil)
    harness.run(.milliseconds(3010))
    let on = try #require(harness.time { $0 == .advertise(.on) })
    let takeover = try #require(
      harness.time {
        if case .command(0, .takeOver) = $0 { true } else { false }
      })
    #expect(on == takeover)
    #expect(harness.held > 0 && harness.held < 40)
    #expect(harness.logs("takeover").allSatisfy { $0["from"] == "200" && $0["to"] == "100" })
  }

  @Test func isolatedAtStartWaits() {
    let harness = CoreHarness(isConnected: false)
    harness.run(.seconds(60))
    #expect(harness.phase == "listening")
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(2990))
    #expect(harness.phase == "listening")
    harness.run(.milliseconds(400))
    #expect(harness.held == 40)
  }

  @Test func aClaimLooksAtWhatWaitsInTheSocket() {
    let harness = CoreHarness()
    harness.gateway.answersDrains = false
    harness.run(.seconds(8))
    #expect(harness.phase == "listening")
    // Asked for again, at most once an interval.
    #expect((5...7).contains(harness.directives().filter { $0 == .drain }.count))
  }

  @Test func aPauseWhileListeningIsNoFreshAnswer() {
    let harness = CoreHarness()
    harness.gateway.answersDrains = false
    harness.run(.milliseconds(3500))
    // An answer that was given, but not read before a pause of ten seconds.
    let answered = harness.now
    harness.gateway.isPaused = true
    harness.run(.seconds(10))
    harness.gateway.isPaused = false
    harness.send(.discovery(.drained(through: answered)))
    #expect(harness.phase == "listening")
  }

  @Test func stopWhileListeningOrClaimingExitsAtOnce() {
    let listening = CoreHarness()
    listening.run(.seconds(1))
    listening.send(.stopRequested)
    #expect(listening.gateway.exitCode == 0)
    let claiming = CoreHarness()
    claiming.run(.milliseconds(3100))
    #expect(claiming.phase == "claiming")
    claiming.send(.stopRequested)
    #expect(claiming.gateway.exitCode == 0)
    #expect(
      claiming.directives().last { if case .advertise = $0 { true } else { false } } == .advertise(.off))
  }

  @Test func aPauseWhileClaimingListensAgain() {
    let harness = CoreHarness { $0.claimDelay = .seconds(2) }
    harness.run(.milliseconds(3500))
    #expect(harness.phase == "claiming")
    harness.gateway.isPaused = true
    harness.run(.seconds(5))
    harness.gateway.isPaused = false
    harness.run(.zero)
    #expect(harness.phase == "listening")
    #expect(harness.held == 0)
  }
}
