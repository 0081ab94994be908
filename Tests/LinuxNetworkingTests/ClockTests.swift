import CLinux
import Glibc
import Testing
import WMGFramework

@testable import LinuxNetworking

/// A machine that is suspended, and a wall clock that is set, must not go unnoticed and must not matter.
@Suite struct ClockTests {
  private func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  @Test func nowIsTheClockThatCountsWhileTheMachineSleeps() {
    let before = nanoseconds(CLOCK_BOOTTIME)
    let now = BootTimeClock.now.nanoseconds
    #expect((before...nanoseconds(CLOCK_BOOTTIME)).contains(now))
  }

  @Test func timersAreOfThatClockToo() throws {
    let before = Self.timerClocks()
    let loop = try EpollLoop()
    let made = Self.timerClocks().filter { before[$0.key] == nil }
    #expect(made.values.contains(CLOCK_BOOTTIME))
    #expect(!made.values.contains(CLOCK_MONOTONIC) && !made.values.contains(CLOCK_REALTIME))
    loop.stop()
  }

  /// In a time namespace the clock that counts sleep can be two hours ahead of the one that does not, as after a
  /// suspend: a program's `now` is ahead by as much.
  @Test(
    .enabled(
      if: geteuid() == 0 && access("/usr/bin/unshare", X_OK) == 0, "needs root and unshare (util-linux)"))
  func aSuspendIsSeen() throws {
    let program = ExternalProgram(
      "/usr/bin/unshare", ["--time", "--boottime", "7200", "/bin/cat", "/proc/uptime"])
    let run = try program.run(within: .seconds(10))
    let uptime = try #require(run.output.split(separator: " ").first.flatMap { Double($0) }, "\(run.errors)")
    // /proc/uptime is CLOCK_BOOTTIME; ours is two hours behind it.
    let own = Double(BootTimeClock.now.nanoseconds) / 1e9
    #expect(abs(uptime - own - 7200) < 5)
  }

  /// The clocks of this process's timers, by descriptor.
  private static func timerClocks() -> [Int: clockid_t] {
    var clocks: [Int: clockid_t] = [:]
    for descriptor in 0..<1024 {
      guard let text = SystemFile.read("/proc/self/fdinfo/\(descriptor)") else { continue }
      for line in text.split(separator: "\n") where line.hasPrefix("clockid:") {
        clocks[descriptor] = clockid_t(line.dropFirst("clockid: ".count))
      }
    }
    return clocks
  }
}
