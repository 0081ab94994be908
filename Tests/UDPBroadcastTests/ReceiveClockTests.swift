import LinuxNetworking
import Testing
import WMGFramework

@Suite struct ReceiveClockTests {
  let now = MonotonicInstant(nanoseconds: 100_000_000_000)
  let realtime: Int64 = 1_700_000_000_000_000_000
  var clock: ReceiveClock { ReceiveClock(now: now, realtime: realtime) }
  var empty: MonotonicInstant { now - .milliseconds(500) }

  @Test func aStampTellsThePacketsAge() {
    let stamp = realtime - 300_000_000
    #expect(clock.receiveTime(stamp: stamp, socketEmptyAt: empty) == now - .milliseconds(300))
  }

  @Test func aWallClockSetForwardMakesNoPacketOlderThanTheEmptySocket() {
    #expect(clock.receiveTime(stamp: realtime - 3_600_000_000_000, socketEmptyAt: empty) == empty)
  }

  @Test func aWallClockSetBackMakesNoPacketYoungerThanNow() {
    #expect(clock.receiveTime(stamp: realtime + 3_600_000_000_000, socketEmptyAt: empty) == now)
  }

  @Test func withoutAStampItIsNow() {
    #expect(clock.receiveTime(stamp: 0, socketEmptyAt: empty) == now)
  }
}
