import FleetChaos
import GatewayLab
import Testing
import WMGFramework

/// D is 1.5 s, T 200 ms, the overlap 200 ms, the stop margin 300 ms.
@Suite struct JudgementTests {
  @Test("Nothing happens: nothing is said")
  func quiet() {
    let judgement = Story().judgement(expected: [0, 1], calmFrom: 0)
    #expect(judgement.violations.isEmpty && judgement.exceptions.isEmpty && judgement.moved == 0)
  }

  @Test("A change without a cause is found, however short")
  func noCause() {
    var story = Story()
    story.change(2, 0, up: true, 1000)
    story.change(2, 0, up: false, 1001)
    #expect(story.broken == [.twoOwners, .noChange])
    // One that the observer cannot tell from a mere delay is still a change.
    story.history.resolution = .milliseconds(2)
    #expect(story.broken == [.noChange])
  }

  @Test(
    "Busy processors, floods and reloads excuse nothing",
    arguments: [
      Fault.hogs(count: 4, arePinned: true), .flood(perSecond: 50_000), .linkStorm(0, pairs: 10), .reload(0),
      .overlayCut(0),
    ])
  func burdens(_ fault: Fault) {
    var story = Story()
    story.fault(fault, 1000, 5000)
    #expect(story.broken.isEmpty)
    story.change(0, 0, up: false, 2000)
    story.change(0, 0, up: true, 2100)
    #expect(story.broken == [.noOwner, .noChange])
  }

  @Test("Killed: its VNIs have two owners until it is started again, not longer")
  func crash() {
    var story = Story()
    story.fault(.crash(0), 1000, 5000, 5050)
    story.change(1, 0, up: true, 2600)
    story.change(0, 0, up: false, 5100)
    let judgement = story.judgement(expected: [1, 1], calmFrom: 8000)
    #expect(judgement.violations.isEmpty)
    #expect(judgement.moved == 1 && judgement.exceptions.map(\.duration) == [.milliseconds(2500)])
    story.history.transitions[1] = OwnershipTransition(gateway: 0, vni: 0, isUp: false, at: at(5800))
    #expect(story.broken == [.twoOwners])
    // A slower machine may take longer, by what it was late itself.
    story.timing = story.timing.delayed(takeover: .zero, startup: .milliseconds(300))
    #expect(story.broken.isEmpty)
  }

  @Test("With a guard they have two owners until D + 200 ms, not longer")
  func guarded() {
    var story = Story()
    story.timing.guardDelay = .milliseconds(200)
    story.fault(.crash(0), 1000, 5000, 5050)
    story.change(1, 0, up: true, 2550)
    story.change(0, 0, up: false, 2690)
    #expect(story.broken.isEmpty)
    story.history.transitions[1] = OwnershipTransition(gateway: 0, vni: 0, isUp: false, at: at(2900))
    #expect(story.broken == [.twoOwners])
  }

  @Test("Killed and started again at once: without an owner for D + 50 ms + T + I at most")
  func quickRestart() {
    for (back, isKept) in [(2700, true), (3300, false)] {
      var story = Story()
      story.fault(.crash(0), 1000, 1050, 1060)
      story.change(0, 0, up: false, 1100)
      story.change(0, 0, up: true, back)
      #expect(story.broken.isEmpty == isKept)
    }
  }

  @Test("A VNI that a crash does not concern must not move")
  func bystander() {
    var story = Story()
    story.fault(.crash(0), 1000, 5000)
    story.change(1, 0, up: true, 2600)
    story.change(0, 0, up: false, 5050)
    story.change(2, 1, up: true, 2600)
    story.change(1, 1, up: false, 2650)
    #expect(story.broken == [.twoOwners, .noChange])
  }

