import CGuard
import Testing
import WMGRuntime

/// When a guard acts, by the ticks that it has heard.
struct WatchTests {
  private static let second: Int64 = 1_000_000_000
  private let detection = 3 * second
  private let margin = second / 10

  private func watch(delay: Int64 = -1) -> wmg_guard_watch {
    var watch = wmg_guard_watch()
    wmg_guard_begin(&watch, detection, margin, delay, 100 * Self.second)
    return watch
  }

  @discardableResult
  private func tick(
    _ watch: inout wmg_guard_watch, at time: Int64, company: Bool = true,
    _ kind: wmg_guard_tick_kind = wmg_guard_tick_alive, heard now: Int64? = nil
  ) -> Bool {
    var tick = wmg_guard_make_tick(kind, time, company)
    return wmg_guard_take(&watch, &tick, MemoryLayout.size(ofValue: tick), now ?? time)
  }

  @Test func aTickIsSixteenBytes() {
    let tick = wmg_guard_make_tick(wmg_guard_tick_alive, 0x0102_0304_0506_0708, true)
    #expect(
      withUnsafeBytes(of: tick, Array.init) == [8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 1, 0, 1, 0, 0, 0],
      "time, kind, company, version; in the host's byte order")
  }

  @Test func itActsADetectionTimeAndAMarginAfterTheLastTick() {
    var watch = watch()
    #expect(wmg_guard_deadline(&watch) == 100 * Self.second + detection + margin)
    tick(&watch, at: 105 * Self.second)
    #expect(wmg_guard_deadline(&watch) == 105 * Self.second + detection + margin)
    // The end of the process does not change that.
    wmg_guard_end(&watch, 106 * Self.second)
    #expect(wmg_guard_deadline(&watch) == 105 * Self.second + detection + margin)
  }

  @Test func anOlderTickSaysOnlyWhetherThereIsCompany() {
    var watch = watch()
    tick(&watch, at: 105 * Self.second)
    tick(&watch, at: 105 * Self.second, company: false)
    #expect(!watch.has_company)
    tick(&watch, at: 104 * Self.second, company: true)
    #expect(watch.has_company)
    #expect(watch.last_tick == 105 * Self.second)
  }

  @Test(
    "A delay counts from the end of the process, never makes the wait longer, and means nothing for a hang")
  func delay() {
    var watch = watch(delay: Self.second / 2)
    tick(&watch, at: 105 * Self.second)
    #expect(wmg_guard_deadline(&watch) == 105 * Self.second + detection + margin)
    wmg_guard_end(&watch, 106 * Self.second)
    #expect(wmg_guard_deadline(&watch) == 106 * Self.second + Self.second / 2)
    var late = self.watch(delay: detection)
    tick(&late, at: 105 * Self.second)
    wmg_guard_end(&late, 108 * Self.second)
    #expect(wmg_guard_deadline(&late) == 105 * Self.second + detection + margin)
  }

  @Test func noDelayIsAtOnce() {
    var watch = watch(delay: 0)
    wmg_guard_end(&watch, 101 * Self.second)
    #expect(wmg_guard_deadline(&watch) == 101 * Self.second)
  }

  @Test func goodbyeEndsIt() {
    var watch = watch()
    tick(&watch, at: 101 * Self.second, wmg_guard_tick_goodbye)
    #expect(watch.is_over)
    wmg_guard_end(&watch, 102 * Self.second)
    #expect(wmg_guard_deadline(&watch) == never)
  }

  @Test func onceItHasActedItWaitsForANewTick() {
    var watch = watch()
    watch.has_acted = true
    #expect(wmg_guard_deadline(&watch) == never)
    #expect(!tick(&watch, at: 99 * Self.second))
    #expect(wmg_guard_deadline(&watch) == never)
    #expect(tick(&watch, at: 110 * Self.second))
    #expect(wmg_guard_deadline(&watch) == 110 * Self.second + detection + margin)
  }

  @Test("Once it has acted, a tick that comes after its own deadline does not arm it again")
  func lateTick() {
    var watch = watch()
    watch.has_acted = true
    let time = 101 * Self.second
    #expect(!tick(&watch, at: time, heard: time + detection + margin))
    #expect(wmg_guard_deadline(&watch) == never)
    #expect(tick(&watch, at: time + 1, heard: time + detection + margin))
    #expect(wmg_guard_deadline(&watch) == time + 1 + detection + margin)
  }

  @Test func severalTicksInOnePieceAndTheLastCounts() {
    var watch = watch()
    let ticks = [
      wmg_guard_make_tick(wmg_guard_tick_alive, 101 * Self.second, true),
      wmg_guard_make_tick(wmg_guard_tick_alive, 102 * Self.second, true),
      wmg_guard_make_tick(wmg_guard_tick_alive, 103 * Self.second, false),
    ]
    ticks.withUnsafeBytes { bytes in
      _ = wmg_guard_take(&watch, bytes.baseAddress, bytes.count, 103 * Self.second)
    }
    #expect(watch.last_tick == 103 * Self.second)
    #expect(!watch.has_company)
  }

  @Test func aTickOfAnotherVersionSaysNothing() {
    var watch = watch()
    var tick = wmg_guard_make_tick(wmg_guard_tick_goodbye, 101 * Self.second, false)
    tick.version += 1
    _ = wmg_guard_take(&watch, &tick, MemoryLayout.size(ofValue: tick), 101 * Self.second)
    #expect(!watch.is_over && watch.has_company && watch.last_tick == 100 * Self.second)
  }

  @Test("More than the pipe holds: what was heard last counts from now")
  func excuse() {
    var watch = watch()
    wmg_guard_excuse(&watch, 140 * Self.second)
    #expect(wmg_guard_deadline(&watch) == 140 * Self.second + detection + margin)
    wmg_guard_excuse(&watch, 120 * Self.second)
    #expect(watch.last_tick == 140 * Self.second)
  }

  @Test(
    "A guard that stood still itself gives its gateway half a detection time; one that was a little late does not"
  )
  func wake() {
    var watch = watch()
    let due = 100 * Self.second + detection + margin
    wmg_guard_wake(&watch, due, due + detection / 4 - 1)
    wmg_guard_wake(&watch, never, due + 60 * Self.second)
    #expect(wmg_guard_deadline(&watch) == due)
    let awake = due + 10 * Self.second
    wmg_guard_wake(&watch, due, awake)
    #expect(wmg_guard_deadline(&watch) == awake + detection / 2 + margin)
    // What it says then counts as ever.
    var tick = wmg_guard_make_tick(wmg_guard_tick_alive, awake + 1, true)
    _ = wmg_guard_take(&watch, &tick, MemoryLayout.size(ofValue: tick), awake + 1)
    #expect(wmg_guard_deadline(&watch) == awake + 1 + detection + margin)
  }

  @Test("A gateway that has ended while its guard stood still is not waited for")
  func wakeAfterItsEnd() {
    var watch = watch()
    let due = 100 * Self.second + detection + margin
    wmg_guard_end(&watch, due)
    wmg_guard_wake(&watch, due, due + 10 * Self.second)
    #expect(wmg_guard_deadline(&watch) == due)
  }

  private let never = Int64.max
}
