import CLinux
import Glibc
import LinuxNetworking
import Synchronization
import WMGFramework

/// What the machine itself was late by: the measure of what can be asked of a daemon on it, and seen by an observer.
package final class MachineWeather: Sendable {
  /// The worst since the last reading.
  package struct Reading: Hashable, Sendable {
    /// How late a thread of the observer's priority was.
    package var observer = Duration.zero
    /// How late a thread of everybody's priority was.
    package var processor = Duration.zero
    /// When the kernel's lock of all interface configuration was waited for.
    package var lock = LockWaits()
    /// How long each turn at that lock took.
    package var turns = LockTurns()

    package init() {}

    /// The times of a fleet on a machine like that.
    ///
    /// - Parameter vnis: how many a gateway takes over or releases at once. For each the kernel is asked to switch it, and
    ///   what it is then, and takes the lock for either.
    package func delaying(_ timing: FleetTiming, vnis: Int) -> FleetTiming {
      let turns = turns.worst * (2 * vnis)
      return timing.delayed(
        takeover: processor + turns + lock.delay(of: timing.takeover),
        startup: processor + turns + lock.delay(of: timing.startup))
    }
  }

  private let state = Mutex(Reading())
  /// Since when the lock has been waited for that has not come yet.
  private let waitingSince = Mutex<MonotonicInstant?>(nil)
  private let threads = Mutex<[(thread: LoopThread, waker: Waker)]>([])
  private let isStopping = Mutex(false)
  private static let spacing = Duration.milliseconds(10)
  /// Anything shorter is part of the work itself.
  private static let leastWait = Duration.milliseconds(5)

  /// Begins to measure.
  ///
  /// - Throws: `SystemCallError`, when a thread cannot be started.
  package init() throws {
    try ObserverPriority.run { try start("observer-late") { $0.observer = max($0.observer, $1) } }
    try start("processor-late") { reading, lateness in
      reading.processor = max(reading.processor, lateness)
    } andAlso: {
      let before = BootTimeClock.now
      self.waitingSince.withLock { $0 = before }
      // Its answer does not matter; it takes the lock.
      _ = wmg_interface_has_address("lo", 0)
      let took = BootTimeClock.now - before
      self.waitingSince.withLock { $0 = nil }
      self.state.withLock { $0.turns.add(took) }
      guard took > Self.leastWait else { return }
      self.state.withLock { $0.lock.add(from: before, to: before + took) }
    }
  }

  /// What was measured since the last time.
  package func take() -> Reading {
    state.withLock { state in
      defer { state = Reading() }
      return state
    }
  }

  /// What has been measured since the last `take`, and goes on.
  package var soFar: Reading {
    var reading = state.withLock { $0 }
    let now = BootTimeClock.now
    if let since = waitingSince.withLock({ $0 }), now - since > Self.leastWait {
      reading.lock.add(from: since, to: now)
    }
    return reading
  }

  package func stop() {
    isStopping.withLock { $0 = true }
    for (thread, waker) in threads.withLock({ $0 }) {
      waker.wake()
      thread.join()
    }
  }

  private func start(
    _ name: String, _ note: @escaping @Sendable (inout Reading, Duration) -> Void,
    andAlso probe: @escaping @Sendable () -> Void = {}
  ) throws {
    let started = OneWaker()
    let thread = try LoopThread(name: name) { [self] loop in
      loop.onWake { [unowned loop] in
        if self.isStopping.withLock({ $0 }) { loop.stop() }
      }
      started.set(loop.waker)
      tick(loop, at: loop.now + Self.spacing, note, probe)
      if !isStopping.withLock({ $0 }) { loop.run() }
    }
    threads.withLock { $0.append((thread, started.wait())) }
  }

  private func tick(
    _ loop: EpollLoop, at time: MonotonicInstant,
    _ note: @escaping @Sendable (inout Reading, Duration) -> Void, _ probe: @escaping @Sendable () -> Void
  ) {
    loop.schedule(at: time) { [unowned loop] in
      let lateness = loop.now - time
      self.state.withLock { note(&$0, lateness) }
      probe()
      self.tick(loop, at: loop.now + Self.spacing, note, probe)
    }
  }
}

/// A waker that another thread makes.
private final class OneWaker: Sendable {
  private let waker = Mutex<Waker?>(nil)

  func set(_ waker: Waker) { self.waker.withLock { $0 = waker } }

  func wait() -> Waker {
    while true {
      if let waker = waker.withLock({ $0 }) { return waker }
      usleep(100)
    }
  }
}

/// A priority above that of every daemon, for threads that only watch: they are to be late by as little as possible.
package enum ObserverPriority {
  /// Whether this process may have it.
  package static let isAvailable: Bool = {
    guard set(SCHED_FIFO, 1) else { return false }
    return set(SCHED_OTHER, 0)
  }()

  /// Threads that `body` starts have it.
  package static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    let isRaised = isAvailable && set(SCHED_FIFO, 1)
    defer { if isRaised { _ = set(SCHED_OTHER, 0) } }
    return try body()
  }

  private static func set(_ policy: CInt, _ priority: CInt) -> Bool {
    var parameter = sched_param(sched_priority: priority)
    return pthread_setschedparam(pthread_self(), policy, &parameter) == 0
  }
}