  @Test("A power loss: what the dead machine's interfaces are does not count")
  func powerLoss() {
    for (takeover, isKept) in [(2600, true), (3400, false)] {
      var story = Story()
      story.fault(.powerLoss(0), 1000, 6000, 6300)
      story.history.machinesOff = [.init(gateway: 0, from: at(1000), to: at(6200))]
      story.change(1, 0, up: true, takeover)
      story.change(0, 0, up: false, 6100)
      #expect(story.broken.isEmpty == isKept)
    }
  }

  @Test("An orderly stop: never without an owner, two for the stop margin and T")
  func orderlyStop() {
    for (takeover, release, broken) in [
      (2600, 2800, Set<Violation.Guarantee>()), (2600, 3400, [.twoOwners]), (2810, 2800, [.noOwner]),
    ] {
      var story = Story()
      story.fault(.leave(0), 1000, 2900)
      story.change(1, 0, up: true, takeover)
      story.change(0, 0, up: false, release)
      story.history.transitions.sort { $0.at < $1.at }
      #expect(story.broken == broken)
    }
  }

  @Test("An orderly stop where the machine is later than the stop margin: without an owner for as much")
  func lateStop() {
    for (takeover, isKept) in [(3100, true), (3300, false)] {
      var story = Story()
      story.timing = story.timing.delayed(takeover: .milliseconds(400), startup: .zero)
      story.fault(.leave(0), 1000, 2900)
      story.change(0, 0, up: false, 2800)
      story.change(1, 0, up: true, takeover)
      #expect(story.broken == (isKept ? [] : [.noOwner]))
    }
  }

  @Test("A join: without an owner for T at most, with two for the overlap and T")
  func join() {
    for (up, down, broken) in [
      (3000, 3250, Set<Violation.Guarantee>()), (3000, 3500, [.twoOwners]), (3000, 2850, []),
      (3000, 2750, [.noOwner]),
    ] {
      var story = Story()
      story.fault(.join(2), 1000, 1000)
      story.change(2, 0, up: true, up)
      story.change(0, 0, up: false, down)
      story.history.transitions.sort { $0.at < $1.at }
      #expect(story.broken == broken)
    }
  }

  @Test("A short pause excuses nothing; a long one two owners until an interval and T after it")
  func pause() {
    for (waking, release, broken) in [
      (1900, 2300, Set<Violation.Guarantee>([.twoOwners, .noChange])), (6000, 6600, []),
      (6000, 6800, [.twoOwners]),
    ] {
      var story = Story()
      story.fault(.pause(0), 1000, waking)
      story.change(1, 0, up: true, 2250)
      story.change(0, 0, up: false, release)
      #expect(story.broken == broken)
    }
  }

  @Test("A one-way link: only who hears less may serve twice")
  func oneWay() {
    for (other, broken) in [(1, Set<Violation.Guarantee>()), (2, [.twoOwners, .noChange])] {
      var story = Story()
      story.fault(.loss(.oneWay(from: 0, to: 1)), 1000, 6000)
      story.change(other, 0, up: true, 2600)
      story.change(other, 0, up: false, 6500)
      #expect(story.broken == broken)
    }
  }

  @Test("Lost advertisements never excuse a VNI without an owner")
  func lossWithoutOwner() {
    var story = Story()
    story.fault(.loss(.random(percent: 30)), 1000, 6000)
    story.change(0, 0, up: false, 3000)
    story.change(0, 0, up: true, 3100)
    #expect(story.broken == [.noOwner])
  }

  @Test("Interfaces: what was not touched must not change, what was must be put right within T")
  func interfaces() {
    for (vni, repaired, broken) in [
      (0, 1100, Set<Violation.Guarantee>()), (0, 1300, [.noOwner, .noChange]),
      (1, 1100, [.noOwner, .noChange]),
    ] {
      var story = Story()
      story.fault(.protodown(vni, vnis: [0], on: true), 1000, 1010)
      story.change(vni, vni, up: false, 1005)
      story.change(vni, vni, up: true, repaired)
      #expect(story.broken == broken)
    }
  }

