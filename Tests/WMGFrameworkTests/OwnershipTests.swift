import Testing

@testable import WMGFramework

struct OwnershipTests {
  private let start = MonotonicInstant(nanoseconds: 1_000_000_000)
  private let vnis = (1...3).map { VNI(rawValue: $0)! }

  /// Prepared and settled; nothing is wanted.
  private func prepared(_ effectorCount: Int = 3) -> Ownership {
    var ownership = Ownership(vnis: vnis, effectorCount: effectorCount, releasePatience: .milliseconds(500))
    _ = ownership.prepareAll()
    for effector in 0..<effectorCount { answer(&ownership, effector, .outcome(.standby)) }
    _ = ownership.flush(at: start)
    return ownership
  }

  @discardableResult
  private func answer(
    _ ownership: inout Ownership, _ effector: Int, _ content: EffectReport.Content, vni index: Int? = nil,
    epoch: UInt32? = nil, at now: MonotonicInstant? = nil
  ) -> [Ownership.Note] {
    (index.map { [$0] } ?? Array(vnis.indices)).compactMap { index in
      let slot = ownership.slots[index * ownership.effectorCount + effector]
      return ownership.take(
        EffectReport(vni: vnis[index], epoch: epoch ?? slot.epoch, content: content), from: effector,
        at: now ?? start)
    }
  }

  private func commands(_ directives: [Directive]) -> [String] {
    directives.compactMap {
      switch $0 {
      case .command(let effector, .takeOver(let vnis, _)): "\(effector)+" + vnis.map { "\($0)" }.joined()
      case .command(let effector, .release(let vnis, _, _)): "\(effector)-" + vnis.map { "\($0)" }.joined()
      default: nil
      }
    }
  }

  private func wantAll(_ ownership: inout Ownership, _ isWanted: Bool) {
    for index in vnis.indices { ownership.want(isWanted, at: index) }
  }

  private func active() -> Ownership {
    var ownership = prepared()
    wantAll(&ownership, true)
    for effector in 0..<3 {
      _ = ownership.flush(at: start)
      answer(&ownership, effector, .outcome(.active))
    }
    return ownership
  }

  @Test func takeoversGoDownTheChainAndReleasesUp() {
    var ownership = prepared()
    wantAll(&ownership, true)
    #expect(commands(ownership.flush(at: start)) == ["0+123"])
    answer(&ownership, 0, .outcome(.active), vni: 1)
    #expect(commands(ownership.flush(at: start)) == ["1+2"])
    answer(&ownership, 1, .outcome(.active), vni: 1)
    answer(&ownership, 0, .outcome(.active), vni: 0)
    #expect(commands(ownership.flush(at: start)) == ["1+1", "2+2"])
    #expect(answer(&ownership, 2, .outcome(.active), vni: 1) == [.confirmed(active: true)])
    ownership.want(false, at: 1)
    #expect(commands(ownership.flush(at: start)) == ["2-2"])
    answer(&ownership, 2, .outcome(.standby), vni: 1)
    #expect(commands(ownership.flush(at: start)) == ["1-2"])
    answer(&ownership, 1, .outcome(.standby), vni: 1)
    #expect(commands(ownership.flush(at: start)) == ["0-2"])
    #expect(answer(&ownership, 0, .outcome(.standby), vni: 1) == [.confirmed(active: false)])
    #expect(ownership.flush(at: start).isEmpty)
  }

  @Test func aReleaseDoesNotWaitForADeafEffector() {
    var ownership = active()
    wantAll(&ownership, false)
    #expect(commands(ownership.flush(at: start)) == ["2-123"])
    #expect(ownership.nextDeadline == start + .milliseconds(500))
    #expect(ownership.flush(at: start + .milliseconds(499)).isEmpty)
    #expect(commands(ownership.flush(at: start + .milliseconds(500))) == ["1-123"])
    #expect(ownership.awaited == 6)
  }

  @Test func aReleaseGoesOnPastAFailure() {
    var ownership = active()
    wantAll(&ownership, false)
    _ = ownership.flush(at: start)
    answer(&ownership, 2, .outcome(.failed(reason: "no")))
    #expect(commands(ownership.flush(at: start)) == ["1-123"])
  }

  @Test func aFailedReleaseIsReleasedAgainAndAStandbyKeptOutOfTheWay() {
    var ownership = active()
    wantAll(&ownership, false)
    _ = ownership.flush(at: start)
    wantAll(&ownership, true)
    #expect(commands(ownership.flush(at: start)) == ["2+123"])
  }

