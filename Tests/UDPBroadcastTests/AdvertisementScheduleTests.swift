import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite struct AdvertisementScheduleTests {
  let start = MonotonicInstant(nanoseconds: 5_000_000_000)

  @Test func deadlinesAreMultiplesOfTheIntervalAndDoNotDrift() {
    var schedule = AdvertisementSchedule(interval: .seconds(1), from: start)
    for second in 1...1000 {
      #expect(schedule.next == start + .seconds(second))
      let outcome1 = schedule.advance(at: schedule.next + .milliseconds(7))
      #expect(outcome1 == .milliseconds(7))
    }
  }

  @Test func missedDeadlinesAreSkipped() {
    var schedule = AdvertisementSchedule(interval: .seconds(1), from: start)
    let outcome2 = schedule.advance(at: start + .milliseconds(3500))
    #expect(outcome2 == .milliseconds(2500))
    #expect(schedule.next == start + .seconds(4))
    let outcome3 = schedule.advance(at: start + .seconds(5))
    #expect(outcome3 == .seconds(1))
    #expect(schedule.next == start + .seconds(6))
  }
}
