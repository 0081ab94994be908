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
    harness.run(.milliseconds(5100))
    #expect(harness.phase == "active")
    #expect(harness.held == 40)
  }

  @Test func whatWaitsInTheSocketIsLookedAtBeforeServingToo() {
    let harness = CoreHarness()
    harness.run(.milliseconds(3100))
    harness.gateway.answersDrains = false
    harness.run(.seconds(1))
    #expect(harness.phase == "claiming")
    harness.send(.discovery(.drained(through: harness.now)))
    #expect(harness.phase == "active")
    harness.send(.discovery(.lapsed(at: harness.now)))
    harness.run(.seconds(4))
    #expect(harness.phase == "suspended")
    harness.send(.discovery(.drained(through: harness.now)))
    #expect(harness.phase == "active")
  }

  @Test func aDrainIsAskedForOnceInAnInterval() {
    let harness = CoreHarness()
    harness.gateway.answersDrains = false
    harness.run(.milliseconds(3000))
    for time in 1...20 { harness.gateway.turn([.deadlineReached], at: harness.now + .milliseconds(time)) }
    #expect(harness.directives().filter { $0 == .drain }.count == 1)
  }

  @Test func whoIsHeardAgainIsNotAskedFor() {
    let harness = CoreHarness()
    harness.startAlone()
    let start = harness.now
    harness.speak(200, times: 10)
    harness.run(.seconds(9))
    #expect(!harness.directives(since: start).contains(.drain))
  }

  @Test func anIncumbentIsHeardWithinAnIntervalAndTheGrace() throws {
    let harness = CoreHarness()
    var core = harness.gateway.core
    core.phase = .listening(since: harness.now)
    let last = harness.now + .milliseconds(1050)
    for (time, isIncumbent) in [(last, true), (last + .nanoseconds(1), false)] {
      let heard = HeardAdvertisement(
        Advertisement(gateway: try #require(GatewayID(rawValue: 200))), from: IPv4Address(rawValue: 1),
        ownAddress: nil, receivedAt: time)
      #expect(core.isPresumedIncumbent(heard) == isIncumbent)
    }
  }

  @Test func eachPhaseIsWokenWhenItEnds() {
    let harness = CoreHarness()
    let now = harness.now
    var core = harness.gateway.core
    core.phase = .suspended(since: now)
    #expect(core.phaseDeadline(after: now) == now + .seconds(3))
    core.phase = .leaving(until: now + .seconds(4))
    // First what is handed over, then the end.
    #expect(core.phaseDeadline(after: now) == now + .milliseconds(3700))
    core.hasHandedOver = true
    #expect(core.phaseDeadline(after: now) == now + .seconds(4))
    core.phase = .standingBy(since: now, exitCode: 0)
    #expect(core.phaseDeadline(after: now) == now + .seconds(1))
    #expect(core.phaseDeadline(after: now + .seconds(1)) == now + .seconds(10))
    #expect(core.phaseDeadline(after: now + .seconds(10)) == now + .seconds(30))
    #expect(core.phaseDeadline(after: now + .seconds(30)) == nil)
  }

  @Test func anAnswerAsOldAsADetectionTimeIsNone() {
    let harness = CoreHarness()
    let answered = harness.now
    for (age, isBelieved) in [
      (.seconds(3) - .nanoseconds(1), true), (.seconds(3), false),
    ] as [(Duration, Bool)] {
      var core = harness.gateway.core
      core.drainedThrough = answered
      let isDrained = core.hasDrained(through: answered, at: answered + age)
      #expect(isDrained == isBelieved)
    }
  }

  @Test func thatStandbyIsAwaitedIsToldEveryFiveSeconds() {
    let harness = CoreHarness()
    var core = harness.gateway.core
    var told: [Int] = []
    for time in [.zero, .seconds(5) - .nanoseconds(1), .seconds(5)] as [Duration] {
      core.complainOfStandby(at: harness.now + time)
      told.append(core.directives.count)
    }
    #expect(told == [1, 1, 2])
  }

  @Test func itWakesWhenItsSilenceBecomesAPause() throws {
    let harness = CoreHarness()
    harness.startAlone()
    let last = try #require(harness.gateway.core.lastAdvertised)
    // An interval later would be half a second too late.
    harness.gateway.turn([.deadlineReached], at: last + .milliseconds(2500))
    #expect(harness.directives().last == .wakeAt(last + .seconds(3)))
  }
}