  @Test("In the calm there is one owner, and the right one")
  func calm() {
    var story = Story()
    story.fault(.loss(.deaf(2)), 1000, 6000)
    story.change(2, 0, up: true, 2600)
    let judgement = story.judgement(expected: [0, 1], calmFrom: 9000)
    #expect(Set(judgement.violations.map(\.guarantee)) == [.twoOwners, .oneOwner, .rightOwner])
    #expect(
      Set(Story().judgement(expected: [0, 2], calmFrom: 0).violations.map(\.guarantee)) == [.rightOwner])
  }

  @Test("A takeover that is not announced, or late, is found; a dead daemon announces nothing")
  func announcements() {
    for (announced, isKept) in [(2605, true), (2900, false), (nil, false)] as [(Int?, Bool)] {
      var story = Story()
      story.fault(.crash(0), 1000, 5000)
      story.change(1, 0, up: true, 2600, announced: false)
      if let announced { story.history.announcements = [.init(gateway: 1, vni: 0, at: at(announced))] }
      story.change(0, 0, up: false, 5050)
      #expect(story.broken == (isKept ? [] : [.announced]))
      story.history.silences = [.init(gateway: 1, from: at(2000), to: at(2700))]
      #expect(story.broken.isEmpty)
    }
  }

  @Test(
    "Work for many VNIs waits for as many turns at a lock that many want, and for none at one that is free")
  func turns() {
    var reading = MachineWeather.Reading()
    reading.processor = .milliseconds(10)
    for _ in 0..<LockTurns.count - 1 { reading.turns.add(.milliseconds(2)) }
    #expect(reading.turns.worst == .zero)
    // One that is long is not what each of them takes, and what comes later makes nothing better.
    reading.turns.add(.milliseconds(500))
    for _ in 0..<50 { reading.turns.add(.zero) }
    #expect(reading.turns.worst == .milliseconds(2))
    let delayed = reading.delaying(Story.timing, vnis: 100)
    #expect(delayed.takeover == Story.timing.takeover + .milliseconds(410))
    #expect(delayed.startup == Story.timing.startup + .milliseconds(410))
    #expect(reading.delaying(Story.timing, vnis: 0).takeover == Story.timing.takeover + .milliseconds(10))
  }

  @Test("How many VNIs have changed at one gateway")
  func mostChanged() {
    var story = Story()
    #expect(story.history.mostChanged == 0)
    story.change(0, 0, up: false, 1000)
    story.change(0, 0, up: true, 1100)
    story.change(1, 1, up: false, 1100)
    #expect(story.history.mostChanged == 1)
    story.change(0, 1, up: true, 1200)
    #expect(story.history.mostChanged == 2)
  }

  @Test("What a held lock costs is what it was held for until it had been free for as long as the work takes")
  func lockWaits() {
    var waits = LockWaits()
    #expect(waits.delay(of: .seconds(1)) == .zero)
    waits.add(from: at(0), to: at(1000))
    waits.add(from: at(1100), to: at(1600))
    waits.add(from: at(4000), to: at(4700))
    #expect(waits.longest == .seconds(1))
    #expect(waits.delay(of: .milliseconds(100)) == .milliseconds(1000))
    #expect(waits.delay(of: .milliseconds(200)) == .milliseconds(1500))
    #expect(waits.delay(of: .seconds(10)) == .milliseconds(2200))
  }

  @Test("Two faults at a time add up; two effects of one fault do not")
  func composition() {
    // Two join: the first takes from g1, the second from the first.
    var story = Story()
    story.fault(.join(1), 1000, 1000)
    story.fault(.join(2), 1000, 1000)
    story.change(1, 0, up: true, 2700)
    story.change(2, 0, up: true, 2900)
    story.change(0, 0, up: false, 3100)
    story.change(1, 0, up: false, 3300)
    #expect(story.broken.isEmpty)
    story.runs.removeLast()
    #expect(story.broken.contains(.twoOwners))
  }
}
