import Testing

@testable import WMGFramework

struct StoppingTests {
  @Test func aLastBurstThenSilenceThenServiceUntilDPlusMargin() {
    let harness = CoreHarness()
    harness.startAlone()
    let stop = harness.now
    harness.send(.stopRequested)
    #expect(harness.directives(since: stop).contains(.advertise(.farewell)))
    #expect(harness.phase == "leaving")
    let announcement = harness.logs(since: stop).first { $0.message.hasPrefix("stopping") }
    #expect(announcement?["for"] == "3.3s")
    // The margin counts from the last packet of the burst, 100 ms on.
    harness.run(.milliseconds(3399))
    #expect(harness.held == 40)
    harness.run(.milliseconds(10))
    #expect(harness.held == 0)
    #expect(harness.gateway.exitCode == 0)
    #expect(harness.gateway.core.lastAdvertised == stop + .milliseconds(100))
  }

  @Test func aFarewellThatIsReportedLateStillCounts() {
    let harness = CoreHarness()
    harness.startAlone()
    let stop = harness.now
    harness.gateway.turn([.stopRequested], at: stop)
    harness.gateway.turn(
      [.discovery(.advertised(at: stop + .milliseconds(250)))], at: stop + .milliseconds(3300))
    #expect(harness.phase == "leaving")
  }