  @Test func failuresAreTriedAgainWithBackoffAndOneStopsNoOther() {
    var ownership = prepared()
    wantAll(&ownership, true)
    _ = ownership.flush(at: start)
    #expect(
      answer(&ownership, 0, .outcome(.failed(reason: "no vrrp4-2")), vni: 1) == [
        .degraded(reason: "no vrrp4-2")
      ])
    answer(&ownership, 0, .outcome(.active), vni: 0)
    answer(&ownership, 0, .outcome(.active), vni: 2)
    #expect(commands(ownership.flush(at: start)) == ["1+13"])
    #expect(ownership.degradation(at: 1) == "no vrrp4-2")
    #expect(ownership.degradedCount == 1)
    var now = start
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(ownership.nextDeadline == now + .seconds(seconds))
      #expect(commands(ownership.flush(at: now + .seconds(seconds) - .milliseconds(1))).isEmpty)
      now = now + .seconds(seconds)
      #expect(commands(ownership.flush(at: now)) == ["0+2"])
      // The same reason again is nothing new.
      #expect(answer(&ownership, 0, .outcome(.failed(reason: "no vrrp4-2")), vni: 1, at: now).isEmpty)
    }
    #expect(answer(&ownership, 0, .outcome(.active), vni: 1, at: now) == [.recovered])
    #expect(ownership.degradedCount == 0)
    #expect(commands(ownership.flush(at: now)) == ["1+2"])
  }

  @Test func anUnansweredRetryIsTriedAgain() {
    var ownership = prepared()
    wantAll(&ownership, true)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "x")), vni: 1)
    #expect(commands(ownership.flush(at: start + .seconds(1))) == ["0+2"])
    #expect(commands(ownership.flush(at: start + .seconds(60))).isEmpty)
    #expect(commands(ownership.flush(at: start + .seconds(61))) == ["0+2"])
  }

  @Test func driftIsRepairedAndTheChainBelowStepsBack() {
    var ownership = active()
    #expect(answer(&ownership, 0, .drift(reason: "down"), vni: 1) == [.drifted(reason: "down")])
    #expect(commands(ownership.flush(at: start)) == ["0+2", "1-2", "2-2"])
    answer(&ownership, 0, .outcome(.active), vni: 1)
    #expect(ownership.driftRepaired == 1)
    #expect(commands(ownership.flush(at: start)) == ["1+2"])
  }

  @Test func driftOfAStandbyIsRepaired() {
    var ownership = prepared()
    answer(&ownership, 0, .drift(reason: "up"), vni: 2)
    #expect(commands(ownership.flush(at: start)) == ["0-3"])
  }

  @Test func whatComesBackWithoutBeingStandbyMayBeActive() {
    var ownership = prepared(1)
    answer(&ownership, 0, .drift(reason: "it is missing"), vni: 0)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 0)
    #expect(ownership.possiblyActiveCount == 0)
    answer(&ownership, 0, .drift(reason: "it can be switched now"), vni: 0)
    #expect(commands(ownership.flush(at: start)) == ["0-1"])
    answer(&ownership, 0, .outcome(.failed(reason: "the kernel refuses")), vni: 0)
    #expect(ownership.possiblyActiveCount == 1)
    #expect(commands(ownership.flush(at: start + .seconds(1))) == ["0-1"])
    answer(&ownership, 0, .outcome(.standby), vni: 0)
    #expect(ownership.possiblyActiveCount == 0)
  }

  @Test func moreThanFiveDriftsInASecondAreDamped() {
    var ownership = prepared(1)
    for _ in 0..<5 {
      #expect(answer(&ownership, 0, .drift(reason: "up"), vni: 0) == [.drifted(reason: "up")])
      #expect(commands(ownership.flush(at: start)) == ["0-1"])
      answer(&ownership, 0, .outcome(.standby), vni: 0)
    }
    let notes = answer(&ownership, 0, .drift(reason: "up"), vni: 0)
    #expect(
      notes == [.degraded(reason: "up; more than 5 times within a second: is another program setting it?")])
    #expect(ownership.flush(at: start + .milliseconds(999)).isEmpty)
    #expect(commands(ownership.flush(at: start + .seconds(1))) == ["0-1"])
    // Another VNI, and a later second, count for themselves.
    answer(&ownership, 0, .drift(reason: "up"), vni: 1)
    answer(&ownership, 0, .outcome(.standby), vni: 0, at: start + .seconds(2))
    #expect(
      answer(&ownership, 0, .drift(reason: "up"), vni: 0, at: start + .seconds(2)) == [.drifted(reason: "up")]
    )
  }

  @Test func staleAndStrangeReportsAreIgnored() {
    var ownership = active()
    let before = ownership.slots[0].epoch
    wantAll(&ownership, false)
    _ = ownership.flush(at: start)
    #expect(answer(&ownership, 2, .outcome(.active), vni: 0, epoch: before).isEmpty)
    #expect(ownership.slots[2].isAwaited)
    let stranger = EffectReport(vni: VNI(rawValue: 99)!, epoch: 1, content: .outcome(.active))
    #expect(ownership.take(stranger, from: 0, at: start) == nil)
    #expect(ownership.take(stranger, from: 7, at: start) == nil)
  }

  @Test func theOppositeOfWhatWasToldIsDrift() {
    var ownership = prepared()
    #expect(
      answer(&ownership, 0, .outcome(.active), vni: 0) == [.drifted(reason: "reported active after standby")])
    #expect(commands(ownership.flush(at: start)) == ["0-1"])
  }

  @Test func frozenNothingLeavesAndNothingIsForgotten() {
    var ownership = active()
    ownership.isFrozen = true
    answer(&ownership, 0, .drift(reason: "down"), vni: 0)
    #expect(ownership.flush(at: start).isEmpty)
    #expect(ownership.nextDeadline == nil)
    ownership.isFrozen = false
    #expect(commands(ownership.flush(at: start)).contains("0+1"))
  }

  @Test func anEffectorThatIsGivenUpHoldsNothingBack() {
    var ownership = active()
    ownership.giveUp(on: 2)
    wantAll(&ownership, false)
    #expect(commands(ownership.flush(at: start)) == ["1-123"])
    #expect(answer(&ownership, 2, .outcome(.failed(reason: "x")), epoch: 0).isEmpty)
    answer(&ownership, 1, .outcome(.standby))
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.standby))
    #expect(ownership.awaited == 0)
    #expect(ownership.degradedCount == 0)
  }

  @Test func heldIsWhatIsWantedAndConfirmed() {
    var ownership = active()
    #expect(ownership.heldIndices(by: 2) == [0, 1, 2])
    ownership.want(false, at: 0)
    answer(&ownership, 2, .drift(reason: "x"), vni: 1)
    #expect(ownership.heldIndices(by: 2) == [2])
    #expect(ownership.heldIndices(by: 0) == [1, 2])
  }

  @Test func howeverOftenAVNIIsHeardOfItIsRememberedOnce() {
    var ownership = active()
    ownership.isFrozen = true
    for _ in 0..<100 { answer(&ownership, 0, .drift(reason: "down")) }
    #expect(ownership.dirty.count == 3)
    ownership.isFrozen = false
    _ = ownership.flush(at: start)
    #expect(ownership.dirty.isEmpty)
  }

  @Test func whatIsWantedTwiceCountsOnce() {
    var ownership = prepared()
    ownership.want(true, at: 0)
    ownership.want(true, at: 0)
    #expect(ownership.wantedCount == 1)
    ownership.want(false, at: 0)
    ownership.want(false, at: 0)
    #expect(ownership.wantedCount == 0)
  }

  @Test func aFailedTakeoverIsNoFailureOfTheReleaseThatFollows() {
    var ownership = prepared(1)
    ownership.want(true, at: 0)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "no")), vni: 0)
    #expect(ownership.degradedCount == 1)
    ownership.want(false, at: 0)
    #expect(commands(ownership.flush(at: start)) == ["0-1"])
    #expect(ownership.degradedCount == 0)
  }

  @Test func aTakeoverThatWasNotAnsweredMayHaveSucceeded() {
    var ownership = prepared(1)
    ownership.want(true, at: 0)
    _ = ownership.flush(at: start)
    ownership.want(false, at: 0)
    #expect(commands(ownership.flush(at: start)) == ["0-1"])
    answer(&ownership, 0, .outcome(.failed(reason: "the kernel refuses")), vni: 0)
    #expect(ownership.possiblyActiveCount == 1)
  }

  @Test func aReleaseThatWasNotAnsweredMakesNothingActive() {
    var ownership = prepared(1)
    answer(&ownership, 0, .drift(reason: "it is missing"), vni: 0)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 0)
    for seconds in [1, 61] { #expect(commands(ownership.flush(at: start + .seconds(seconds))) == ["0-1"]) }
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 0)
    #expect(ownership.possiblyActiveCount == 0)
  }

  @Test func aSecondReleaseHasItsOwnPatience() {
    var ownership = active()
    wantAll(&ownership, false)
    #expect(commands(ownership.flush(at: start)) == ["2-123"])
    wantAll(&ownership, true)
    #expect(commands(ownership.flush(at: start + .milliseconds(200))) == ["2+123"])
    wantAll(&ownership, false)
    #expect(commands(ownership.flush(at: start + .milliseconds(400))) == ["2-123"])
    #expect(commands(ownership.flush(at: start + .milliseconds(500))).isEmpty)
    #expect(commands(ownership.flush(at: start + .milliseconds(899))).isEmpty)
    #expect(commands(ownership.flush(at: start + .milliseconds(900))) == ["1-123"])
  }

  // MARK: Another VNI set

  private func isForgotten(_ directives: [Directive]) -> Bool {
    directives.contains { if case .command(_, .forget) = $0 { true } else { false } }
  }

  @Test func whatGoesIsNotForgottenWhileItsReleaseIsTriedOnceMore() {
    var ownership = prepared(1)
    answer(&ownership, 0, .drift(reason: "it is missing"), vni: 2)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 2)
    #expect(commands(ownership.flush(at: start + .seconds(1))) == ["0-3"])
    _ = ownership.replaceVNIs(by: Array(vnis[0...1]))
    #expect(!isForgotten(ownership.flush(at: start + .seconds(1))))
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 2)
    #expect(isForgotten(ownership.flush(at: start + .seconds(1))))
  }

  @Test func whatGoesAndHasDriftedIsReleasedBeforeItIsForgotten() {
    var ownership = prepared(1)
    answer(&ownership, 0, .drift(reason: "up"), vni: 2)
    _ = ownership.replaceVNIs(by: Array(vnis[0...1]))
    let directives = ownership.flush(at: start)
    #expect(commands(directives) == ["0-3"])
    #expect(!isForgotten(directives))
  }

  @Test func whatWasHeardOfBeforeANewVNISetIsRememberedOnceAfterIt() {
    var ownership = active()
    ownership.isFrozen = true
    answer(&ownership, 0, .drift(reason: "down"))
    _ = ownership.replaceVNIs(by: vnis)
    answer(&ownership, 0, .drift(reason: "down"))
    #expect(ownership.dirty.count == 3)
  }

  @Test func aShorterPatienceIsNotHeldUpByALongerOne() {
    var ownership = active()
    ownership.releasePatience = .seconds(10)
    ownership.want(false, at: 0)
    _ = ownership.flush(at: start)
    ownership.releasePatience = .milliseconds(100)
    ownership.want(false, at: 1)
    _ = ownership.flush(at: start)
    #expect(commands(ownership.flush(at: start + .milliseconds(100))) == ["1-2"])
    #expect(commands(ownership.flush(at: start + .seconds(10))) == ["0-2", "1-1"])
  }

  @Test func whatCouldNotBeTakenOverAndHasChangedIsNotActive() {
    var ownership = prepared(1)
    ownership.want(true, at: 0)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 0)
    answer(&ownership, 0, .drift(reason: "it is there"), vni: 0)
    _ = ownership.flush(at: start)
    answer(&ownership, 0, .outcome(.failed(reason: "it is missing")), vni: 0)
    #expect(ownership.possiblyActiveCount == 0)
  }

  @Test func whatIsSaidTwiceIsTakenNoteOfOnceAndOfTheWholeChain() {
    var ownership = prepared()
    ownership.want(true, at: 0)
    _ = ownership.flush(at: start)
    #expect(answer(&ownership, 0, .outcome(.active), vni: 0).isEmpty)
    _ = ownership.flush(at: start)
    answer(&ownership, 1, .outcome(.active), vni: 0)
    _ = ownership.flush(at: start)
    #expect(answer(&ownership, 2, .outcome(.active), vni: 0) == [.confirmed(active: true)])
    #expect(answer(&ownership, 2, .outcome(.active), vni: 0).isEmpty)
  }

  @Test func whoIsNotOfTheChainOrWasToldNothingIsNotBelieved() {
    var ownership = active()
    let report = EffectReport(vni: vnis[0], epoch: ownership.slots[3].epoch, content: .drift(reason: "x"))
    #expect(ownership.take(report, from: 3, at: start) == nil)
    #expect(ownership.take(report, from: -1, at: start) == nil)
    var untold = Ownership(vnis: vnis, effectorCount: 1, releasePatience: .seconds(1))
    #expect(answer(&untold, 0, .outcome(.failed(reason: "x")), vni: 0).isEmpty)
    #expect(untold.failures.isEmpty)
  }

  @Test func frozenNothingFallsDue() {
    var ownership = active()
    answer(&ownership, 0, .outcome(.failed(reason: "no")), vni: 0)
    #expect(ownership.nextDeadline != nil)
    ownership.isFrozen = true
    #expect(ownership.nextDeadline == nil)
  }

  @Test func theSecondOfTheDriftsIsOverOnceItHasGoneBy() {
    for (time, isDamped) in [
      (.seconds(1) - .nanoseconds(1), true), (.seconds(1), false),
    ] as [(Duration, Bool)] {
      var ownership = prepared(1)
      for _ in 0..<5 {
        answer(&ownership, 0, .drift(reason: "up"), vni: 0)
        _ = ownership.flush(at: start)
        answer(&ownership, 0, .outcome(.standby), vni: 0)
      }
      let notes = answer(&ownership, 0, .drift(reason: "up"), vni: 0, at: start + time)
      #expect((notes != [.drifted(reason: "up")]) == isDamped)
    }
  }
}
