import Glibc

/// The processor's time that this thread has had: a busy machine does not make it longer.
enum ThreadTime {
  /// How much some work takes, in ns.
  static func measure(_ work: () -> Void) -> Int {
    let start = now
    work()
    return now - start
  }

  private static var now: Int {
    // A timespec, whose members are not to be seen beside those of other modules.
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2) { time in
      time.initialize(repeating: 0)
      time.withMemoryRebound(to: timespec.self) { time in
        if let base = time.baseAddress { _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, base) }
      }
      return time[0] * 1_000_000_000 + time[1]
    }
  }
}
