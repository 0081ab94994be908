import Testing

@testable import WMGFramework

struct MembershipTests {
  @Test func whoFallsDueWhileTheSocketIsDrainedIsJudgedAtOnce() {
    let harness = CoreHarness()
    harness.startAlone()
    let first = harness.now
    harness.speak(200)
    harness.run(.milliseconds(1))
    harness.speak(300)
    harness.run(.milliseconds(2900))
    #expect(harness.view == [100, 200, 300])
    harness.gateway.answersDrains = false
    let due = first + .milliseconds(3050)
    harness.gateway.turn([.deadlineReached], at: due + .microseconds(100))
    let later = due + .microseconds(1500)
    harness.gateway.turn([.discovery(.drained(through: due + .microseconds(200)))], at: later)
    #expect(harness.view == [100, 300])
    // The other one has been due since: no event will come to tell of it.
    #expect(harness.directives(since: later).contains(.drain))
    harness.gateway.turn([.discovery(.drained(through: later))], at: later + .microseconds(100))
    #expect(harness.view == [100])
  }

  @Test func aGoJoinerIsHeldForDMinusI() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, times: 10, state: nil)
    harness.run(.milliseconds(1999))
    #expect(harness.held == 40)
    #expect(harness.view == [100])
    harness.run(.milliseconds(5))
    #expect(harness.view == [100, 200])
    #expect(harness.held < 40)
    #expect(harness.logs("release").allSatisfy { $0["to"] == "200" && $0["reason"] == "200 joined" })
  }

  @Test func aGoJoinerThatSpeaksOnceMovesNothing() {
    let harness = CoreHarness()
    harness.startAlone()
    let before = harness.gateway.core.tally.viewChanges
    harness.speak(200, times: 3, every: .milliseconds(100), state: nil)
    harness.run(.seconds(10))
    #expect(harness.gateway.core.membership.peers.isEmpty)
    #expect(harness.gateway.core.tally.viewChanges == before)
    #expect(harness.held == 40)
    #expect(harness.logs("peer forgotten: it spoke once and not again").count == 1)
  }

  @Test func anIncumbentWhoseFirstPacketWasLostIsNotTakenForAJoiner() {
    let harness = CoreHarness()
    // The discovery connects at once; packets at 1.9 s and 2.9 s are heard, that at 0.9 s was lost.
    harness.run(.milliseconds(1900))
    harness.speak(200, times: 10, state: nil)
    harness.run(.milliseconds(1500))
    #expect(harness.view == [100, 200])
    #expect(harness.held < 40)
  }

  @Test func withoutTheHoldAJoinerIsTakenAtItsWord() {
    let harness = CoreHarness { $0.holdsForJoiners = false }
    harness.startAlone()
    harness.speak(200, state: nil)
    #expect(harness.view == [100, 200])
  }

  @Test func aMultiplierOfTwoLeavesRoomForTheSecondAdvertisement() {
    let harness = CoreHarness { $0.detectionMultiplier = 2 }
    harness.startAlone()
    harness.speak(200, times: 5, every: .milliseconds(1010), state: nil)
    harness.run(.milliseconds(1100))
    #expect(harness.view == [100, 200])
  }

  @Test func incumbentsAreThoseHeardInTheFirstIntervalAndOnceMore() {
    let harness = CoreHarness()
    harness.run(.milliseconds(900))
    harness.speak(200, times: 2, state: nil)
    #expect(harness.view == [100])
    harness.run(.milliseconds(200))
    harness.speak(300, times: 2, state: nil)
    harness.run(.milliseconds(800))
    #expect(harness.view == [100, 200])
    harness.run(.milliseconds(190))
    #expect(harness.view == [100, 200])
  }

  @Test func onePacketBeforeWeServeIsNobody() {
    let harness = CoreHarness()
    harness.speak(200, times: 20)
    harness.run(.milliseconds(500))
    harness.speak(666, state: nil)
    harness.run(.milliseconds(2600))
    #expect(harness.phase == "active")
    #expect(harness.view == [100, 200])
    // Nothing has been left for it.
    let owners = Set(harness.logs("takeover").map { $0["from"] })
    #expect(owners == ["200"])
    harness.run(.seconds(10))
    #expect(harness.gateway.core.tally.viewChanges == 1)
  }

  @Test func aFloodBeforeWeServeHidesNobodyWhoCanServe() {
    let harness = CoreHarness { $0.peerLimit = 50 }
    for forged in 1000..<2000 { harness.speak(UInt64(forged), state: nil) }
    harness.speak(200, times: 20)
    harness.speak(300, times: 20)
    harness.run(.milliseconds(1500))
    for forged in 2000..<3000 { harness.speak(UInt64(forged), state: nil) }
    harness.run(.milliseconds(1600))
    #expect(harness.phase == "active")
    #expect(harness.view == [100, 200, 300])
    #expect(harness.gateway.core.membership.peers.count <= 50)
  }

  @Test func aFullTableOfThoseThatServeStaysAsItIs() {
    let harness = CoreHarness { $0.peerLimit = 3 }
    harness.startAlone()
    for uid in [200, 300, 400, 500] { harness.speak(UInt64(uid), times: 3) }
    harness.run(.milliseconds(100))
    #expect(harness.view == [100, 200, 300, 400])
    #expect(harness.gateway.core.membership.refusals > 0)
  }

  @Test func expiryIsExactlyDPlusGraceAfterAskingForADrain() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    let heard = harness.now
    harness.run(.milliseconds(3049))
    #expect(harness.view == [100, 200])
    harness.gateway.answersDrains = false
    harness.run(.milliseconds(1))
    #expect(harness.directives(since: heard + .milliseconds(3050)).contains(.drain))
    #expect(harness.view == [100, 200])
    harness.send(.discovery(.drained(through: harness.now)))
    #expect(harness.view == [100])
    #expect(harness.held < 40)
    harness.run(.milliseconds(5))
    #expect(harness.held == 40)
  }

  @Test func aPacketReceivedInTimeButReadLateCounts() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    let heard = harness.now
    harness.gateway.answersDrains = false
    harness.run(.milliseconds(3060))
    harness.fleet.forge(200, to: 0, state: .active, receivedAt: heard + .seconds(3))
    harness.send(.discovery(.drained(through: harness.now)))
    #expect(harness.view == [100, 200])
    #expect(harness.logs("peer expired").isEmpty)
  }

  @Test func leavingAndListeningPeersServeNothing() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, state: .listening)
    #expect(harness.view == [100])
    harness.speak(200, state: .active)
    #expect(harness.view == [100, 200])
    harness.speak(200, state: .leaving)
    #expect(harness.view == [100])
    harness.speak(200, state: .active)
    harness.speak(200, state: .listening)
    #expect(harness.view == [100])
    #expect(harness.logs("peer left").count == 2)
  }

  @Test func aJoinerThatSaysItIsReadyIsHeldNoLonger() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, state: nil)
    #expect(harness.view == [100])
    harness.speak(200, state: .active)
    #expect(harness.view == [100, 200])
  }

  @Test func aFullTableKeepsThoseItKnows() {
    let harness = CoreHarness { $0.peerLimit = 4 }
    harness.startAlone()
    harness.speak(200, times: 100)
    for uid in 1000..<2000 { harness.fleet.forge(UInt64(uid), to: 0, state: .active) }
    harness.run(.milliseconds(10))
    #expect(harness.gateway.core.membership.peers.count == 4)
    #expect(harness.gateway.core.membership.refusals == 997)
    #expect(harness.view.contains(200))
    harness.run(.milliseconds(3060))
    #expect(harness.view == [100, 200])
  }

  @Test func aFloodOfForgedUIDsIsOverAfterDPlusT() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, times: 100)
    harness.run(.milliseconds(10))
    let before = harness.gateway.effectors[0].active
    var uid: UInt64 = 10_000
    for burst in 0..<50 {
      harness.fleet.at(.milliseconds(100 * burst)) { fleet in
        for index in 0..<200 {
          uid += 1
          fleet.forge(uid, to: 0, state: index % 2 == 0 ? .active : nil)
        }
      }
    }
    harness.run(.seconds(5))
    #expect(harness.gateway.core.membership.peers.count <= 1024)
    #expect(harness.view.contains(200))
    harness.run(.milliseconds(3060))
    #expect(harness.view == [100, 200])
    #expect(harness.gateway.effectors[0].active == before)
    #expect(harness.gateway.core.viewReasons.count <= 8)
    let aboutPeers = harness.logs().filter { $0.message.hasPrefix("peer") }
    #expect(aboutPeers.count <= 60)
    harness.run(.seconds(20))
    #expect(!harness.logs("more changes among peers than lines for them").isEmpty)
  }

  @Test func changesComeInTheOrderOfUIDs() {
    let harness = CoreHarness()
    harness.startAlone()
    for uid in [900, 300, 500, 700, 200] as [UInt64] { harness.fleet.forge(uid, to: 0, state: .active) }
    harness.run(.milliseconds(3060))
    #expect(harness.logs("peer expired").map { $0["uid"]! } == ["200", "300", "500", "700", "900"])
  }

  @Test func heldVNIsAreAnnouncedAgainWhenACompetitorComesOrGoes() {
    let harness = CoreHarness()
    harness.startAlone()
    let start = harness.now
    func refreshes() -> Int {
      harness.commands(1, since: start).filter { if case .refresh = $0 { true } else { false } }.count
    }
    #expect(refreshes() == 0)
    harness.speak(200)
    #expect(refreshes() == 1)
    harness.run(.milliseconds(3060))
    #expect(refreshes() == 2)
  }
}