  @Test func isolatedItServesForADetectionTimeAndTheMarginFromItsLastAdvertisement() throws {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(1500))
    let last = try #require(harness.gateway.core.lastAdvertised)
    let stop = harness.now
    #expect(stop - last >= .seconds(1))
    harness.send(.stopRequested)
    #expect(harness.directives(since: stop).contains(.advertise(.off)))
    #expect(!harness.directives(since: stop).contains(.advertise(.farewell)))
    harness.run(last + .milliseconds(3299) - stop)
    #expect(harness.held == 40)
    harness.run(.milliseconds(5))
    #expect(harness.held == 0)
    #expect(harness.gateway.exitCode == 0)
  }

  @Test func whoStopsWithEverythingStandbySaysNothingOfWhatIsNot() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested, .stopRequested)
    harness.run(.milliseconds(10))
    #expect(harness.logs("not confirmed standby").isEmpty)
    #expect(harness.logs("VNIs may still be active").isEmpty)
    #expect(harness.logs("stopped").map { $0["releases"] } == ["40"])
  }

  @Test func aSecondSignalStopsAtOnce() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested)
    harness.run(.milliseconds(500))
    harness.send(.stopRequested)
    harness.run(.milliseconds(5))
    #expect(harness.held == 0)
    #expect(harness.gateway.exitCode == 0)
  }

  @Test func whoLeavesTakesWhatFallsToItAnnouncesNothingAndLetsJoinersHave() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    harness.run(.milliseconds(1000))
    #expect(harness.held < 40)
    let stop = harness.now
    harness.send(.stopRequested)
    harness.run(.milliseconds(2100))
    // 200 has expired by now, and the others still take us for alive: nobody else would serve its VNIs.
    #expect(harness.view == [100])
    #expect(harness.held == 40)
    #expect(!harness.commands(since: stop).contains { if case .refresh = $0 { true } else { false } })
    harness.speak(300)
    harness.run(.milliseconds(10))
    #expect(harness.held < 40)
  }

  @Test func onceItsPeersHaveGivenItUpALeaverTakesNothing() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    harness.run(.milliseconds(1000))
    harness.send(.stopRequested)
    harness.run(.milliseconds(200))
    let held = harness.held
    harness.speak(200)
    harness.run(.milliseconds(3100))
    #expect(harness.view == [100])
    #expect(harness.phase == "leaving")
    #expect(harness.held == held)
  }

  @Test func aPauseWhileLeavingEndsInStandby() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested)
    harness.gateway.isPaused = true
    harness.run(.seconds(20))
    harness.gateway.isPaused = false
    harness.run(.milliseconds(10))
    #expect(harness.held == 0)
    #expect(harness.gateway.exitCode == 0)
  }

  @Test func stoppedWhileSuspendedIsStandbyAtOnce() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.discovery(.lapsed(at: harness.now)))
    harness.send(.stopRequested)
    harness.run(.milliseconds(10))
    #expect(harness.held == 0)
    #expect(harness.gateway.exitCode == 0)
  }

  @Test func effectorsThatNeverAnswerEndInAnError() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].behaviour = .silent
    let stop = harness.now
    harness.send(.stopRequested, .stopRequested)
    harness.run(.seconds(29))
    #expect(harness.gateway.exitCode == nil)
    harness.run(.seconds(3))
    #expect(harness.gateway.exitCode == GatewayCore.systemError)
    #expect(harness.time { $0 == .exit(code: 71) } == stop + .seconds(30))
  }

  @Test func aServedVNIThatCannotBeReleasedIsTriedForLongAndEndsInFailure() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].exceptions[VNI(rawValue: 5)!] = .fails(reason: "the kernel refuses")
    harness.send(.stopRequested)
    harness.send(.stopRequested)
    let stop = harness.now
    harness.run(.seconds(9))
    #expect(harness.gateway.exitCode == nil)
    #expect(harness.commands(0, since: stop).count > 50)
    harness.run(.seconds(2))
    #expect(harness.gateway.exitCode == 71)
    #expect(harness.time { $0 == .exit(code: 71) } == stop + .seconds(10))
    #expect(harness.logs("VNIs may still be active").count == 1)
  }

  @Test func whatHasFailedIsTriedAgainForASecond() {
    let harness = CoreHarness()
    harness.gateway.effectors[0].replies = []
    harness.gateway.effectors[0].exceptions[VNI(rawValue: 5)!] = .fails(reason: "no interface")
    let vnis = (1...40).compactMap { VNI(rawValue: UInt32($0)) }
    harness.send(
      .effectReported(
        effector: 0,
        reports: vnis.map {
          EffectReport(
            vni: $0, epoch: 1,
            content: .outcome($0.rawValue == 5 ? .failed(reason: "no interface") : .standby))
        }))
    harness.run(.milliseconds(500))
    let stop = harness.now
    harness.send(.stopRequested)
    let told = harness.commands(0, since: stop)
    #expect(told.count == 2 && told.first == .prepareToStop)
    harness.run(.milliseconds(1200))
    #expect(harness.gateway.exitCode == 0)
    #expect(harness.time { $0 == .exit(code: 0) } == stop + .seconds(1))
    #expect(harness.commands(0, since: stop).count > 5)
    #expect(harness.logs("not confirmed standby").count == 1)
  }

  /// One that was to be taken over and never could be, as one whose interface is missing from the start.
  @Test func whatCouldNeverBeTakenOverDoesNotHoldUpAStop() {
    let harness = CoreHarness()
    harness.gateway.effectors[0].exceptions[VNI(rawValue: 5)!] = .fails(reason: "vrrp4-5 is missing")
    harness.startAlone()
    #expect(harness.held == 39)
    let stop = harness.now
    harness.send(.stopRequested)
    harness.send(.stopRequested)
    harness.run(.milliseconds(1500))
    #expect(harness.gateway.exitCode == 0)
    #expect(harness.logs("not confirmed standby").count == 1)
    #expect(harness.logs("VNIs may still be active").isEmpty)
    let takeovers = harness.commands(0, since: stop).filter { if case .takeOver = $0 { true } else { false } }
    #expect(takeovers.isEmpty)
  }

  @Test func aFailedPluginStopsTheOthersAndNamesItsExitCode() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[1].behaviour = .silent
    harness.send(.pluginFailed(effector: 1, reason: "garp: socket gone", exitCode: 71))
    harness.run(.milliseconds(10))
    #expect(harness.held == 0)
    #expect(harness.gateway.exitCode == 71)
    #expect(harness.logs("garp: socket gone").map { "\($0.level)" } == ["critical"])
  }

  @Test func aPluginThatFailsWhileStoppingChangesTheExitCode() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].behaviour = .silent
    harness.send(.stopRequested, .stopRequested)
    harness.run(.milliseconds(10))
    harness.send(.pluginFailed(effector: 0, reason: "macvlan: socket gone", exitCode: 71))
    harness.run(.milliseconds(10))
    #expect(harness.gateway.exitCode == 71)
  }

  @Test func afterTheExitNothingMoreIsOrdered() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.send(.stopRequested, .stopRequested)
    harness.run(.milliseconds(10))
    #expect(harness.directives().suffix(2).first == .exit(code: 0))
    let late = harness.gateway.core.process(
      [
        .effectReported(
          effector: 0,
          reports: [EffectReport(vni: VNI(rawValue: 1)!, epoch: 99, content: .drift(reason: "x"))]),
        .stopRequested,
      ], at: harness.now + .seconds(100))
    #expect(late.allSatisfy { if case .wakeAt = $0 { true } else { false } })
  }

  @Test func aFarewellThatIsNeverReportedCountsFromTheStop() {
    let harness = CoreHarness()
    harness.startAlone()
    let stop = harness.now
    func handovers() -> Int {
      harness.commands(0).filter { if case .handOver = $0 { true } else { false } }.count
    }
    harness.gateway.turn([.stopRequested], at: stop)
    // The last advertisement that is known of left before the stop: its detection time is over sooner.
    harness.gateway.turn([.deadlineReached], at: stop + .seconds(3) - .nanoseconds(1))
    #expect(handovers() == 0)
    harness.gateway.turn([.deadlineReached], at: stop + .seconds(3))
    #expect(handovers() == 1)
    harness.gateway.turn([.deadlineReached], at: stop + .milliseconds(3300) - .nanoseconds(1))
    #expect(harness.phase == "leaving")
    harness.gateway.turn([.deadlineReached], at: stop + .milliseconds(3300))
    #expect(harness.phase == "standing-by")
  }
}
