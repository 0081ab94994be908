import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite struct OncePerMinuteTests {
  @Test func oneLinePerSubjectAndMinuteWithAllItStandsFor() {
    var log = OncePerMinute<String>()
    let start = MonotonicInstant(nanoseconds: 0)
    let outcome1 = log.pass("length", events: 5, at: start)
    #expect(outcome1 == 5)
    let outcome2 = log.pass("length", events: 2, at: start + .seconds(1))
    #expect(outcome2 == nil)
    let outcome3 = log.pass("uid", at: start + .seconds(1))
    #expect(outcome3 == 1)
    let outcome4 = log.pass("length", events: 3, at: start + .seconds(59))
    #expect(outcome4 == nil)
    let outcome5 = log.pass("length", at: start + .seconds(60))
    #expect(outcome5 == 6)
  }
}
