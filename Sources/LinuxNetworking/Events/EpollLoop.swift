import CLinux
import Glibc
public import WMGFramework

/// The event loop of one thread: epoll for descriptors, one timerfd for all timers, an eventfd for other threads.
///
/// Everything but `waker` belongs to the thread that calls `run`.
public final class EpollLoop: EventLoop {
  private let epoll: CInt
  private let timer: CInt
  private var readers: [CInt: () -> Void] = [:]
  private var timers = TimerQueue()
  private var armed: MonotonicInstant?
  private var isRunning = false

  /// Wakes the loop from any thread; `onWake` then runs on the loop's thread.
  public let waker: Waker

  /// Opens the descriptors.
  ///
  /// - Throws: `SystemCallError`, when the process is out of descriptors.
  public init() throws {
    epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard epoll >= 0 else { throw SystemCallError("epoll_create1") }
    timer = timerfd_create(CLOCK_BOOTTIME, CInt(TFD_NONBLOCK | TFD_CLOEXEC))
    guard timer >= 0 else {
      close(epoll)
      throw SystemCallError("timerfd_create")
    }
    do {
      waker = try Waker()
    } catch {
      close(epoll)
      close(timer)
      throw error
    }
    watch(timer) { [unowned self] in drainCounter(timer) }
  }

  deinit {
    close(timer)
    close(epoll)
  }

  /// The time now.
  public var now: MonotonicInstant { BootTimeClock.now }

  /// Runs `handler` on this thread after each wake-up by `waker`; several wake-ups may become one.
  public func onWake(_ handler: @escaping () -> Void) {
    watch(waker.descriptor) { [unowned self] in
      drainCounter(waker.descriptor)
      handler()
    }
  }

  /// Calls `onReadable` whenever `fileDescriptor` can be read (or has failed), until `unwatch`.
  ///
  /// A second watch of a descriptor replaces the first.
  ///
  /// - Returns: Whether it is watched: not if it is not open, or cannot be waited for, as a regular file.
  @discardableResult
  public func watch(_ fileDescriptor: Int32, onReadable: @escaping () -> Void) -> Bool {
    guard fileDescriptor >= 0 else { return false }
    var event = wmg_epoll_event(wmg_epollin, UInt64(fileDescriptor))
    // Also for one that is known: its number may have been closed without an unwatch, and be another file's now.
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, fileDescriptor, &event) == 0 || errno == EEXIST else {
      readers[fileDescriptor] = nil
      return false
    }
    readers[fileDescriptor] = onReadable
    return true
  }

  /// Forgets a descriptor.
  public func unwatch(_ fileDescriptor: Int32) {
    guard readers.removeValue(forKey: fileDescriptor) != nil else { return }
    epoll_ctl(epoll, EPOLL_CTL_DEL, fileDescriptor, nil)
  }

  /// Calls `action` once at `deadline`.
  @discardableResult
  public func schedule(at deadline: MonotonicInstant, _ action: @escaping () -> Void) -> EventLoopTimer {
    timers.insert(at: deadline, action)
  }

  /// Takes a timer back.
  public func cancel(_ timer: EventLoopTimer) {
    timers.remove(timer)
  }

  /// Serves descriptors and timers until `stop`.
  public func run() {
    isRunning = true
    var events = [epoll_event](repeating: epoll_event(), count: 16)
    while isRunning {
      armTimer()
      let count = epoll_wait(epoll, &events, CInt(events.count), -1)
      for index in 0..<Int(max(0, count)) where isRunning {
        // The reader may have been removed by one that ran before it in this round.
        readers[CInt(truncatingIfNeeded: wmg_epoll_data(&events[index]))]?()
      }
      while isRunning, let action = timers.popDue(at: now) { action() }
    }
  }

  /// Makes `run` return after the handler that calls this.
  public func stop() {
    isRunning = false
  }

  private func armTimer() {
    let deadline = timers.earliest
    guard deadline != armed else { return }
    armed = deadline
    var setting = itimerspec()
    if let deadline {
      // An all-zero time would disarm the timer.
      let nanoseconds = max(1, deadline.nanoseconds)
      setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
      setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
    }
    timerfd_settime(timer, CInt(TFD_TIMER_ABSTIME), &setting, nil)
  }

  private func drainCounter(_ descriptor: CInt) {
    if descriptor == timer { armed = nil }
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }
}
