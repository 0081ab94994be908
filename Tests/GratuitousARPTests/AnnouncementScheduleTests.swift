import NamespaceFixture
import Testing
import WMGFramework

@testable import GratuitousARP

@Suite struct AnnouncementScheduleTests {
  let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  func schedule(count: Int, interval: Duration = .zero) -> AnnouncementSchedule {
    AnnouncementSchedule(.init(count: count, spacing: .milliseconds(1100), interval: interval))
  }

  @Test("after the first announcement there are count − 1 repeats, then none without an interval")
  func repeats() {
    var schedule = schedule(count: 3)
    schedule.begin(vni(5), at: start)
    let early = schedule.popDue(at: start + .milliseconds(1099))
    #expect(early == nil)
    for turn in 1...2 {
      let deadline = start + .milliseconds(1100 * turn)
      #expect(schedule.nextDeadline() == deadline)
      #expect(schedule.popDue(at: deadline) == vni(5))
      #expect(schedule.popDue(at: deadline) == nil)
    }
    #expect(schedule.nextDeadline() == nil)
  }

  @Test("another interval counts from now, and none ends the refreshes; repeats keep their time")
  func anotherInterval() throws {
    var schedule = schedule(count: 1, interval: .seconds(60))
    schedule.begin(vni(5), at: start)
    schedule.reconfigure(
      .init(count: 2, spacing: .seconds(1), interval: .seconds(10)), at: start + .seconds(1))
    let next = schedule.nextDeadline()
    #expect((.seconds(10)...(.seconds(12))).contains(try #require(next) - start))
    // What is taken over from now on is repeated, and its repeat is not moved by another interval.
    schedule.begin(vni(6), at: start + .seconds(2))
    schedule.reconfigure(.init(count: 2, spacing: .seconds(1), interval: .zero), at: start + .seconds(2))
    #expect(schedule.nextDeadline() == start + .seconds(3))
    #expect(schedule.popDue(at: start + .seconds(3)) == vni(6))
    #expect(schedule.popDue(at: start + .seconds(100)) == nil)
    #expect(schedule.nextDeadline() == nil)
    schedule.reconfigure(
      .init(count: 2, spacing: .seconds(1), interval: .seconds(10)), at: start + .seconds(100))
    #expect(schedule.nextDeadline() != nil)
  }

  @Test("refreshes come every interval, ± 10 %, and not all at once")
  func refreshes() throws {
    var schedule = schedule(count: 1, interval: .seconds(60))
    var deadlines: Set<MonotonicInstant> = []
    for number in 1...100 as ClosedRange<UInt32> {
      schedule.begin(vni(number), at: start)
      let next = schedule.nextDeadline()
      let deadline = try #require(next)
      #expect((.seconds(54)...(.seconds(66))).contains(deadline - start))
      deadlines.insert(deadline)
      schedule.end(vni(number))
    }
    #expect(deadlines.count > 90)
  }

  @Test("of what is due the newest ownership comes first, whatever was due first")
  func newestFirst() {
    var schedule = schedule(count: 2)
    for number in 1...5 as ClosedRange<UInt32> {
      schedule.begin(vni(number), at: start + .milliseconds(Int(number)))
    }
    var order: [VNI] = []
    while let vni = schedule.popDue(at: start + .seconds(2)) { order.append(vni) }
    #expect(order == [5, 4, 3, 2, 1].map { vni($0) })
  }

  @Test("a released VNI is not announced, also if it was due")
  func ends() {
    var schedule = schedule(count: 5)
    schedule.begin(vni(5), at: start)
    schedule.end(vni(5))
    #expect(schedule.popDue(at: start + .seconds(2)) == nil)
    #expect(schedule.nextDeadline() == nil)
    #expect(!schedule.contains(vni(5)))
  }

  @Test("a restart is due at once and replaces what was planned")
  func restarts() {
    var schedule = schedule(count: 2)
    schedule.begin(vni(5), at: start)
    schedule.restart(vni(5), at: start + .milliseconds(10))
    #expect(schedule.popDue(at: start + .milliseconds(10)) == vni(5))
    #expect(schedule.popDue(at: start + .milliseconds(1100)) == nil, "the repeat planned before the restart")
    #expect(schedule.popDue(at: start + .milliseconds(1110)) == vni(5))
    #expect(schedule.nextDeadline() == nil)
  }

  @Test("a pace lets a tick's worth through, then nothing until that much time has passed")
  func paces() {
    var pace = PacketPace(rate: 1000)
    #expect(pace.budget(at: start) == 20)
    pace.spend(20, at: start)
    #expect(pace.budget(at: start + .milliseconds(19)) == 0)
    #expect(pace.budget(at: start + .milliseconds(20)) == 20)
    #expect(PacketPace(rate: 10).budget(at: start) == 1)
  }
}
