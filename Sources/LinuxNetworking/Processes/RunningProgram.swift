import CLinux
import Glibc
import WMGFramework

/// A program between its start and its end. Belongs to one thread.
struct RunningProgram {
  let pid: pid_t

  /// Waits for its end and reads what it prints; returns whether it has ended by then.
  func wait(until deadline: MonotonicInstant, reading streams: [CapturedStream]) throws(SystemCallError)
    -> Bool
  {
    let end = try openEnd()
    defer { close(end) }
    return wait(for: end, until: deadline, reading: streams)
  }

  /// A descriptor that can be read once it has ended; if there is none to be had, it is ended at once.
  func openEnd() throws(SystemCallError) -> CInt {
    let end = wmg_open_process(pid)
    guard end >= 0 else {
      let error = SystemCallError("watch process \(pid)")
      _ = finish()
      throw error
    }
    return end
  }

  /// The same with the descriptor of `openEnd`.
  func wait(for end: CInt, until deadline: MonotonicInstant, reading streams: [CapturedStream]) -> Bool {
    while true {
      var waiting = [pollfd(fd: end, events: Int16(POLLIN), revents: 0)]
      for stream in streams where !stream.isAtEnd {
        waiting.append(pollfd(fd: stream.readingEnd, events: Int16(POLLIN), revents: 0))
      }
      let left = deadline - BootTimeClock.now
      guard left > .zero else { return false }
      // Rounded up, so as not to spin through the last millisecond.
      let milliseconds = CInt(clamping: left.nanoseconds / 1_000_000 + 1)
      guard poll(&waiting, nfds_t(waiting.count), milliseconds) > 0 else { continue }
      for stream in streams { stream.read() }
      if waiting[0].revents != 0 { return true }
    }
  }

  /// Ends what is left of its group, reaps it, and returns its status; `nil` if it does not die in time (it is then reaped
  /// later), or its status is somebody else's.
  func finish(within patience: Duration = Self.deathPatience) -> CInt? {
    // Before it is reaped: until then neither number can be anyone else's. It may have left its group.
    kill(-pid, SIGKILL)
    kill(pid, SIGKILL)
    return UnreapedPrograms.reap(pid, within: patience)
  }

  // A program that waits for a dead disk or file server dies when that answers, which may be never.
  static let deathPatience = Duration.seconds(1)
}
